import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { withFault } from "#core/evse/fault-register";
import { brokenClause, gate, SAFE_OUTPUTS, type Wish } from "#core/evse/gate";
import { createEvse } from "#core/evse/machine";
import { type EvseMemory, known } from "#core/evse/memory";
import { NEVER } from "#core/evse/time";
import type { EvseState, Outputs } from "#core/evse/types";
import { SELF_TEST_NEVER, startSelfTest } from "#core/gfci/self-test";
import { STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, DutyPercent, Instant, Millis, WallTime } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

const PWM = { kind: "pwm", dutyPercent: DutyPercent(50) } as const;

/** Two loops before it closes. */
function aboutToClose(): Rig {
  const rig = Rig.offering();
  rig.line("C").advance(492);
  assert.deepEqual([rig.coil, rig.phase], [false, "preparing"]);
  return rig;
}

const wishOf = (outputs: Outputs, change: Partial<Wish> = {}): Wish => ({
  ...outputs,
  why: null,
  openedByFault: false,
  coil: true,
  ...change,
});

function clause(rig: Rig, memory: Partial<EvseMemory> = {}, wish: Partial<Wish> = {}): string | null {
  const tampered = { ...known(rig.state).memory, ...memory };
  return brokenClause(tampered, rig.state.outputs, wishOf(rig.state.outputs, wish), rig.config, Instant(rig.at + 2 * LOOP));
}

describe("gate", () => {
  const open = aboutToClose();
  const closed = Rig.charging();
  const memoryOf = (rig: Rig): EvseMemory => known(rig.state).memory;

  it("lets through what satisfies I1 [I1]", () => {
    assert.equal(clause(closed), null);
    assert.equal(clause(open), null);
  });

  const fault = withFault(memoryOf(closed).faults, "BrownOut", { cause: "test" }, { at: Instant(0), wall: WallTime(0), duringOffer: true });
  const error = withFault(
    memoryOf(closed).faults,
    "OverTemperature",
    { cause: "test" },
    { at: Instant(0), wall: WallTime(0), duringOffer: true },
  );
  const { pilot, plug, contactor, offer, drive } = memoryOf(closed);
  assert.ok(plug !== null);

  const broken: readonly (readonly [string, Partial<EvseMemory>, Partial<Wish>])[] = [
    ["the vehicle is in B", { pilot: { ...pilot, vehicle: "B" } }, {}],
    ["the vehicle is in D without ventilation", { pilot: { ...pilot, vehicle: "D" } }, {}],
    ["C was last seen too long ago", { pilot: { ...pilot, wantedAt: Instant(closed.at - 81) } }, {}],
    ["C was never seen", { pilot: { ...pilot, wantedAt: NEVER } }, {}],
    ["no car is plugged", { plug: null }, {}],
    ["the diode was shown only twice", { plug: { ...plug, diode: { shown: 2, missingSince: null } } }, {}],
    ["the self-test has not passed since it opened", { selfTest: SELF_TEST_NEVER }, {}],
    ["the self-test is running", { selfTest: startSelfTest(Instant(closed.at)) }, {}],
    ["an emergency is there", { faults: fault }, {}],
    ["an error is there and PWM goes on", { faults: error }, {}],
    ["state F is shown", {}, { pilot: STEADY_LOW }],
    ["the pilot is taken off the car", {}, { pilotOpen: true }],
    ["the interrupter is being stimulated", {}, { gfciTest: true }],
    ["the interrupter is being reset", {}, { gfciReset: true }],
    ["the shunt trip is on", {}, { shuntTrip: true }],
  ];
  for (const [what, memory, wish] of broken) {
    it(`refuses a closed contactor when ${what} [I1] [I7]`, () => {
      assert.notEqual(clause(closed, memory, wish), null);
      const tampered = { ...memoryOf(closed), ...memory };
      const gated = gate(tampered, closed.state.outputs, wishOf(closed.state.outputs, wish), closed.config, Instant(closed.at));
      assert.deepEqual([gated.outputs.coil, gated.memory.contactor.coil], [false, false]);
      assert.deepEqual(gated.memory.selfTest, SELF_TEST_NEVER, "the next closing needs a self-test of its own");
    });
  }

  const notYet: readonly (readonly [string, Partial<EvseMemory>, Partial<Wish>])[] = [
    ["without PWM", {}, { pilot: STEADY_HIGH }],
    ["without a limit in force", { offer: { ...offer, limit: Amps(5), pilot: STEADY_HIGH } }, {}],
    ["before C was stable", { pilot: { ...memoryOf(open).pilot, stableSince: Instant(open.at - 400) } }, {}],
    ["before the weld check", { contactor: { ...memoryOf(open).contactor, verdict: "checking" } }, {}],
    ["on a weld", { contactor: { ...memoryOf(open).contactor, verdict: "welded" } }, {}],
  ];
  for (const [what, memory, wish] of notYet) {
    it(`refuses to close ${what} [I1]`, () => assert.notEqual(clause(open, memory, wish), null));
  }

  it("grants an error and a steady pilot its grace, up to 7 s [I1] [ST-11]", () => {
    const steady = { ...closed.state.outputs, pilot: STEADY_HIGH };
    const endedAgo = (ms: number): string | null =>
      brokenClause(
        { ...memoryOf(closed), faults: error, drive: { ...drive, pwmEndedAt: Instant(closed.at - ms) } },
        steady,
        wishOf(steady),
        DEFAULT_EVSE_CONFIG,
        Instant(closed.at),
      );
    assert.deepEqual([endedAgo(7000), endedAgo(7001) === null], [null, false]);
  });

  it("drives nothing before anything is known [I5]", () => {
    assert.deepEqual(createEvse(DEFAULT_EVSE_CONFIG).outputs, SAFE_OUTPUTS);
    assert.deepEqual([SAFE_OUTPUTS.coil, SAFE_OUTPUTS.pilot], [false, STEADY_HIGH]);
  });

  it("keeps the outputs it was given when nothing is to change", () => {
    const { memory } = known(closed.state);
    const { outputs } = closed.state;
    assert.equal(gate(memory, outputs, wishOf(outputs), closed.config, Instant(closed.at)).outputs, outputs);
    assert.equal(
      gate(memory, { ...outputs, pilot: PWM }, wishOf(outputs, { pilot: { ...PWM } }), closed.config, Instant(closed.at)).memory,
      memory,
    );
  });

  it("remembers when PWM ended and when the contactor closed, however it came to that", () => {
    const rig = Rig.charging();
    rig.apply({ type: "pause", by: "user" });
    assert.equal(known(rig.state).memory.drive.pwmEndedAt, rig.at);
    assert.equal(contactor.closures.length, 1);
  });
});

describe("gate as a backstop", () => {
  /** A machine whose own sequence is broken in one place, at each step. */
  function sabotaged(rig: Rig, sabotage: (memory: EvseMemory) => Partial<EvseMemory>): void {
    const state = known(rig.state);
    const broken: EvseState = { ...state, memory: { ...state.memory, ...sabotage(state.memory) } };
    rig.state = broken;
  }

  it("opens at 7 s with the sequence's own 6 s clock stopped, and calls that a defect [ST-11] [F-24] [I7]", () => {
    const rig = Rig.charging();
    rig.apply({ type: "pause", by: "user" });
    const ended = rig.at;
    while (rig.coil && rig.at - ended < 20_000) {
      sabotaged(rig, () => ({ phaseSince: Instant(rig.at) }));
      rig.advance(LOOP);
    }
    assert.ok(rig.at - ended >= 7000 && rig.at - ended <= 7050, `${rig.at - ended} ms`);
    assert.equal(rig.fault("InternalFault")?.latched, "untilReset");
    assert.equal(rig.heard("fault").at(-1)?.evidence?.clause, "the grace after PWM is over");
    rig.advance(600_000);
    assert.deepEqual([rig.coil, rig.phase, rig.pilot], [false, "faulted", "steadyLow"]);
  });

  it("opens when the sequence forgets to look at the pilot [I1] [I7]", () => {
    const rig = Rig.charging();
    rig.line("silent");
    const from = rig.at;
    while (rig.coil && rig.at - from < 2000) {
      sabotaged(rig, ({ pilot }) => ({ pilot: { ...pilot, trustedUntil: Instant(rig.at + 1000) } }));
      rig.advance(LOOP);
    }
    assert.ok(rig.at - from <= 100, `${rig.at - from} ms`);
    assert.deepEqual(rig.faults, ["InternalFault"]);
  });

  it("does not stay closed for a sequence that forgets the self-test [I1] [I7]", () => {
    const untested = Rig.charging();
    sabotaged(untested, () => ({ selfTest: SELF_TEST_NEVER }));
    untested.advance(LOOP);
    assert.deepEqual([untested.coil, untested.faults], [false, ["InternalFault"]]);
  });

  it("a person's reset lets a machine with a recorded defect start again [I3]", () => {
    const rig = Rig.charging();
    sabotaged(rig, () => ({ selfTest: SELF_TEST_NEVER }));
    rig.advance(100_000);
    assert.equal(rig.apply({ type: "reset", by: "user" }), null);
    rig.advanceUntil(() => rig.coil, 20_000);
    rig.limit(16, Millis(60_000));
    assert.deepEqual(rig.faults, []);
  });
});
