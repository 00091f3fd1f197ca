import assert from "node:assert/strict";
import { Amps, Millis } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

/** Loops of slack that a test grants where a time is a lower bound kept by a loop of 12 ms. */
const SLACK = 2 * LOOP;

describe("sequence: plugging and offering", () => {
  it("tells of a plugged car within 200 ms and offers nothing in A [ST-01] [CP-09]", () => {
    const rig = Rig.ready();
    rig.advance(5000);
    assert.deepEqual([rig.phase, rig.pilot], ["notConnected", "steadyHigh"]);
    rig.forget().line("B");
    const from = rig.at;
    rig.advanceUntil(() => rig.heard("plugged").length === 1, 200);
    assert.ok(rig.at - from <= 200);
    assert.equal(rig.view.session?.id, "run1-1");
  });

  it("begins PWM once B was stable for 500 ms, not before [ST-04]", () => {
    const rig = Rig.ready();
    rig.forget().line("B");
    const from = rig.at;
    rig.advanceUntil(() => rig.pilot === "pwm", 1000);
    assert.ok(rig.at - from >= 490 && rig.at - from <= 540, `${rig.at - from} ms`);
  });

  it("waits for the authorisation before it offers anything [ST-04] [F-40]", () => {
    const rig = Rig.ready({ authorisation: "required" });
    rig.line("B").advance(30_000);
    assert.deepEqual([rig.phase, rig.pilot, rig.view.limitedBy], ["paused", "steadyHigh", "authorisation"]);
    assert.equal(rig.apply({ type: "authorise", tag: "card 7" }), null);
    rig.advance(SLACK);
    assert.equal(rig.pilot, "pwm");
  });

  it("goes back to steady high at once when the car leaves, and ends the session [ST-03]", () => {
    const rig = Rig.charging();
    rig.forget().line("A");
    assert.ok(rig.msUntilOpen() <= 36);
    assert.equal(rig.pilot, "steadyHigh");
    assert.deepEqual(
      rig.told.map(({ type }) => type).filter((type) => type !== "openedUnderLoad"),
      ["stateChanged", "chargingStopped", "unplugged"],
    );
    assert.equal(rig.heard("unplugged")[0]?.session, "run1-1");
    assert.equal(rig.view.session, null);
    rig.advance(300);
    assert.equal(rig.phase, "notConnected");
  });

  for (const [clamp, offered] of [
    ["trust", 32],
    ["clampTo10A", 10],
  ] as const) {
    it(`offers ${offered} A to a car that goes from A to C without B when told to ${clamp} [ST-02] [F-47]`, () => {
      const rig = Rig.ready({ simplifiedCar: clamp });
      rig.line("C").advance(4000);
      assert.equal(rig.phase, "charging");
      assert.ok(Math.abs(rig.offeredA - offered) < 0.01, `${rig.offeredA} A`);
      assert.ok(rig.offeredA <= offered);
    });
  }

  it("takes a car for an ordinary one once it has shown B [ST-02] [F-47]", () => {
    const rig = Rig.ready({ simplifiedCar: "clampTo10A" });
    rig.line("C").advance(2000).line("B").advance(2000);
    rig.advanceUntil(() => rig.offeredA > 31, 10_000);
  });
});

describe("sequence: closing", () => {
  it("closes within 3 s of C, after 500 ms of C and a self-test of its own [ST-05] [VW-14] [GF-04]", () => {
    const rig = Rig.offering();
    rig.advance(5000).forget().line("C");
    const from = rig.at;
    rig.advanceUntil(() => rig.coil, 3000);
    assert.ok(rig.at - from >= 500, `${rig.at - from} ms`);
    assert.deepEqual(
      rig.told.map(({ type }) => type),
      ["stateChanged", "selfTestPassed"],
    );
    rig.advance(100);
    assert.deepEqual([rig.phase, rig.view.relay], ["charging", "closed"]);
    assert.equal(rig.heard("relayClosed").length, 1);
    assert.equal(rig.heard("chargingStarted").length, 1);
  });

  it("closes within 3 s when power becomes available to a car that waits in C [ST-06]", () => {
    const rig = Rig.ready();
    rig.limit(0);
    rig.line("B").advance(1000).line("C").advance(20_000);
    assert.deepEqual([rig.phase, rig.coil], ["paused", false]);
    rig.limit(16);
    const from = rig.at;
    rig.advanceUntil(() => rig.coil, 3000);
    assert.ok(rig.at - from <= 3000);
  });

  it("boots with the car in C: three seconds of steady pilot, then PWM, then closes, and no fault [ST-21] [F-42] [PW-02]", () => {
    const rig = new Rig();
    rig.line("C").limit(16);
    rig.advance(3000);
    assert.deepEqual([rig.phase, rig.pilot, rig.faults], ["selfTest", "steadyHigh", []]);
    const pwmAt = rig.advanceUntil(() => rig.pilot === "pwm", 1000).at;
    rig.advanceUntil(() => rig.coil, 3000);
    assert.ok(rig.at > pwmAt);
    assert.deepEqual(rig.heard("fault"), []);
  });

  for (const method of ["pulse of 250 ms", "toggles of 200 ms", "toggles of 400 ms"] as const) {
    it(`stays open on ${method} of C, and tells of each change [ST-20] [F-13] [VW-14] [VW-16]`, () => {
      const rig = Rig.offering();
      rig.forget();
      const [times, ms] = method === "pulse of 250 ms" ? [1, 250] : [4, method === "toggles of 200 ms" ? 200 : 400];
      for (let toggle = 0; toggle < times; toggle += 1) rig.line("C").advance(ms).line("B").advance(ms);
      assert.deepEqual(rig.coilMarks, []);
      assert.equal(rig.heard("stateChanged").length, 2 * times);
      assert.deepEqual(rig.faults, []);
      rig.line("C").advance(3000);
      assert.equal(rig.coil, true, "a C that lasts closes all the same");
    });
  }
});

describe("sequence: opening", () => {
  it("opens within two readings when the car opens S2, and keeps offering [ST-08] [VW-15]", () => {
    for (let offset = 0; offset < LOOP; offset += 1) {
      const rig = Rig.charging();
      rig.advance(offset).line("B");
      const took = rig.msUntilOpen();
      assert.ok(took <= 36, `${took} ms at offset ${offset}`);
      assert.equal(rig.pilot, "pwm");
      assert.equal(rig.heard("chargingStopped").at(-1)?.reason, "carStopped");
      rig.advance(400);
      assert.equal(rig.phase, "waiting");
    }
  });

  it("takes PWM away first when it stops, and opens when the car has opened S2 [ST-09] [ST-10]", () => {
    const rig = Rig.charging();
    rig.forget();
    rig.limit(0, 60_000, "sun");
    assert.deepEqual([rig.phase, rig.pilot, rig.coil], ["stopping", "steadyHigh", true]);
    rig.advance(2500);
    assert.equal(rig.coil, true);
    rig.world.currentA = 0;
    rig.line("B");
    assert.ok(rig.msUntilOpen() <= 36);
    assert.equal(rig.heard("chargingStopped")[0]?.reason, "sun");
    assert.deepEqual(rig.heard("openedUnderLoad"), []);
  });

  it("opens under load 6 s after PWM ended when the car does not stop, and says so [ST-11] [F-24]", () => {
    const rig = Rig.charging();
    rig.forget();
    rig.apply({ type: "pause", by: "user" });
    const took = rig.msUntilOpen();
    assert.ok(took >= 6000 && took <= 6050, `${took} ms`);
    assert.equal(rig.heard("openedUnderLoad")[0]?.reason, "carIgnoredStop");
    rig.advance(400);
    assert.deepEqual([rig.phase, rig.faults], ["paused", []]);
  });

  it("carries a stop through even if the limit comes back in the middle of it [ST-10] [F-45]", () => {
    const rig = Rig.charging();
    rig.limit(0);
    rig.advance(1000);
    rig.limit(32);
    rig.advance(4000);
    assert.deepEqual([rig.phase, rig.pilot, rig.coil], ["stopping", "steadyHigh", true]);
    rig.line("B");
    assert.ok(rig.msUntilOpen() <= 36);
  });

  it("opens at once while it is still closing when the offer ends: nothing flows yet", () => {
    const rig = Rig.offering();
    rig.set({ stuckOpen: [0] }).line("C");
    rig.advanceUntil(() => rig.coil);
    assert.equal(rig.phase, "closing");
    rig.apply({ type: "pause", by: "user" });
    assert.equal(rig.coil, false);
    assert.deepEqual(rig.faults, []);
  });

  it("opens after a stop when the process ends, and closes no more [ST-10]", () => {
    const rig = Rig.charging();
    rig.apply({ type: "shutdown" });
    assert.deepEqual([rig.phase, rig.pilot], ["stopping", "steadyHigh"]);
    rig.advance(1000).line("B").advance(500).line("C").advance(60_000);
    assert.deepEqual([rig.coil, rig.pilot, rig.view.limitedBy], [false, "steadyHigh", "shutdown"]);
  });
});

describe("sequence: waits", () => {
  it("stays in x1 for 3 s before PWM comes back [ST-13]", () => {
    const rig = Rig.offering();
    rig.limit(0);
    const ended = rig.at;
    rig.advance(500);
    rig.limit(16);
    rig.advanceUntil(() => rig.pilot === "pwm", 5000);
    assert.ok(rig.at - ended >= 3000 && rig.at - ended <= 3000 + SLACK, `${rig.at - ended} ms`);
  });

  it("closes again 10 s after a normal opening, when the car asks before [ST-14]", () => {
    const rig = Rig.charging();
    rig.line("B");
    rig.msUntilOpen();
    const opened = rig.at;
    rig.advance(1000).line("C");
    assert.equal(rig.view.notBefore, opened + 10_000);
    rig.advanceUntil(() => rig.coil, 12_000);
    assert.ok(rig.at - opened >= 10_000 && rig.at - opened <= 10_000 + SLACK, `${rig.at - opened} ms`);
  });

  it("closes again 60 s after an opening by a fault, and offers so late that the car waits under 3 s [ST-15] [ST-05]", () => {
    const rig = Rig.charging();
    rig.forget().inputs({ coilSupplyPercent: 70 });
    rig.msUntilOpen();
    const opened = rig.at;
    rig.inputs({ coilSupplyPercent: 100 });
    rig.advanceUntil(() => rig.coil, 62_000);
    assert.ok(rig.at - opened >= 60_000 && rig.at - opened <= 60_500, `${rig.at - opened} ms`);
    const offered = rig.pilotMarks.findLast(({ pilot }) => pilot.kind === "pwm");
    assert.ok(offered !== undefined && rig.at - offered.at <= 3000);
  });

  it("closes at most once in 10 s however fast a flow pauses and resumes [ST-22] [F-45] [ST-13]", () => {
    const rig = Rig.charging();
    rig.forget();
    for (let round = 0; round < 600; round += 1) {
      rig.apply(round % 2 === 0 ? { type: "pause", by: "flow" } : { type: "resume", by: "flow" });
      if (!rig.coil && rig.world.line === "C" && rig.phase !== "preparing") rig.line("B");
      if (rig.pilot === "pwm" && rig.world.line === "B") rig.line("C");
      rig.advance(100);
    }
    rig.apply({ type: "resume", by: "flow" });
    rig.line("C").advance(20_000);
    const closings = rig.coilMarks.filter(({ on }) => on).map(({ at }) => at);
    assert.ok(closings.length >= 1);
    for (const [index, at] of closings.entries()) assert.ok(index === 0 || at - (closings[index - 1] ?? 0) >= 10_000);
    const starts = rig.pilotMarks.filter(
      ({ pilot }, index) => pilot.kind === "pwm" && rig.pilotMarks[index - 1]?.pilot.kind === "steadyHigh",
    );
    for (const { at } of starts) {
      const ended = rig.pilotMarks.findLast((mark) => mark.at < at && mark.pilot.kind === "steadyHigh");
      assert.ok(ended === undefined || at - ended.at >= 3000);
    }
  });

  it("closes 30 times an hour and no more, counts every closing, and says what it waits for [ST-22]", () => {
    const rig = Rig.offering();
    for (let closing = 0; closing < 30; closing += 1) {
      rig.line("C").advanceUntil(() => rig.coil, 20_000);
      rig.advance(500).line("B").advance(12_000);
    }
    const first = rig.coilMarks[0]?.at ?? Number.NaN;
    assert.equal(rig.view.closuresLastHour, 30);
    assert.equal(rig.persisted?.contactorCycles, 30);
    assert.deepEqual([rig.phase, rig.pilot, rig.view.limitedBy], ["paused", "steadyHigh", "contactor"]);
    rig.line("C").advanceUntil(() => rig.coil, 3_700_000);
    assert.ok(rig.at - first >= 3_600_000);
  });

  it("still knows after a restart how often it closed within the hour, and waits 10 s anew [ST-22] [PW-04]", () => {
    const rig = Rig.offering();
    for (let closing = 0; closing < 30; closing += 1) {
      rig.line("C").advanceUntil(() => rig.coil, 20_000);
      rig.advance(500).line("B").advance(12_000);
    }
    rig.restart().limit(32);
    rig.line("C").advance(600_000);
    assert.deepEqual([rig.coil, rig.view.limitedBy, rig.view.contactorCycles], [false, "contactor", 30]);
    const fresh = Rig.charging();
    fresh.restart().limit(32);
    const booted = fresh.at;
    fresh.advanceUntil(() => fresh.coil, 20_000);
    assert.ok(fresh.at - booted >= 10_000, `${fresh.at - booted} ms`);
  });
});

describe("sequence: changes of the offer", () => {
  it("lowers at once and raises at most every 5 s [ST-07] [DC-06] [I2]", () => {
    const rig = Rig.charging();
    rig.advance(10_000).forget();
    rig.limit(10);
    assert.ok(rig.offeredA <= 10 && rig.offeredA > 9.9, "a lower limit is in force in the same step");
    const lowered = rig.at;
    rig.advance(1000);
    rig.limit(20);
    assert.ok(rig.offeredA <= 10);
    rig.advanceUntil(() => rig.offeredA > 19, 6000);
    assert.ok(rig.at - lowered >= 5000 && rig.at - lowered <= 5000 + SLACK);
    rig.advance(1000);
    rig.limit(12);
    assert.ok(rig.offeredA <= 12);
    assert.equal(rig.coil, true);
  });

  it("goes to x1 at once however recent the last change [DC-06]", () => {
    const rig = Rig.charging();
    rig.limit(20);
    rig.advance(LOOP);
    rig.limit(5.9);
    assert.equal(rig.pilot, "steadyHigh");
  });
});

describe("sequence: waking the car", () => {
  it("wakes a car that does not answer for 30 s by 4 s of F, 750 ms of x1, and once only [ST-16] [F-46]", () => {
    const rig = Rig.offering();
    const offered = rig.pilotMarks.at(-1)?.at ?? Number.NaN;
    rig.forget().advance(200_000);
    assert.deepEqual(
      rig.pilotMarks.map(({ pilot }) => pilot.kind),
      ["steadyLow", "steadyHigh", "pwm"],
    );
    const [low, high, pwm] = rig.pilotMarks.map(({ at }) => at);
    assert.ok(low !== undefined && high !== undefined && pwm !== undefined);
    assert.ok(low - offered >= 30_000 && low - offered <= 30_000 + SLACK);
    assert.ok(high - low >= 4000 && high - low <= 4000 + SLACK);
    assert.ok(pwm - high >= 750 && pwm - high <= 850, `${pwm - high} ms`);
    assert.equal(rig.heard("wakeUpSent").length, 1);
    assert.deepEqual([rig.phase, rig.faults, rig.heard("unplugged")], ["waiting", [], []]);
    rig.line("C").advance(3000);
    assert.equal(rig.coil, true, "the diode is checked again and the car is served [ST-19]");
  });

  it("may wake once more after a pause of the charger, or a replug [ST-16]", () => {
    const rig = Rig.offering();
    rig.advance(60_000);
    rig.apply({ type: "pause", by: "user" });
    rig.advance(5000);
    rig.apply({ type: "resume", by: "user" });
    rig.advance(60_000);
    assert.equal(rig.heard("wakeUpSent").length, 2);
    rig.line("A").advance(1000).line("B").advance(60_000);
    assert.equal(rig.heard("wakeUpSent").length, 3);
  });

  it("leaves a car alone that has charged and stopped by itself [ST-16]", () => {
    const rig = Rig.charging();
    rig.line("B").advance(3_600_000);
    assert.deepEqual([rig.heard("wakeUpSent"), rig.phase], [[], "waiting"]);
  });

  it("opens the pilot instead of showing F where that is chosen, and does not take it for an unplugged car [ST-17]", () => {
    const rig = Rig.offering({ wakeUp: { method: "stateE", afterMs: Millis(10_000) } });
    rig.forget().advanceUntil(() => rig.phase === "waking", 20_000);
    assert.deepEqual([rig.state.outputs.pilotOpen, rig.pilot], [true, "steadyHigh"]);
    rig.advance(6000);
    assert.deepEqual([rig.state.outputs.pilotOpen, rig.pilot, rig.heard("unplugged")], [false, "pwm", []]);
    assert.ok(rig.pilotMarks.every(({ pilot }) => pilot.kind !== "steadyLow"));
  });

  it("shows x1 for 750 ms after an open pilot as after state F [ST-16]", () => {
    const rig = Rig.offering({ wakeUp: { method: "stateE", afterMs: Millis(10_000) } });
    rig.advanceUntil(() => rig.state.outputs.pilotOpen, 20_000).advanceUntil(() => !rig.state.outputs.pilotOpen);
    const high = rig.at;
    rig.advanceUntil(() => rig.pilot === "pwm");
    assert.ok(rig.at - high >= 750 && rig.at - high <= 850, `${rig.at - high} ms`);
  });

  it("never wakes where that is switched off [ST-17]", () => {
    const rig = Rig.offering({ wakeUp: { method: "none", afterMs: Millis(10_000) } });
    rig.forget().advance(300_000);
    assert.deepEqual(rig.pilotMarks, []);
  });

  it("ends a wake-up when the charger is paused in the middle [ST-16]", () => {
    const rig = Rig.offering();
    rig.advanceUntil(() => rig.phase === "waking", 40_000);
    rig.apply({ type: "pause", by: "user" });
    rig.advance(LOOP);
    assert.deepEqual([rig.phase, rig.pilot], ["paused", "steadyHigh"]);
  });
});

describe("sequence: installation", () => {
  it("offers what hardware, cable and 80 % of the breaker allow, whatever a message asks for [NE-01] [DC-08]", () => {
    const rig = Rig.ready({ ratings: { hardware: Amps(48), breaker: Amps(20), cable: Amps(32), continuousFactor: 0.8 } });
    rig.limit(80);
    rig.line("B").advance(1000);
    assert.ok(rig.offeredA <= 16 && rig.offeredA > 15.9);
    assert.equal(rig.view.limitedBy, "breaker");
  });
});
