import assert from "node:assert/strict";
import { Volts } from "#core/units/units";
import { LOOP, opensAfter, Rig } from "../../../test/support/evse-rig.ts";

describe("protection: pilot", () => {
  it("shows x1, not F, while the pilot is shorted, and starts again when A or B was stable for 3 s [EF-01] [ST-19]", () => {
    const { rig } = opensAfter((each) => each.line("E"));
    assert.deepEqual([rig.pilot, rig.view.vehicle], ["steadyHigh", "E"]);
    rig.advance(1000).line("C").advance(10_000);
    assert.ok(rig.faults.includes("PilotFault"), "C is no proof that the short is gone");
    rig.line("B").advance(2900);
    assert.ok(rig.faults.includes("PilotFault"));
    rig.advance(200);
    assert.deepEqual(rig.faults, []);
    rig.advance(60_000).line("C").advance(3000);
    assert.equal(rig.coil, true);
  });

  it("rides through 50 ms in the gap beside C, wherever it begins [VW-11] [F-12]", () => {
    for (let offset = 0; offset < LOOP; offset += 1) {
      const rig = Rig.charging();
      rig.forget().advance(offset).line("gap").advance(50).line("C").advance(2000);
      assert.deepEqual([rig.coilMarks, rig.faults, rig.view.vehicle], [[], [], "C"], `offset ${offset}`);
    }
  });

  for (const [level, withinMs] of [
    ["gap", 100],
    ["unreadable", 75],
    ["silent", 75],
    ["noLowPhase", 60],
  ] as const) {
    it(`opens within ${withinMs} ms when the line is ${level}, and has a PilotFault after a second [VW-12] [VW-18] [F-12] [F-28] [I1]`, () => {
      for (let offset = 0; offset < LOOP; offset += 1) {
        const { rig, took } = opensAfter((each) => each.advance(offset).line(level));
        assert.ok(took <= withinMs, `${took} ms at offset ${offset}`);
        rig.advance(1000 - took - 2 * LOOP);
        assert.equal(rig.faults.includes("PilotFault"), false);
        rig.advance(4 * LOOP);
        assert.equal(rig.fault("PilotFault")?.latched, level === "gap" ? "untilUnplugged" : "no");
      }
    });
  }

  it("does not trust a pilot that came back before it was stable for 500 ms, and then only after the wait [VW-12] [ST-15]", () => {
    const { rig } = opensAfter((each) => each.line("gap"));
    const opened = rig.at;
    rig.advance(400).line("C");
    rig.advanceUntil(() => rig.coil, 61_000);
    assert.ok(rig.at - opened >= 60_000);
    assert.deepEqual(rig.heard("fault"), []);
  });

  it("takes a pilot that was unreadable for fresh: readable for 5 s, then no fault [F-28]", () => {
    const { rig } = opensAfter((each) => each.line("unreadable"));
    rig.advance(2000).line("C").advance(4800);
    assert.deepEqual(rig.faults, ["PilotFault"]);
    rig.advance(400);
    assert.deepEqual(rig.faults, []);
  });

  it("does not take a line stuck at +12 V for an unplugged car; the car's leaving clears it [EF-03] [F-09]", () => {
    const { rig } = opensAfter((each) => each.line("stuckHigh"));
    rig.advance(5000);
    assert.deepEqual([rig.view.vehicle, rig.faults, rig.heard("unplugged")], ["A", ["PilotFault"], []]);
    rig.line("B").advance(60_000);
    assert.deepEqual(rig.faults, ["PilotFault"]);
    rig.line("A").advance(600);
    assert.deepEqual([rig.faults, rig.heard("unplugged").length], [[], 1]);
  });

  it("a person's reset ends the doubt about a line that was stuck at +12 V: nothing is plugged [EF-03]", () => {
    const { rig } = opensAfter((each) => each.line("stuckHigh"));
    rig.line("A").advance(5000);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    assert.deepEqual([rig.faults, rig.heard("unplugged").length, rig.view.session], [[], 1, null]);
  });

  it("opens when earth to the car is lost, which looks like A [EF-04]", () => {
    assert.ok(opensAfter((rig) => rig.line("A")).took <= 36);
  });

  it("knows state F from a generator that is stuck low, and leaves F only for steady high [EF-02] [ST-18]", () => {
    const { rig } = opensAfter((each) => each.inputs({ emergencyStop: true }));
    rig.advance(LOOP);
    assert.equal(rig.pilot, "steadyLow");
    rig.inputs({ emergencyStop: false }).line("B").advance(3_600_000);
    assert.deepEqual([rig.pilot, rig.view.vehicle, rig.faults], ["steadyLow", "F", ["EmergencyStop"]]);
    rig.forget().apply({ type: "reset", by: "user" });
    assert.equal(rig.pilot, "steadyHigh");
    rig.advance(10_000);
    assert.deepEqual([rig.faults, rig.view.vehicle, rig.pilot], [[], "B", "pwm"]);
    assert.deepEqual(rig.heard("unplugged"), [], "the session goes on");
  });

  it("shows F for at least 300 ms after a fault in C2 that will be retried, then x1, where the car can be sensed [ST-18]", () => {
    const { rig } = opensAfter((each) => each.trip());
    const opened = rig.at;
    rig.advanceUntil(() => rig.pilot === "steadyLow", 3 * LOOP);
    rig.advanceUntil(() => rig.pilot === "steadyHigh", 2000);
    assert.ok(rig.at - opened >= 300 && rig.at - opened <= 600, `${rig.at - opened} ms`);
    rig.line("A").advance(1000);
    assert.equal(rig.view.vehicle, "A");
  });

  it("never shows F where older hybrids are served [ST-18] [ST-17]", () => {
    const rig = Rig.charging({ faultPilot: "steadyHigh" });
    rig.forget().trip().advance(100_000);
    assert.ok(rig.pilotMarks.every(({ pilot }) => pilot.kind !== "steadyLow"));
  });

  it("refuses PWM when the pilot's supply is wrong at start [CP-11] [F-10]", () => {
    const rig = new Rig();
    rig.limit(32);
    rig
      .inputs({ railLowV: Volts(-10) })
      .line("B")
      .advance(60_000);
    assert.deepEqual([rig.faults, rig.offeredA, rig.heard("offered")], [["PilotSupplyFault"], 0, []]);
  });

  it("stays unlatched and recovers when the diode comes back within the second [DI-02]", () => {
    const { rig } = opensAfter((each) => each.set({ diode: "shorted" }));
    assert.equal(rig.pilot, "pwm", "only PWM can show it");
    rig.set({ diode: "ok" }).advance(2000);
    assert.deepEqual(rig.faults, []);
  });

  it("latches a missing diode after a second, without PWM, until the car leaves [DI-02] [DI-03] [F-06]", () => {
    const { rig } = opensAfter((each) => each.set({ diode: "shorted" }));
    rig.advance(1100);
    assert.equal(rig.fault("DiodeFault")?.latched, "untilUnplugged");
    rig.set({ diode: "ok" }).line("B").advance(600_000);
    assert.deepEqual([rig.faults, rig.pilot], [["DiodeFault"], "steadyHigh"]);
    rig.line("A").advance(400).line("B").advance(10_000);
    assert.deepEqual([rig.faults, rig.heard("unplugged").length], [["DiodeFault"], 1], "a plug that bounces clears no latch");
    rig.line("A").advance(600);
    assert.deepEqual(rig.faults, []);
  });

  it("never closes for a car without a diode, and says so [DI-01] [F-05]", () => {
    const rig = Rig.ready();
    rig.set({ diode: "shorted" }).line("B").advance(3000).line("C").advance(60_000);
    assert.deepEqual([rig.coilMarks, rig.faults], [[], ["DiodeFault"]]);
  });

  for (const [what, interrupt] of [
    ["state E", (rig: Rig) => rig.line("E").advance(500).set({ diode: "notTested" }).line("B").advance(5000)],
    ["state F", (rig: Rig) => rig.with(() => rig.apply({ type: "wakeUp", by: "user" })).advance(4200)],
    ["a second without readings", (rig: Rig) => rig.line("silent").advance(1200).set({ diode: "notTested" }).line("B").advance(7000)],
  ] as const) {
    it(`checks the diode again after ${what} [ST-19]`, () => {
      const rig = Rig.offering();
      interrupt(rig).set({ diode: "notTested" }).line("B").advance(2000).line("C").advance(2000);
      assert.deepEqual([rig.pilot, rig.coilMarks], ["pwm", []]);
      rig.set({ diode: "ok" }).advance(1000);
      assert.equal(rig.coil, true);
    });
  }

  it("wants three windows that show the diode in every plug-in [DI-01]", () => {
    const rig = Rig.ready();
    rig.set({ diode: "notTested" }).line("C").advance(2000);
    assert.deepEqual(rig.coilMarks, []);
    rig.set({ diode: "ok" }).advance(2 * LOOP);
    assert.equal(rig.coil, false);
    rig.advance(LOOP);
    assert.equal(rig.coil, true);
    rig.line("A").advance(20_000).set({ diode: "notTested" }).line("C").advance(20_000);
    assert.equal(rig.coil, false, "the next car is checked again");
  });
});

describe("protection: ventilation", () => {
  it("does not close in D without ventilation, and charges when the car falls back to C [VE-01] [F-14]", () => {
    const rig = Rig.offering();
    rig.line("D").advance(10_000);
    assert.deepEqual([rig.coil, rig.faults], [false, ["VentilationNotAvailable"]]);
    rig.line("C").advance(5000);
    assert.deepEqual([rig.coil, rig.faults], [true, []]);
  });

  it("treats D like C while the ventilation runs, and opens within 100 ms of its loss [VE-02]", () => {
    const rig = Rig.ready({ ventilation: "interlock" });
    rig.inputs({ ventilationOk: true }).line("B").advance(1000).line("D").advance(3000);
    assert.equal(rig.phase, "charging");
    rig.inputs({ ventilationOk: false });
    assert.ok(rig.msUntilOpen() <= 100);
    assert.deepEqual(rig.faults, ["VentilationNotAvailable"]);
  });

  it("takes an interlock without a reading for no ventilation [VE-02]", () => {
    const rig = Rig.ready({ ventilation: "interlock" });
    rig.line("D").advance(10_000);
    assert.equal(rig.coil, false);
  });
});
