import assert from "node:assert/strict";
import { Amps, Volts } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

describe("protection: contactor", () => {
  it("finds a weld at start: F, no PWM ever, shunt trip, over restarts, until a person resets a dead load side [RL-01] [RL-02] [F-01] [PW-04]", () => {
    const rig = new Rig();
    rig.set({ welded: [0, 1] }).line("B");
    rig.limit(32);
    const booted = rig.at;
    rig.advanceUntil(() => rig.faults.includes("ContactorWelded"), 1500);
    assert.ok(rig.at - booted <= 1500);
    rig.advance(10_000);
    assert.deepEqual([rig.pilot, rig.state.outputs.shuntTrip, rig.view.relay, rig.offeredA], ["steadyLow", true, "welded", 0]);
    assert.equal(rig.persisted?.welded, true);
    rig.restart().limit(32);
    rig.advance(60_000);
    assert.equal(rig.apply({ type: "reset", by: "user" })?.code, "causeRemains");
    rig.set({ welded: [] }).advance(60_000);
    assert.deepEqual([rig.faults, rig.heard("offered")], [["ContactorWelded"], []], "a repaired contactor alone is not enough");
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advance(20_000).line("C").advance(5000);
    assert.deepEqual([rig.coil, rig.persisted?.welded], [true, false]);
  });

  it("finds a weld within 500 ms of opening [RL-01] [RL-02] [F-02]", () => {
    const rig = Rig.charging();
    rig.set({ welded: [1] }).line("B");
    rig.msUntilOpen();
    const opened = rig.at;
    rig.advanceUntil(() => rig.faults.includes("ContactorWelded"), 500);
    assert.ok(rig.at - opened <= 500);
    rig.advance(LOOP);
    assert.deepEqual([rig.state.outputs.shuntTrip, rig.pilot], [true, "steadyLow"]);
  });

  it("finds one welded pole of four, whichever [RL-04] [F-04]", () => {
    for (const pole of [0, 1, 2, 3]) {
      const rig = new Rig({ supply: { volts: Volts(230), phases: 3, poles: 4 } });
      rig.set({ welded: [pole] }).advance(1500);
      assert.deepEqual(rig.faults, ["ContactorWelded"], `pole ${pole}`);
    }
  });

  it("does not close on a load side that it cannot sense [RL-01] [RL-04]", () => {
    const rig = new Rig();
    rig.limit(32);
    rig
      .inputs({ loadSide: [false] })
      .line("C")
      .advance(30_000);
    assert.deepEqual([rig.coilMarks, rig.faults], [[], ["ContactorSenseLost"]]);
    rig.world.inputs = {};
    rig.advance(10_000);
    assert.deepEqual([rig.coil, rig.faults], [true, []]);
  });

  it("checks for a weld before each closing with what it senses then [RL-01]", () => {
    const rig = Rig.offering();
    rig
      .line("C")
      .advance(400)
      .inputs({ loadSide: [true, false] })
      .advance(200);
    assert.deepEqual([rig.coilMarks, rig.faults], [[], ["ContactorWelded"]]);
  });

  for (const stuckOpen of [[0, 1], [0], [1]]) {
    it(`gives up within 500 ms when ${stuckOpen.length === 2 ? "no pole" : `pole ${stuckOpen[0] === 0 ? 2 : 1} alone`} closes, tries once more, then waits for the car to leave [RL-03] [RL-04] [F-03] [F-04]`, () => {
      const rig = Rig.offering();
      rig.set({ stuckOpen }).line("C");
      for (const latched of ["no", "untilUnplugged"] as const) {
        rig.advanceUntil(() => rig.coil, 62_000);
        assert.ok(rig.msUntilOpen() <= 500);
        assert.equal(rig.fault("ContactorNotClosing")?.latched, latched);
      }
      rig.forget().advance(600_000);
      assert.deepEqual(rig.coilMarks, []);
      rig.set({ stuckOpen: [] }).line("A").advance(60_000).line("C").advance(5000);
      assert.equal(rig.coil, true);
    });
  }

  it("does not close on a load side that cannot be sensed at that very moment [RL-01]", () => {
    const rig = Rig.offering();
    rig
      .line("C")
      .advance(480)
      .inputs({ loadSide: [null, null] })
      .advance(500);
    assert.deepEqual([rig.coilMarks, rig.faults, rig.phase], [[], [], "preparing"]);
    rig.inputs({ loadSide: [false, false] }).advance(4 * LOOP);
    assert.equal(rig.coil, true);
  });

  it("charges again without a person when all senses were gone for a while and are back [RL-01] [GF-05]", () => {
    const rig = Rig.charging();
    rig
      .forget()
      .set({ gfci: "silent" })
      .inputs({ loadSide: [null, null] })
      .line("silent")
      .advance(60_000);
    assert.deepEqual([rig.coil, rig.fault("ContactorSenseLost")?.latched, rig.fault("GfciSelfTestFailed")], [false, "no", undefined]);
    rig
      .set({ gfci: "works", inputs: {} })
      .line("C")
      .advanceUntil(() => rig.coil, 180_000);
    assert.ok(rig.heard("selfTestPassed").length > 0);
  });

  describe("when nothing is sensed for a while, as when a daemon is started anew", () => {
    const NOTHING = { gfciTripped: null, coilInhibited: null, loadSide: [null, null], groundPresent: null, pwm: null };

    function goneFor(rig: Rig, ms: number): Rig {
      const { line } = rig.world;
      return rig.inputs(NOTHING).line("silent").advance(ms).set({ inputs: {} }).line(line);
    }

    it("charges again by itself as often as that happens, for no earth was seen to fail [GM-02] [RL-01]", () => {
      const rig = Rig.charging();
      for (let time = 1; time <= 6; time += 1) {
        goneFor(rig, 5000)
          .advanceUntil(() => rig.coil, 180_000)
          .advance(15_000);
        assert.deepEqual([rig.faults, rig.view.gfciResets], [[], 0]);
      }
    });

    it("begins a self-test of the interrupter again instead of failing it [GF-04] [GF-05]", () => {
      const rig = Rig.offering();
      rig.line("C").advanceUntil(() => rig.state.outputs.gfciTest, 1000);
      goneFor(rig, 5000).advanceUntil(() => rig.coil, 180_000);
      assert.deepEqual(rig.heard("selfTestFailed"), []);
    });

    it("goes on with the reset of a ground fault instead of giving it up [GF-06]", () => {
      const rig = Rig.charging();
      rig.advance(20_000).trip();
      rig.msUntilOpen();
      rig.advanceUntil(() => rig.state.outputs.gfciReset, 16 * 60_000);
      goneFor(rig, 5000).advanceUntil(() => rig.coil, 180_000);
      assert.deepEqual([rig.faults, rig.view.gfciResets], [[], 1]);
    });

    it("takes a trip that is found then for a ground fault, for it came with the contactor closed and nobody looking [GF-01] [GF-06]", () => {
      const rig = Rig.charging();
      rig.advance(20_000).trip();
      goneFor(rig, 5000).advance(1000);
      const fault = rig.fault("GroundFault");
      assert.deepEqual([fault?.latched, rig.heard("reset"), rig.state.outputs.gfciReset], ["no", [], false]);
      rig.forget().advance(14 * 60_000);
      assert.deepEqual([rig.coilMarks, rig.faults], [[], ["GroundFault"]]);
      rig.advanceUntil(() => rig.coil, 180_000);
      assert.equal(rig.view.gfciResets, 1);
    });

    it("keeps a loss of earth that was seen before [GM-01] [F-21]", () => {
      const rig = Rig.charging();
      rig.inputs({ groundPresent: false }).advance(1000);
      rig.inputs(NOTHING).line("silent").advance(120_000);
      assert.ok(rig.faults.includes("ProtectiveEarthLost"));
    });
  });

  it("does not close on an interrupter that is silent at that very moment, and says so when it stays so [GF-05] [ST-05]", () => {
    const rig = Rig.offering();
    rig
      .line("C")
      .advanceUntil(() => rig.heard("selfTestPassed").length > 1, 1000)
      .set({ gfci: "silent" })
      .advance(2300);
    assert.deepEqual([rig.coilMarks, rig.faults], [[], []]);
    rig.advance(500);
    assert.deepEqual([rig.coilMarks, rig.fault("GfciSelfTestFailed")?.latched], [[], "untilReset"]);
  });

  it("says so when a car's diode is never shown [DI-01] [DI-03] [ST-05]", () => {
    const rig = Rig.offering();
    rig.line("A").advance(1000).set({ diode: "notTested" }).line("C").advance(8000);
    assert.deepEqual([rig.coilMarks, rig.fault("DiodeFault")?.latched], [[], "untilUnplugged"]);
  });

  it("says so when hardware blocks the coil for a car that waits [ST-05]", () => {
    const rig = Rig.offering();
    rig.set({ inhibit: "notWired" }).inputs({ coilInhibited: true }).line("C").advance(3200);
    assert.deepEqual([rig.coilMarks, rig.heard("fault").map(({ reason }) => reason)], [[], ["coilBlockedByHardware"]]);
  });

  it("suspects a weld when current flows through an open contactor for a second [OC-04] [F-27]", () => {
    const rig = Rig.charging();
    rig.line("B");
    rig.msUntilOpen();
    rig.advance(2000).inputs({ currentA: Amps(1.5) });
    const from = rig.at;
    rig.advanceUntil(() => rig.faults.includes("UnexpectedCurrent"), 1000);
    assert.ok(rig.at - from <= 1000);
    rig.advance(2 * LOOP);
    assert.deepEqual([rig.pilot, rig.fault("UnexpectedCurrent")?.latched], ["steadyLow", "untilReset"]);
  });

  it("does not suspect one for a meter that is frozen at the last current [OC-04] [F-26]", () => {
    const rig = Rig.charging();
    rig.set({ meter: "frozen" }).advance(1000).line("B").advance(5000);
    assert.deepEqual(rig.faults, []);
  });
});
