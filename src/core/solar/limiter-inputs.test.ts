import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { advance } from "#core/solar/car-model";
import { DEFAULT_SOLAR_CONFIG, type SolarConfig } from "#core/solar/config";
import { inHundredths } from "#core/solar/hundredths";
import { createSolar, explain, type LearnedSolar, learnedSolar, step } from "#core/solar/limiter";
import type { SolarEvent } from "#core/solar/types";
import { Amps, Instant, Seconds, WattHours, Watts } from "#core/units/units";

const s = (seconds: number): Instant => Instant(seconds * 1000);
const config = (change: Partial<SolarConfig> = {}): SolarConfig => ({ ...DEFAULT_SOLAR_CONFIG, ...change });

describe("solar limiter, memory", () => {
  it("knows after a restart what it had learned, through plain JSON", () => {
    let state = createSolar(config(), s(0));
    for (let second = 0; second < 7200; second += 5) {
      const grid = state.limit * 230 - (2500 + 800 * Math.sin(second / 60));
      ({ state } = step(state, { type: "reading", source: "grid", value: grid, measuredAt: s(second) }, s(second)));
    }
    const learned: LearnedSolar = JSON.parse(JSON.stringify(learnedSolar(state)));
    const again = createSolar(config(), s(0), learned);
    deepEqual(again.observer.identification.best, state.observer.identification.best);
    ok(
      state.observer.identification.speed.unrest.some((value) => value > 6),
      "something was learned",
    );
    deepEqual(learnedSolar(again), learned);
  });

  it("ignores a memory that does not fit", () => {
    const odd = {
      version: 1,
      importTolerance: 1,
      tempers: [],
      observer: { car: { speed: [1], start: [], cap: [Number.NaN] }, trimA: 99, meterLagMs: 0 },
    } as const;
    const state = createSolar(config(), s(0), odd);
    deepEqual(state.observer.identification.best, createSolar(config(), s(0)).observer.identification.best);
    equal(state.observer.trim, 2.5);
  });

  it("counts every rejection by source and reason and shows the last", () => {
    let state = createSolar(config(), s(0));
    const events: readonly SolarEvent[] = [
      { type: "rejected", source: "grid", reason: "unavailable" },
      { type: "reading", source: "grid", value: 1e9, measuredAt: null },
      { type: "reading", source: "batterySoc", value: 130, measuredAt: null },
    ];
    for (const event of events) ({ state } = step(state, event, s(0)));
    const told = explain(state, s(0));
    deepEqual(told.rejected, { "grid.unavailable": 1, "grid.implausible": 1, "batterySoc.implausible": 1 });
    equal(told.rejectedLast, "batterySoc.implausible");
  });
});
describe("solar limiter, inputs", () => {
  it("reads four times a second without losing its way", () => {
    let state = createSolar(config(), s(0));
    let limit = 0;
    for (let quarter = 0; quarter < 4 * 900; quarter += 1) {
      const at = s(quarter / 4);
      const grid = limit * 230 - 2300 + (quarter % 5);
      ({ state } = step(state, { type: "reading", source: "grid", value: grid, measuredAt: at }, at));
      limit = state.limit;
    }
    ok(Math.abs(limit - 10) < 0.3, `${limit} A`);
  });

  it("takes a surplus that does not contain the car as it stands", () => {
    let state = createSolar(config({ carInMeter: false }), s(0));
    for (let second = 0; second < 900; second += 5) {
      ({ state } = step(state, { type: "reading", source: "grid", value: -2070 - (second % 3), measuredAt: s(second) }, s(second)));
    }
    ok(Math.abs(state.limit - 9) < 0.2, `${state.limit} A`);
  });

  it("makes the surplus of sun and house where nothing reads the connection", () => {
    let state = createSolar(config(), s(0));
    for (let second = 0; second < 900; second += 5) {
      ({ state } = step(state, { type: "reading", source: "pv", value: 3000 + (second % 3), measuredAt: s(second) }, s(second)));
      ({ state } = step(state, { type: "reading", source: "house", value: 700 + (second % 2), measuredAt: s(second) }, s(second)));
    }
    ok(Math.abs(state.limit - 10) < 0.2, `${state.limit} A`);
  });

  it("offers more to a car that is measured to draw less than offered", () => {
    let state = createSolar(config(), s(0));
    for (let second = 0; second < 1800; second += 1) {
      const car = Math.max(0, state.limit - 1);
      ({ state } = step(state, { type: "reading", source: "carCurrent", value: car, measuredAt: s(second) }, s(second)));
      ({ state } = step(
        state,
        { type: "reading", source: "grid", value: car * 230 - 2300 + (second % 7), measuredAt: s(second) },
        s(second),
      ));
    }
    ok(Math.abs(state.limit - 11) < 0.3, `${state.limit} A`);
  });
});

describe("solar limiter, clocks", () => {
  for (const [name, jump] of [
    ["half a minute back", -30],
    ["an hour ahead", 3600],
  ] as const) {
    it(`follows the sun again after the meter's clock was set ${name}`, () => {
      let state = createSolar(config(), s(0));
      for (let t = 4000; t < 8000; t += 5) {
        const sun = t < 6000 ? 2300 : 2760;
        const measuredAt = s(t < 5000 ? t : t + jump);
        ({ state } = step(state, { type: "reading", source: "grid", value: state.limit * 230 - sun + (t % 3), measuredAt }, s(t)));
        for (const number of numbersIn(explain(state, s(t)))) ok(Number.isFinite(number));
      }
      ok(Math.abs(state.limit - 12) < 0.3, `${state.limit} A`);
    });
  }

  it("does not believe a meter whose clock is an hour behind: the readings count as stale, the car stops", () => {
    let state = createSolar(config(), s(0));
    for (let t = 4000; t < 14_000; t += 5) {
      const measuredAt = s(t < 5000 ? t : t - 3600);
      ({ state } = step(state, { type: "reading", source: "grid", value: state.limit * 230 - 2300 + (t % 3), measuredAt }, s(t)));
    }
    equal(state.limit, 0);
    ok((explain(state, s(14_000)).rejected["grid.stale"] ?? 0) > 1000);
  });
});

/** When readings are taken and when they arrive, s. */
type Schedule = readonly (readonly [measured: number, arrives: number])[];
const every = (period: number, late: number): Schedule =>
  Array.from({ length: Math.floor(3600 / period) }, (_, i) => [i * period, i * period + late]);
const irregular: Schedule = Array.from({ length: 400 }, (_, i) => [i * 9 + ((i * 7919) % 8), i * 9 + ((i * 7919) % 8) + ((i * 31) % 5)]);

describe("solar limiter, reading rates", () => {
  const schedules: readonly (readonly [string, Schedule])[] = [
    ["four times a second", every(0.25, 0)],
    ["every second", every(1, 0)],
    ["every second, ten seconds late", every(1, 10)],
    ["every 10 s, ten seconds late", every(10, 10)],
    ["once a minute, 20 s late", every(60, 20)],
    ["irregularly", irregular],
    ["in bursts of ten every 30 s", every(3, 0).map(([measured]) => [measured, Math.ceil((measured + 1) / 30) * 30])],
    ["with every reading sent three times", every(5, 1).flatMap(([m, a]) => [[m, a] as const, [m, a + 1] as const, [m, a + 2] as const])],
    ["with neighbours swapped", every(5, 2).map(([m, a], i) => [m, a + (i % 2 === 0 ? 6 : 0)])],
  ];
  const car = { dead: Seconds(2), ramp: 2, start: Seconds(10), cap: 80 };
  for (const [name, schedule] of schedules) {
    it(`settles on the sun with one start and no swing when read ${name}`, () => {
      const arrivals = [...schedule].sort((a, b) => a[1] - b[1]);
      let state = createSolar(config({ gate: { ...DEFAULT_SOLAR_CONFIG.gate, detectFrozen: false } }), s(0));
      const drawn: number[] = [0];
      let starts = 0;
      let most = 0;
      let least = 99;
      for (let t = 0.25, next = 0; t < 3600; t += 0.25) {
        drawn.push(advance(drawn.at(-1) ?? 0, (t - 0.25) * 1000, t * 1000, car, state.observer.commands));
        const before = state.limit;
        for (let due = arrivals[next]; due !== undefined && due[1] <= t; due = arrivals[next]) {
          next += 1;
          const grid = (drawn[Math.round(due[0] * 4)] ?? 0) * 230 - 2300 + (due[0] % 3);
          ({ state } = step(state, { type: "reading", source: "grid", value: grid, measuredAt: s(due[0]) }, s(t)));
        }
        if (t % 1 === 0) ({ state } = step(state, { type: "tick" }, s(t)));
        if (before <= 0 && state.limit > 0) starts += 1;
        if (t > 1800) {
          most = Math.max(most, state.limit);
          least = Math.min(least, state.limit);
        }
      }
      equal(starts, 1);
      ok(most - least < 0.2 && Math.abs(most - 10) < 0.2, `between ${least} A and ${most} A in the second half hour`);
    });
  }
});

const anyNumber = fc.oneof(fc.double({ min: -20_000, max: 20_000 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, -0, 0));
const anyEvent: fc.Arbitrary<SolarEvent> = fc.oneof(
  fc.constant<SolarEvent>({ type: "tick" }),
  fc.record({
    type: fc.constant("reading" as const),
    source: fc.constantFrom(
      "grid" as const,
      "excess" as const,
      "pv" as const,
      "house" as const,
      "battery" as const,
      "batterySoc" as const,
      "carCurrent" as const,
      "carPower" as const,
    ),
    value: anyNumber,
    measuredAt: fc.option(fc.integer({ min: 0, max: 4_000_000 }).map(Instant)),
  }),
  fc.record({
    type: fc.constant("mode" as const),
    mode: fc.constantFrom("off" as const, "solar" as const, "solarMinimum" as const, "fast" as const, "plan" as const),
  }),
  fc.record({
    type: fc.constant("car" as const),
    presence: fc.constantFrom("absent" as const, "waiting" as const, "charging" as const, "unknown" as const),
  }),
  fc.record({ type: fc.constant("importTolerance" as const), value: anyNumber }),
  fc.record({ type: fc.constant("prices" as const), importPrice: anyNumber, feedInPrice: anyNumber, worth: anyNumber }),
  fc.record({
    type: fc.constant("powerCeiling" as const),
    name: fc.constantFrom("peak", "user"),
    limit: fc.option(fc.oneof(fc.double({ min: 0, max: 12_000, noNaN: true }).map(Watts), fc.constant(Number.NaN as Watts))),
    until: fc.option(fc.integer({ min: 0, max: 4_000_000 }).map(Instant)),
  }),
  fc.record({
    type: fc.constant("ceiling" as const),
    name: fc.constantFrom("fuse2", "tariff", "user"),
    limit: fc.option(fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }).map(Amps), fc.constant(Number.NaN as Amps))),
    until: fc.option(fc.integer({ min: 0, max: 4_000_000 }).map(Instant)),
  }),
  fc.record({ type: fc.constant("phaseCurrents" as const), amps: fc.array(anyNumber, { maxLength: 3 }), measuredAt: fc.constant(null) }),
  fc.record({ type: fc.constant("page" as const), text: fc.string() }),
  fc.record({
    type: fc.constant("batteryPolicy" as const),
    policy: fc.record({
      priority: fc.constantFrom("ignore" as const, "carFirst" as const, "batteryFirst" as const, "share" as const),
      targetSoc: fc.integer({ min: 0, max: 100 }),
    }),
  }),
  fc.record({
    type: fc.constant("plan" as const),
    plan: fc.option(
      fc.record({ energy: fc.integer({ min: 0, max: 20_000 }).map(WattHours), by: fc.integer({ min: 0, max: 4_000_000 }).map(Instant) }),
    ),
  }),
);
const anyRun = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 90_000 })), { maxLength: 80 });
const anyConfig = fc.record({
  phases: fc.constantFrom(1 as const, 3 as const, "switchable" as const),
  rampUp: fc.constantFrom(null, 0.2),
  mainFuse: fc.constantFrom(null, Amps(25)),
  carInMeter: fc.boolean(),
  zeroExport: fc.boolean(),
  mode: fc.constantFrom("solar" as const, "solarMinimum" as const, "fast" as const),
});

/** Every number anywhere inside, however deep. */
function* numbersIn(value: unknown): Generator<number> {
  if (typeof value === "number") yield value;
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* numbersIn(inner);
}

describe("solar limiter, whatever comes", () => {
  it("never exceeds a ceiling, never offers between nothing and the floor, is off when off, and lets no NaN out", () => {
    fc.assert(
      fc.property(anyConfig, anyRun, (change, run) => {
        let state = createSolar(config(change), s(0));
        let at = 0;
        for (const [event, wait] of run) {
          at += wait;
          const { state: next, decision } = step(state, event, Instant(at));
          state = next;
          const { limit } = decision;
          ok(limit === 0 || (limit >= 6 && limit <= 16), `${limit} A`);
          equal(limit, inHundredths(limit), "an offer without a tail");
          const volts = 230 * decision.phases;
          for (const [name, { amps, watts, until }] of state.ceilings.named) {
            if (until !== null && until <= at) continue;
            ok(amps === null || limit <= Math.max(0, amps), `${limit} A above ${name} at ${amps} A`);
            ok(watts === null || limit * volts <= Math.max(0, watts) + 1e-6, `${limit} A above ${name} at ${watts} W`);
          }
          if (state.mode === "off") equal(limit, 0);
          const told = explain(state, Instant(at));
          for (const number of numbersIn([decision, told, learnedSolar(state)])) ok(Number.isFinite(number), JSON.stringify(told));
        }
      }),
      { seed: 61851, numRuns: 600 },
    );
  });

  it("decides the same from the same events, wherever the clock started", () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 1, max: 1_000_000_000 }), (run, shift) => {
        const shifted = (event: SolarEvent): SolarEvent => {
          const move = (instant: Instant | null): Instant | null => (instant === null ? null : Instant(instant + shift * 60_000));
          if (event.type === "reading" || event.type === "phaseCurrents") return { ...event, measuredAt: move(event.measuredAt) };
          if (event.type === "ceiling" || event.type === "powerCeiling") return { ...event, until: move(event.until) };
          if (event.type === "plan" && event.plan !== null)
            return { ...event, plan: { ...event.plan, by: Instant(event.plan.by + shift * 60_000) } };
          return event;
        };
        const hidden = config({ zeroExport: true });
        let here = createSolar(hidden, s(0));
        let there = createSolar(hidden, Instant(shift * 60_000));
        let at = 0;
        for (const [event, wait] of run) {
          at += wait;
          here = step(here, event, Instant(at)).state;
          there = step(there, shifted(event), Instant(at + shift * 60_000)).state;
          equal(here.limit, there.limit);
          equal(here.limitedBy, there.limitedBy);
        }
      }),
      { seed: 61851, numRuns: 200 },
    );
  });

  it("gives the same answer whether old and repeated readings arrive or not", () => {
    const reading = fc.record({
      wait: fc.integer({ min: 500, max: 20_000 }),
      value: fc.integer({ min: -5000, max: 3000 }),
      echo: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 150 }), (readings) => {
        let clean = createSolar(config({ gate: { ...DEFAULT_SOLAR_CONFIG.gate, detectFrozen: false } }), s(0));
        let noisy = clean;
        let at = 0;
        let before = -1;
        for (const { wait, value, echo } of readings) {
          at += wait;
          const event: SolarEvent = { type: "reading", source: "grid", value: value + at / 1e6, measuredAt: Instant(at) };
          clean = step(clean, event, Instant(at)).state;
          noisy = step(noisy, event, Instant(at)).state;
          if (echo === 1) noisy = step(noisy, { ...event, value: value + 900 }, Instant(at)).state;
          if (echo === 2 && before >= 0)
            noisy = step(noisy, { ...event, value: value - 900, measuredAt: Instant(before) }, Instant(at)).state;
          if (echo === 2) noisy = { ...noisy, gates: { ...noisy.gates, grid: { ...noisy.gates.grid, backwards: 0 } } };
          before = at;
          deepEqual([noisy.limit, noisy.limitedBy], [clean.limit, clean.limitedBy]);
        }
      }),
      { seed: 61851, numRuns: 200 },
    );
  });
});

describe("solar limiter, what the charger says of the car", () => {
  /** Surplus seen by a limiter that is told the car waits while the house sells nothing and the car is measured at `amps`. */
  function surplusWhileWaiting(amps: number | null): number | null {
    let state = createSolar(config(), s(0));
    const tell = (event: SolarEvent, second: number): void => {
      ({ state } = step(state, event, s(second)));
    };
    tell({ type: "car", presence: "waiting" }, 0);
    for (let second = 1; second <= 60; second += 1) {
      if (amps !== null) tell({ type: "reading", source: "carCurrent", value: amps, measuredAt: s(second) }, second);
      tell({ type: "reading", source: "grid", value: second / 1000, measuredAt: s(second) }, second);
    }
    return explain(state, s(60)).surplusW;
  }

  it("believes that a waiting car draws nothing while nobody measures it", () => ok(Math.abs(surplusWhileWaiting(null) ?? -1) < 1));
  it("believes it when the measurement shows next to nothing", () => ok(Math.abs(surplusWhileWaiting(0.2) ?? -1) < 1));
  it("does not believe it when the car is measured to draw", () => equal(Math.round(surplusWhileWaiting(10) ?? -1), 2300));

  it("follows a new battery policy at once and keeps the rest of it", () => {
    let state = createSolar(config({ battery: { ...DEFAULT_SOLAR_CONFIG.battery, priority: "batteryFirst", targetSoc: 90 } }), s(0));
    const feed = (from: number): number | null => {
      for (let second = from; second < from + 10; second += 1) {
        for (const [source, value] of [
          ["batterySoc", 50],
          ["battery", 2000],
          ["grid", second / 1000],
        ] as const) {
          ({ state } = step(state, { type: "reading", source, value, measuredAt: s(second) }, s(second)));
        }
      }
      return explain(state, s(from + 10)).surplusW;
    };
    ok(Math.abs(feed(0) ?? -1) < 1, "the battery keeps its sun");
    ({ state } = step(state, { type: "batteryPolicy", policy: { priority: "carFirst" } }, s(11)));
    equal(Math.round(feed(12) ?? -1), 2000, "the car may have it");
    equal(state.config.battery.targetSoc, 90);
  });
});
