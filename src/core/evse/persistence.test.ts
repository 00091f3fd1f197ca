import assert from "node:assert/strict";
import { FAULTS, type FaultName } from "#core/evse/faults";
import { NOTHING_DURABLE } from "#core/evse/memory";
import type { PersistedSafety } from "#core/evse/types";
import { WallTime } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

describe("power cut", () => {
  it("starts with the coil off and believes nothing of the hardware, whatever was before [PW-01] [PW-02] [F-35]", () => {
    const rig = Rig.charging();
    rig.restart();
    assert.deepEqual(
      [rig.coil, rig.pilot, rig.phase, rig.view.relay, rig.view.vehicle],
      [false, "steadyHigh", "selfTest", "unknown", "unknown"],
    );
  });

  it("goes on by itself where no fault was latched: three seconds of x1, full test, then charging [PW-02] [F-35]", () => {
    const rig = Rig.charging();
    rig.advance(60_000);
    const session = rig.view.session;
    rig.forget().restart(600_000).limit(32);
    const booted = rig.at;
    rig.advanceUntil(() => rig.pilot === "pwm", 20_000);
    assert.ok(rig.at - booted >= 3000);
    rig.advanceUntil(() => rig.coil, 20_000);
    assert.deepEqual(
      [rig.view.session?.id, rig.view.session?.startedWall, rig.heard("plugged").length, rig.heard("unplugged").length],
      [session?.id, session?.startedWall, 0, 0],
    );
    assert.ok(rig.heard("selfTestPassed").length >= 2, "one at start, one for the closing");
  });

  it("loses next to no energy of the session, and none that the meter still knows [PW-04] [MT-02]", () => {
    const rig = Rig.charging();
    rig.advance(300_000);
    const before = rig.view.session?.energyWh ?? Number.NaN;
    rig.restart().limit(32);
    rig.advance(1000);
    const after = rig.view.session?.energyWh ?? Number.NaN;
    assert.ok(Math.abs(after - before) < 1e-6, `${before} Wh became ${after} Wh`);
    assert.ok((rig.view.session?.chargingMs ?? 0) > 0 || before > 0);
  });

  it("does not credit what a meter cannot have counted while the power was away [MT-02]", () => {
    const rig = Rig.charging();
    rig.advance(60_000);
    const written = rig.persisted?.session?.energyWh ?? Number.NaN;
    rig
      .inputs({ energyWh: 999_999 as never })
      .restart()
      .limit(32);
    rig.advance(1000);
    assert.equal(rig.view.session?.energyWh, written);
  });

  it("tells that the car left while nobody looked [PW-04]", () => {
    const rig = Rig.charging();
    rig.restart().line("A").forget().advance(1000);
    const [told] = rig.heard("unplugged");
    assert.deepEqual([told?.session, told?.reason, rig.view.session, rig.persisted?.session], ["run1-1", "whileAway", null, null]);
  });

  it("names the sessions of another run differently", () => {
    const rig = Rig.offering();
    rig.restart().line("A").advance(1000).line("B").advance(1000);
    assert.equal(rig.view.session?.id, "run2-1");
  });

  it("writes down what is durable in the step that makes it so, and nothing otherwise [PW-04]", () => {
    const rig = Rig.charging();
    const written = rig.persisted;
    rig.advance(1000);
    assert.equal(rig.persisted, written, "charging alone is no news");
    rig.inputs({ emergencyStop: true }).advance(LOOP);
    assert.deepEqual(
      rig.persisted?.latched.map(({ fault, latched }) => [fault, latched]),
      [["EmergencyStop", "untilReset"]],
    );
  });

  it("writes the session down again every 50 Wh [PW-04]", () => {
    const rig = Rig.charging({}, 20);
    const writes = new Set<PersistedSafety | null>();
    rig.advance(600_000, () => {
      writes.add(rig.persisted);
      return false;
    });
    assert.ok(writes.size >= 15 && writes.size <= 18, `${writes.size} writes for 800 Wh`);
  });
});

describe("power cut with a fault", () => {
  const latching = Object.entries(FAULTS).filter(([, { latching: how }]) => how !== "no");
  for (const [name, { latching: how }] of latching) {
    it(`${name} is still there after it, and holds until it is ${how === "untilReset" ? "reset" : "unplugged"} [PW-04] [I3]`, () => {
      const latched = [{ fault: name as FaultName, sinceWall: WallTime(1_700_000_000_000), latched: how }];
      const rig = new Rig({}, { ...NOTHING_DURABLE, latched, welded: name === "ContactorWelded" });
      rig.limit(32);
      rig.line("C").advance(60_000).restart().limit(32);
      rig.advance(60_000);
      assert.deepEqual([rig.faults, rig.coilMarks, rig.fault(name as FaultName)?.sinceWall], [[name], [], 1_700_000_000_000]);
      if (how === "untilReset") assert.equal(rig.apply({ type: "reset", by: "user" }), null);
      else rig.line("A").advance(1000).line("C");
      rig.advanceUntil(() => rig.coil, 30_000);
      assert.deepEqual(rig.persisted?.latched, []);
    });
  }

  it("a weld is remembered by its flag alone [RL-02] [PW-04]", () => {
    const rig = new Rig({}, { ...NOTHING_DURABLE, welded: true });
    rig.limit(32);
    rig.line("C").advance(60_000);
    assert.deepEqual([rig.faults, rig.pilot, rig.state.outputs.shuntTrip, rig.coilMarks], [["ContactorWelded"], "steadyLow", true, []]);
  });

  it("a weld is not reset before the load side has been looked at long enough [RL-02]", () => {
    const rig = new Rig({}, { ...NOTHING_DURABLE, welded: true });
    rig.advance(200);
    assert.equal(rig.apply({ type: "reset", by: "user" })?.code, "causeRemains");
    rig.advance(200);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
  });

  it("earth that came back, and other faults that clear by themselves, are not kept", () => {
    const rig = Rig.charging();
    rig.inputs({ groundPresent: false }).advance(1000);
    assert.deepEqual(rig.persisted?.latched, []);
  });
});
