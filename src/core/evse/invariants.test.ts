/** I1 to I7 over random event sequences: seeded, with a witness that keeps its own books. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import { createEvse, step } from "#core/evse/machine";
import { known, NOTHING_SENSED } from "#core/evse/memory";
import type { BoardInputs, EvseEvent, PersistedSafety, Step } from "#core/evse/types";
import type { PilotReading } from "#core/pilot/types";
import { Amps, Instant, Millis, Ohms, type WallTime } from "#core/units/units";
import type { Level } from "../../../test/support/evse-line.ts";
import { Rig, type World } from "../../../test/support/evse-rig.ts";
import { Witness } from "../../../test/support/evse-witness.ts";

const SEED = 20_260_101;

/** One thing that is done to a charger and its world, and how long it is left alone after it. */
type Deed =
  | { readonly do: "line"; readonly line: Level }
  | { readonly do: "world"; readonly change: Partial<World> }
  | { readonly do: "inputs"; readonly change: Partial<BoardInputs> }
  | { readonly do: "heal" }
  /** Everything a person can do to get a charge going again. */
  | { readonly do: "recover" }
  | { readonly do: "trip" }
  | { readonly do: "event"; readonly event: EvseEvent }
  | { readonly do: "restart" }
  | { readonly do: "stall"; readonly ms: number }
  | { readonly do: "wall"; readonly ms: number };
interface Act {
  readonly deed: Deed;
  readonly waitMs: number;
}

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const wild = fc.oneof(number(-100, 1e6), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0));
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const brand = <T extends number>(some: fc.Arbitrary<number>) => some as unknown as fc.Arbitrary<T>;

const inputs: fc.Arbitrary<Partial<BoardInputs>> = fc.record(
  {
    gfciTripped: orNull(fc.boolean()),
    gfciDc: fc.boolean(),
    coilInhibited: orNull(fc.boolean()),
    loadSide: fc.array(orNull(fc.boolean()), { maxLength: 4 }),
    groundPresent: orNull(fc.boolean()),
    mainsV: orNull(brand(wild)),
    currentA: orNull(brand(wild)),
    energyWh: orNull(brand(wild)),
    meterAt: orNull(brand(wild)),
    temperatureC: orNull(brand(number(-60, 150))),
    railHighV: orNull(brand(number(9, 14))),
    railLowV: orNull(brand(number(-14, 0))),
    coilSupplyPercent: orNull(wild),
    pwm: orNull(fc.record({ dutyPercent: brand(number(0, 100)), frequencyHz: wild })),
    ventilationOk: orNull(fc.boolean()),
    emergencyStop: fc.boolean(),
    proximityOhms: orNull(fc.constantFrom(Ohms(100), Ohms(220), Ohms(680), Ohms(5000))),
  },
  { requiredKeys: [] },
);

const limit: fc.Arbitrary<EvseEvent> = fc.record({
  type: fc.constant("limit" as const),
  lease: fc.record({
    limit: brand<Amps>(fc.oneof(number(0, 40), wild)),
    validFor: brand<Millis>(fc.oneof(number(100, 600_000), wild)),
    by: fc.constant("sun"),
  }),
});

const request: fc.Arbitrary<EvseEvent> = fc.oneof(
  { arbitrary: limit, weight: 6 },
  fc.constantFrom<EvseEvent>(
    { type: "pause", by: "x" },
    { type: "resume", by: "x" },
    { type: "authorise", tag: null },
    { type: "deauthorise", reason: "x" },
    { type: "reset", by: "x" },
    { type: "selfTest", by: "x" },
    { type: "wakeUp", by: "x" },
    { type: "late", by: Millis(45) },
    { type: "late", by: Millis(500) },
    { type: "late", by: Number.NaN as Millis },
    { type: "boot", run: "again", restored: null, delay: Millis(0) },
  ),
);

const world: fc.Arbitrary<Partial<World>> = fc.oneof(
  fc.record({ diode: fc.constantFrom("ok" as const, "shorted" as const, "notTested" as const) }),
  fc.record({ welded: fc.subarray([0, 1]) }),
  fc.record({ stuckOpen: fc.subarray([0, 1]) }),
  fc.record({
    gfci: fc.constantFrom("works" as const, "stuckHigh" as const, "stuckLow" as const, "doesNotClear" as const, "silent" as const),
  }),
  fc.record({ inhibit: fc.constantFrom("wired" as const, "notWired" as const, "broken" as const) }),
  fc.record({ currentA: orNull(number(0, 60)) }),
  fc.record({ meter: fc.constantFrom("works" as const, "silent" as const, "frozen" as const) }),
);

const bad: readonly Level[] = ["D", "E", "gap", "unreadable", "silent", "noLowPhase", "stuckHigh"];
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant("line" as const), line: fc.constantFrom<Level>("A", "B", "C", "C", "C") }), weight: 10 },
  { arbitrary: fc.record({ do: fc.constant("line" as const), line: fc.constantFrom(...bad) }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("event" as const), event: request }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant("heal" as const) }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("recover" as const) }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant("world" as const), change: world }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant("inputs" as const), change: inputs }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("trip" as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("restart" as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("stall" as const), ms: fc.integer({ min: 1, max: 3000 }) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("wall" as const), ms: fc.integer({ min: -9e9, max: 9e9 }) }), weight: 1 },
);
const wait = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 500, max: 4000 }), fc.integer({ min: 4000, max: 30_000 }));
const acts: fc.Arbitrary<Act[]> = fc.array(fc.record({ deed, waitMs: wait }), { minLength: 10, maxLength: 30 });

const config: fc.Arbitrary<Partial<EvseConfig>> = fc.record({
  ventilation: fc.constantFrom("none", "interlock"),
  authorisation: fc.constantFrom("free", "free", "free", "required"),
  meter: fc.constantFrom("none", "stopWhenSilent", "capWhenSilent"),
  faultPilot: fc.constantFrom("stateF", "steadyHigh"),
  autoReset: fc.boolean(),
  inlet: fc.constantFrom("tethered", "tethered", "type2Socket"),
  lease: fc.constantFrom({ defaultFor: Millis(30_000), fallback: Amps(0) }, { defaultFor: Millis(30_000), fallback: Amps(6) }),
  wakeUp: fc.constantFrom({ method: "stateF", afterMs: Millis(3000) }, { method: "stateE", afterMs: Millis(3000) }),
});

/** A rig whose every step is watched. */
class WatchedRig extends Rig {
  witness: Witness | null = null;

  protected override decide(event: EvseEvent, at: Instant): Step {
    const before = this.state;
    const decided = super.decide(event, at);
    this.witness?.watch(before, event, decided, at);
    return decided;
  }
}

function recover(rig: WatchedRig): void {
  rig
    .heal()
    .inputs({ proximityOhms: Ohms(220) })
    .line("A")
    .advance(1000);
  rig.apply({ type: "reset", by: "user" });
  rig.apply({ type: "resume", by: "user" });
  rig.limit(32);
  rig.line("B").advance(65_000);
  rig.apply({ type: "authorise", tag: null });
  rig.line("C").advance(5000);
}

function perform(rig: WatchedRig, { deed: what, waitMs }: Act): void {
  switch (what.do) {
    case "line":
      rig.line(what.line);
      break;
    case "world":
      rig.set(what.change);
      break;
    case "inputs":
      rig.inputs(what.change);
      break;
    case "heal":
      rig.heal();
      break;
    case "recover":
      recover(rig);
      break;
    case "trip":
      rig.trip();
      break;
    case "event":
      rig.apply(what.event);
      break;
    case "restart":
      rig.witness?.restarted();
      rig.restart(2000).limit(32);
      break;
    case "stall":
      rig.stall(what.ms);
      break;
    case "wall":
      rig.wall += what.ms;
      break;
    default:
      what satisfies never;
  }
  rig.advance(waitMs);
}

/** Plays acts on a charger that has a car and a limit. */
function play(settings: Partial<EvseConfig>, script: readonly Act[], offeredWall = 0): WatchedRig {
  const rig = new WatchedRig(settings);
  rig.wall += offeredWall;
  rig.witness = new Witness(rig.config);
  rig.witness.restarted();
  rig.limit(32);
  rig.apply({ type: "authorise", tag: null });
  rig
    .inputs({ proximityOhms: Ohms(220) })
    .line("B")
    .advance(5000);
  rig.apply({ type: "authorise", tag: null });
  rig.line("C").advance(3000);
  for (const act of script) perform(rig, act);
  return rig;
}

describe("invariants over random sequences", function () {
  // Seconds of work; a busy machine takes its time for them.
  this.timeout(180_000);

  it("hold at every step of 10^5 and more, with faults, garbage, requests, standstills and restarts [I1] [I2] [I3] [I6] [I7] [PW-04]", () => {
    let steps = 0;
    let closings = 0;
    let faults = 0;
    fc.assert(
      fc.property(config, acts, (settings, script) => {
        const rig = play(settings, script);
        steps += rig.steps;
        closings += rig.witness?.closings ?? 0;
        faults += rig.witness?.faults ?? 0;
        assert.deepEqual(rig.witness?.broken, []);
      }),
      { seed: SEED, numRuns: 60 },
    );
    assert.ok(
      steps >= 100_000 && closings >= 200 && faults >= 200,
      `${steps} steps, ${closings} closings, ${faults} faults: too little was tried`,
    );
  });

  it("depend on no wall clock: the same run under another one drives and tells the same [I4] [WD-04] [F-34]", () => {
    fc.assert(
      fc.property(acts, fc.integer({ min: -4e12, max: 4e12 }), (script, wall) => {
        const [one, other] = [play({}, script), play({}, script, wall)];
        assert.deepEqual(other.coilMarks, one.coilMarks);
        assert.deepEqual(other.pilotMarks, one.pilotMarks);
        assert.deepEqual(
          other.told.map(({ type, fault, reason, at }) => [type, fault, reason, at]),
          one.told.map(({ type, fault, reason, at }) => [type, fault, reason, at]),
        );
      }),
      { seed: SEED + 1, numRuns: 15 },
    );
  });

  it("a latched fault keeps open whatever is done but a reset, over restarts [I3] [PW-04]", () => {
    const isReset = ({ deed: what }: Act): boolean => what.do === "recover" || (what.do === "event" && what.event.type === "reset");
    fc.assert(
      fc.property(acts, fc.integer({ min: 0, max: 3 }), (script, which) => {
        const rig = play({}, []);
        if (which === 0) rig.inputs({ emergencyStop: true });
        if (which === 1) rig.set({ welded: [0] }).line("B");
        if (which === 2) rig.inputs({ gfciDc: true }).trip();
        if (which === 3) rig.set({ gfci: "silent" });
        rig.advance(1000);
        assert.ok(
          rig.view.faults.some(({ latched }) => latched === "untilReset"),
          rig.faults.join(),
        );
        rig.heal().forget();
        for (const act of script) if (!isReset(act)) perform(rig, act);
        assert.deepEqual(
          rig.coilMarks.filter(({ on }) => on),
          [],
        );
      }),
      { seed: SEED + 2, numRuns: 40 },
    );
  });
});

describe("a charger after random sequences", function () {
  this.timeout(180_000);

  it("charges again when everything was mended, a person has reset it, and the car was plugged in anew [I3] [ST-05]", () => {
    let worn = 0;
    fc.assert(
      fc.property(config, acts, (settings, script) => {
        const rig = play(settings, script);
        rig.set({ currentA: null });
        recover(rig);
        rig.line("A").advance(4000);
        recover(rig);
        // Thirty closings an hour are the most there are. @see ST-22
        if (rig.view.closuresLastHour >= 30) worn += 1;
        else assert.deepEqual([rig.phase, rig.coil, rig.faults], ["charging", true, []], `limited by ${rig.view.limitedBy}`);
      }),
      { seed: SEED + 5, numRuns: 30 },
    );
    assert.ok(worn <= 10, `${worn} of 30 were worn out: too little was tried`);
  });
});

describe("invariants under garbage", function () {
  this.timeout(180_000);

  const reading: fc.Arbitrary<PilotReading | null> = orNull(
    fc.record({
      at: brand<Instant>(fc.oneof(wild, number(0, 20_000))),
      valid: fc.boolean(),
      state: fc.constantFrom("A", "B", "C", "D", "E", "F", "gap", "unknown"),
      reasons: fc.subarray(["noHighPhase", "noLowPhase", "stuck", "outputChanged"]),
      highV: orNull(brand(wild)),
      lowV: orNull(brand(wild)),
      dutyPercent: orNull(brand(wild)),
      diode: fc.constantFrom("ok", "shorted", "notTested"),
    }),
  );
  const whole = inputs.map((some): BoardInputs => ({ ...NOTHING_SENSED, ...some }));
  const event: fc.Arbitrary<EvseEvent> = fc.oneof(
    fc.record({ type: fc.constant("sense" as const), reading, inputs: whole, wall: brand<WallTime>(wild) }),
    request,
  );

  it("nothing throws, nothing closes, time does not run backwards, and the state handed in is not touched [I1] [I5] [I4]", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, wild), { minLength: 20, maxLength: 120 }), (events) => {
        let state = step(createEvse(DEFAULT_EVSE_CONFIG), { type: "boot", run: "r", restored: null, delay: Millis(0) }, Instant(0)).state;
        for (const [what, at] of events) {
          const before = JSON.stringify(state);
          const next = step(state, what, at as Instant);
          assert.equal(JSON.stringify(state), before);
          assert.equal(next.state.outputs.coil, false);
          assert.deepEqual(step(state, what, at as Instant), next, "pure");
          assert.ok(known(next.state).memory.at >= known(state).memory.at, "time went backwards");
          state = next.state;
        }
      }),
      { seed: SEED + 3, numRuns: 60 },
    );
  });

  it("everything that is handed out to be written down survives JSON and a restart [PW-04]", () => {
    fc.assert(
      fc.property(acts, (script) => {
        const rig = play({}, script);
        const written = rig.persisted;
        assert.ok(written !== null);
        const back: PersistedSafety = JSON.parse(JSON.stringify(written));
        assert.deepEqual(back, written);
        rig.restart();
        assert.deepEqual(
          rig.view.faults
            .filter(({ latched }) => latched !== "no")
            .map(({ name }) => name)
            .sort(),
          written.latched
            .filter(({ latched }) => latched !== "no")
            .map(({ fault }) => fault)
            .sort(),
        );
        assert.deepEqual([rig.view.gfciResets, rig.view.contactorCycles], [written.gfciResets, written.contactorCycles]);
      }),
      { seed: SEED + 4, numRuns: 30 },
    );
  });
});
