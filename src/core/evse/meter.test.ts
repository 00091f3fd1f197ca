import assert from "node:assert/strict";
import { Amps, Instant } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

describe("meter: answers that are none", () => {
  for (const current of [Number.NaN, null]) {
    it(`is silent when it answers ${String(current)} for 10 s, however punctually [MT-01] [F-26]`, () => {
      const rig = Rig.charging();
      rig.inputs({ currentA: current as Amps | null }).advance(9900);
      assert.deepEqual(rig.faults, []);
      rig.advance(200);
      assert.deepEqual([rig.faults, rig.phase], [["MeterSilent"], "stopping"]);
    });
  }

  it("forgives no over-current for an answer that is missing now and then [OC-01]", () => {
    const rig = Rig.charging();
    rig.limit(16);
    rig.advance(6000).set({ currentA: 20.8 });
    for (let looks = 0; looks < 4; looks += 1) {
      rig
        .advance(2000 - LOOP)
        .inputs({ currentA: null })
        .advance(LOOP);
      rig.release("currentA");
    }
    rig.advance(LOOP);
    assert.deepEqual([rig.coil, rig.faults], [false, ["OverCurrent"]]);
  });

  it("has no fault for a single reading that is too high and silence after it [OC-01]", () => {
    const rig = Rig.charging();
    rig.set({ currentA: 60 }).advance(LOOP).inputs({ currentA: null }).advance(9000);
    assert.deepEqual([rig.coil, rig.faults], [true, []]);
  });

  it("is not taken for a weld when its answer was measured before the contactor opened [OC-04] [F-27]", () => {
    const rig = Rig.charging();
    rig.line("B").msUntilOpen();
    rig.inputs({ currentA: Amps(15.9), meterAt: Instant(rig.at - 50) }).advance(1900);
    rig.inputs({ currentA: Amps(0), meterAt: Instant(rig.at) }).advance(1000);
    assert.deepEqual(rig.faults, []);
  });
});
