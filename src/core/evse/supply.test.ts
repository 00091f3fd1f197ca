import assert from "node:assert/strict";
import { Volts } from "#core/units/units";
import { Rig } from "../../../test/support/evse-rig.ts";

const GOOD = { mainsV: Volts(240), coilSupplyPercent: 100, railHighV: Volts(12), railLowV: Volts(-12) };

/** Everything that hangs on the mains is gone; the controller has its own supply. */
const GONE = { mainsV: Volts(0), coilSupplyPercent: 0, railHighV: Volts(0), railLowV: Volts(0), loadSide: [false, false] };

describe("supply: mains that dip", () => {
  it("are a brown-out and not a fault of the pilot's supply: it opens, and charges again by itself [PW-05] [F-35] [CP-11]", () => {
    const rig = Rig.charging();
    for (let dips = 0; dips < 3; dips += 1) {
      rig.inputs(GONE);
      assert.ok(rig.msUntilOpen() <= 60);
      rig.advance(200).release("loadSide");
      rig.inputs(GOOD).advance(1000);
      assert.deepEqual(rig.faults, ["BrownOut"]);
      rig.advanceUntil(() => rig.phase === "charging", 70_000);
    }
  });

  it("may bring the pilot's ±12 V back later than the rest [PW-05]", () => {
    const rig = Rig.charging();
    rig.inputs(GONE).advance(200);
    rig.release("loadSide");
    rig.inputs({ ...GOOD, railHighV: Volts(8), railLowV: Volts(-8) }).advance(2000);
    assert.deepEqual(rig.faults, ["BrownOut"]);
    rig.inputs(GOOD).advance(4900);
    assert.deepEqual(rig.faults, ["BrownOut"]);
    rig.advance(200);
    assert.deepEqual(rig.faults, []);
  });

  it("say nothing against a contactor whose coil is fed by something else [PW-05] [RL-03]", () => {
    const rig = Rig.charging();
    for (let dips = 0; dips < 3; dips += 1) {
      rig.inputs({ mainsV: Volts(0), loadSide: [false, false] });
      assert.ok(rig.msUntilOpen() <= 130);
      assert.deepEqual(rig.faults, ["BrownOut"]);
      rig.advance(500).release("loadSide");
      rig.inputs(GOOD).advanceUntil(() => rig.phase === "charging", 70_000);
    }
  });

  it("hide the earth from a monitor that they feed, which costs none of its retries [PW-05] [GM-01] [GM-02]", () => {
    const rig = Rig.charging();
    for (let dips = 0; dips < 6; dips += 1) {
      rig.inputs({ ...GONE, groundPresent: false });
      assert.ok(rig.msUntilOpen() <= 60);
      rig.advance(200).release("loadSide");
      rig.inputs(GOOD).advance(10_000);
      assert.deepEqual(rig.faults, ["BrownOut"], "no earth yet");
      rig.inputs({ groundPresent: true }).advanceUntil(() => rig.phase === "charging", 70_000);
    }
    assert.equal(rig.view.gfciResets, 0);
  });

  it("may silence an interrupter that they feed, which has not failed a test then [PW-05] [GF-05]", () => {
    const rig = Rig.charging();
    rig.inputs({ mainsV: Volts(0), loadSide: [false, false] }).set({ gfci: "silent" });
    assert.ok(rig.msUntilOpen() <= 60);
    rig.advance(200).release("loadSide");
    rig.set({ gfci: "works" }).inputs(GOOD).advance(1000);
    assert.deepEqual(rig.faults, ["BrownOut"]);
    rig.advanceUntil(() => rig.phase === "charging", 70_000);
  });

  it("do not excuse ±12 V that are wrong by themselves [CP-11] [F-10]", () => {
    const rig = Rig.charging();
    rig.inputs({ railLowV: Volts(0) });
    assert.ok(rig.msUntilOpen() <= 60);
    assert.equal(rig.fault("PilotSupplyFault")?.latched, "untilReset");
  });
});
