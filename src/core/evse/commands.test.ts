import assert from "node:assert/strict";
import { createEvse, step } from "#core/evse/machine";
import type { EvseEvent } from "#core/evse/types";
import { Amps, Instant, Millis, WallTime } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

const ask = (rig: Rig, event: EvseEvent) => rig.apply(event)?.code ?? "done";

describe("commands: limits", () => {
  it("pauses below 6 A by x1 and keeps the old limit when a command makes no sense [DC-03] [DC-05] [F-39]", () => {
    const rig = Rig.charging();
    rig.limit(16);
    assert.ok(rig.offeredA <= 16 && rig.offeredA > 15.9);
    for (const nonsense of [Number.NaN, -1, 1e9, 81, "16", null, {}]) {
      const refusal = rig.limit(nonsense as number);
      assert.equal(refusal?.code, "outOfRange");
      assert.match(refusal?.message ?? "", /^Expected a limit from 0 to 80 A, got/);
      assert.ok(rig.offeredA > 15.9);
    }
    assert.equal(rig.limit(5.99), null);
    assert.deepEqual([rig.pilot, rig.phase, rig.view.limitedBy], ["steadyHigh", "stopping", "user"]);
  });

  it("are leases: when nobody renews one, x1, the car is given time, then open [WD-02] [F-32]", () => {
    const rig = Rig.charging();
    rig.forget().limit(16, 30_000, "sun");
    const given = rig.at;
    rig.advanceUntil(() => rig.pilot === "steadyHigh", 40_000);
    assert.ok(rig.at - given >= 30_000 && rig.at - given <= 30_000 + LOOP);
    assert.deepEqual([rig.phase, rig.coil, rig.heard("leaseExpired").length], ["stopping", true, 1]);
    rig.advance(7000);
    assert.deepEqual([rig.coil, rig.view.limitedBy, rig.view.leaseExpiresAt], [false, "lease", null]);
    rig.limit(16, 30_000, "sun");
    assert.equal(rig.heard("leaseRenewed").length, 1);
    rig.advanceUntil(() => rig.coil, 15_000);
  });

  it("go on at the fallback where one is set [WD-02]", () => {
    const rig = Rig.charging({ lease: { defaultFor: Millis(30_000), fallback: Amps(6) } });
    rig.limit(16, 10_000);
    rig.advance(20_000);
    assert.deepEqual([rig.coil, Math.round(rig.offeredA), rig.view.limitedBy], [true, 6, "lease"]);
  });

  it("do not expire while they are renewed, and say nothing of it [WD-02]", () => {
    const rig = Rig.charging();
    rig.limit(16, 30_000);
    rig.forget();
    for (let minute = 0; minute < 20; minute += 1) rig.advance(10_000).limit(16, 30_000);
    assert.deepEqual([rig.coil, rig.told], [true, []]);
  });

  it("are needed before anything is offered, after every start [WD-02] [I1]", () => {
    const rig = new Rig();
    rig.line("C").advance(60_000);
    assert.deepEqual([rig.offeredA, rig.coilMarks, rig.view.limitedBy, rig.view.available], [0, [], "lease", 0]);
  });

  it("cannot lift what the installer set [NE-01]", () => {
    const rig = Rig.charging();
    rig.limit(80);
    rig.advance(20_000);
    assert.ok(rig.offeredA <= 32);
    assert.equal(rig.view.limitedBy, "breaker");
  });
});

describe("commands: permission", () => {
  it("withdrawn in the middle of a charge stops it politely [F-40] [ST-10]", () => {
    const rig = Rig.charging();
    assert.equal(ask(rig, { type: "deauthorise", reason: "card blocked" }), "done");
    assert.deepEqual([rig.phase, rig.pilot, rig.coil, rig.view.authorised], ["stopping", "steadyHigh", true, false]);
    rig.line("B").advance(1000);
    assert.deepEqual([rig.coil, rig.view.limitedBy], [false, "authorisation"]);
    assert.equal(ask(rig, { type: "authorise", tag: "other card" }), "done");
    rig.line("C").advanceUntil(() => rig.coil, 15_000);
  });

  it("may come up to a minute before the car, not longer, and for one car only", () => {
    const rig = Rig.ready({ authorisation: "required" });
    assert.equal(ask(rig, { type: "authorise", tag: "card" }), "done");
    rig.advance(50_000).line("B").advance(1000);
    assert.equal(rig.pilot, "pwm");
    rig.line("A").advance(1000).line("B").advance(5000);
    assert.equal(rig.view.limitedBy, "authorisation");
    rig.line("A").advance(1000);
    assert.equal(ask(rig, { type: "authorise", tag: "card" }), "done");
    rig.advance(61_000).line("B").advance(5000);
    assert.equal(rig.view.limitedBy, "authorisation");
  });

  it("can be taken back before the car comes, and not where none was given", () => {
    const rig = Rig.ready({ authorisation: "required" });
    assert.equal(ask(rig, { type: "deauthorise", reason: "x" }), "notPlugged");
    ask(rig, { type: "authorise", tag: "card" });
    assert.equal(ask(rig, { type: "deauthorise", reason: "x" }), "done");
    rig.line("B").advance(5000);
    assert.equal(rig.view.authorised, false);
  });

  it("survives a restart with its session [PW-04]", () => {
    const rig = Rig.ready({ authorisation: "required" });
    rig.line("B").advance(1000).apply({ type: "authorise", tag: "card" });
    rig.advance(1000).restart().limit(32);
    rig.advance(20_000);
    assert.deepEqual([rig.view.authorised, rig.pilot], [true, "pwm"]);
  });

  /** Started anew with a fault that a person has to reset: state F hides the car, whose session waits for it. */
  function hidden(authorised: boolean): Rig {
    const rig = Rig.ready({ authorisation: "required" });
    rig.line("B").advance(1000);
    if (authorised) rig.apply({ type: "authorise", tag: "card" });
    rig.inputs({ emergencyStop: true }).advance(1000).release("emergencyStop").restart().limit(32);
    rig.advance(5000);
    assert.deepEqual([rig.view.vehicle, rig.faults, rig.view.session?.id], ["F", ["EmergencyStop"], "run1-1"]);
    return rig.forget();
  }

  it("is withdrawn from a session that waits for its car to be seen again, over another restart too [F-40] [PW-04]", () => {
    const rig = hidden(true);
    assert.equal(ask(rig, { type: "deauthorise", reason: "card blocked" }), "done");
    assert.deepEqual(
      rig.heard("deauthorised").map(({ session, reason }) => [session, reason]),
      [["run1-1", "card blocked"]],
    );
    assert.equal(ask(rig, { type: "deauthorise", reason: "card blocked" }), "notPlugged");
    rig.restart().limit(32);
    rig.advance(5000).apply({ type: "reset", by: "user" });
    rig.advance(20_000);
    assert.deepEqual([rig.view.session?.id, rig.view.authorised, rig.view.limitedBy], ["run1-1", false, "authorisation"]);
  });

  it("may be given to such a session, and is then no other car's [PW-04]", () => {
    const rig = hidden(false);
    assert.equal(ask(rig, { type: "authorise", tag: "card" }), "done");
    rig.apply({ type: "reset", by: "user" });
    rig.advance(20_000);
    assert.deepEqual([rig.view.session?.id, rig.view.authorised, rig.pilot], ["run1-1", true, "pwm"]);
    rig.line("A").advance(1000).line("B").advance(5000);
    assert.equal(rig.view.authorised, false);
  });
});

describe("commands: start delay", () => {
  it("offers nothing before the drawn delay is over, and tells until when [PW-03]", () => {
    const rig = Rig.charging();
    rig.restart(1000, 300_000).limit(32);
    const booted = rig.at;
    rig.advance(10_000);
    assert.deepEqual([rig.phase, rig.view.limitedBy, rig.view.notBefore], ["paused", "startDelay", booted + 300_000]);
    rig.advanceUntil(() => rig.coil, 400_000);
    assert.ok(rig.at - booted >= 300_000);
  });

  it("may be cut short by a person [PW-03]", () => {
    const rig = Rig.charging();
    rig.restart(1000, 1_800_000).limit(32);
    rig.advance(20_000);
    assert.equal(ask(rig, { type: "resume", by: "user" }), "done");
    rig.advanceUntil(() => rig.coil, 5000);
    assert.equal(rig.heard("resumed").length, 1);
  });
});

describe("commands: reset", () => {
  it("finds nothing where nothing is latched", () => {
    assert.equal(ask(Rig.ready(), { type: "reset", by: "user" }), "nothingToReset");
    const waiting = Rig.offering();
    waiting.line("D").advance(1000);
    assert.equal(ask(waiting, { type: "reset", by: "user" }), "nothingToReset");
  });

  it("is refused while the cause is there, and names it", () => {
    const rig = Rig.charging();
    rig.inputs({ emergencyStop: true }).advance(1000);
    const refusal = rig.apply({ type: "reset", by: "user" });
    assert.equal(refusal?.code, "causeRemains");
    assert.match(refusal?.message ?? "", /EmergencyStop/);
  });

  it("clears what it can and keeps what it must", () => {
    const rig = Rig.charging({}, 0);
    rig
      .inputs({ emergencyStop: true })
      .advance(1000)
      .set({ welded: [0] })
      .advance(1000)
      .inputs({ emergencyStop: false })
      .advance(100);
    assert.deepEqual(rig.faults, ["EmergencyStop", "ContactorWelded"]);
    assert.equal(ask(rig, { type: "reset", by: "user" }), "done");
    assert.deepEqual(rig.faults, ["ContactorWelded"]);
  });

  it("tests everything again before anything is offered [PW-02]", () => {
    const rig = Rig.charging();
    rig.inputs({ emergencyStop: true }).advance(100_000).inputs({ emergencyStop: false }).line("B").advance(1000).forget();
    const reset = rig.at;
    ask(rig, { type: "reset", by: "user" });
    assert.equal(rig.phase, "selfTest");
    rig.advanceUntil(() => rig.pilot === "pwm", 10_000);
    assert.ok(rig.at - reset >= 3000);
    assert.equal(rig.heard("selfTestPassed").length, 1);
  });

  it("forgets the count of resets without disturbing a charge [GF-08]", () => {
    const rig = Rig.charging();
    rig
      .advance(20_000)
      .trip()
      .advance(20 * 60_000);
    assert.deepEqual([rig.phase, rig.view.gfciResets], ["charging", 1]);
    assert.equal(ask(rig, { type: "reset", by: "user" }), "done");
    rig.advance(1000);
    assert.deepEqual([rig.phase, rig.view.gfciResets], ["charging", 0]);
  });

  it("says so when the ground-fault latch cannot be reset", () => {
    const rig = Rig.charging();
    rig.trip();
    rig.msUntilOpen();
    rig.advance(1000).set({ gfci: "stuckHigh" }).forget();
    assert.equal(ask(rig, { type: "reset", by: "user" }), "done");
    rig.advance(3000);
    assert.deepEqual(
      rig.heard("fault").map(({ fault, reason }) => [fault, reason]),
      [["GroundFault", "latchDoesNotClear"]],
    );
  });
});

describe("commands: waking", () => {
  it("wakes at once, once, and only a car that waits [ST-16]", () => {
    const rig = Rig.offering();
    assert.equal(ask(rig, { type: "wakeUp", by: "user" }), "done");
    assert.equal(rig.phase, "waking");
    rig.advance(10_000);
    assert.equal(ask(rig, { type: "wakeUp", by: "user" }), "alreadyUsed");
    assert.equal(ask(Rig.ready(), { type: "wakeUp", by: "user" }), "notPlugged");
    assert.equal(ask(Rig.charging(), { type: "wakeUp", by: "user" }), "busy");
    assert.equal(ask(Rig.offering({ wakeUp: { method: "none", afterMs: Millis(1) } }), { type: "wakeUp", by: "user" }), "notAllowed");
  });
});

describe("commands: lateness", () => {
  it("above 30 ms is told, above 60 ms opens and tests everything again [F-31] [ST-12]", () => {
    const rig = Rig.charging();
    rig.forget();
    ask(rig, { type: "late", by: Millis(30) });
    assert.deepEqual(rig.told, []);
    ask(rig, { type: "late", by: Millis(31) });
    assert.deepEqual([rig.heard("late").length, rig.coil], [1, true]);
    ask(rig, { type: "late", by: Millis(61) });
    assert.deepEqual([rig.coil, rig.faults], [false, ["ControllerLate"]]);
    rig.advanceUntil(() => rig.faults.length === 0, 5000);
    assert.ok(rig.heard("selfTestPassed").length >= 1);
    rig.advanceUntil(() => rig.coil, 61_000);
  });

  it("opens when it is no number", () => {
    const rig = Rig.charging();
    ask(rig, { type: "late", by: Number.NaN as Millis });
    assert.equal(rig.coil, false);
  });

  it("is noticed by the machine itself when two looks are too far apart [F-31]", () => {
    const rig = Rig.charging();
    rig.stall(86).advance(LOOP);
    assert.deepEqual([rig.coil, rig.faults], [false, ["ControllerLate"]]);
    const fine = Rig.charging();
    fine.stall(40).advance(LOOP);
    assert.equal(fine.coil, true);
  });

  it("does not matter while nothing is closed [F-31]", () => {
    const rig = Rig.offering();
    rig.stall(5000).advance(1000);
    assert.deepEqual([rig.faults, rig.pilot], [[], "pwm"]);
  });
});

describe("commands: before the boot event", () => {
  it("are refused, and nothing is driven or sensed [I5] [PW-01]", () => {
    const state = createEvse(Rig.ready().config);
    for (const event of [
      { type: "pause", by: "x" },
      { type: "resume", by: "x" },
      { type: "reset", by: "x" },
      { type: "sense", reading: null, inputs: { ...Rig.ready().lastInputs }, wall: WallTime(0) },
    ] as const) {
      const next = step(state, event, Instant(1000));
      assert.deepEqual([next.refusal?.code, next.state.outputs, next.happened, next.persist], ["busy", state.outputs, [], null]);
    }
  });
});
