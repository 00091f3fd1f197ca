import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { advance, type CarTraits } from "#core/solar/car-model";
import { commanded, newObserver, type Observer, observed, sampled } from "#core/solar/observer";
import { Amps, Instant, type Millis, Seconds } from "#core/units/units";

const VOLTS = 230;
const wanted = { tolerance: 1, least: 1380, most: 3680, reach: 3000 };
const s = (seconds: number): Instant => Instant(seconds * 1000);
const typical: CarTraits = { dead: Seconds(2), ramp: 2, start: Seconds(10), cap: 80 };

/** Noise without a random source: the same every run, and with no pattern that matters. */
const noise = (i: number): number => ((Math.imul(i + 1, 2_654_435_761) >>> 8) % 1000) / 500 - 1;

interface Ride {
  observer: Observer;
  /** Readings whose interval held the truth, and all. */
  inside: number;
  all: number;
  /** Sum of the distance between estimate and truth over the second half, W. */
  error: number;
}

/** Rides a car with known traits under a walking sun, each set point following the estimate, `period` s between readings. */
function ride(traits: CarTraits, seconds: number, period: number, lag: number, measured = false, stamped = true): Ride {
  let observer = newObserver(null);
  const amps: number[] = [0];
  const suns: number[] = [];
  let sun = 2600;
  const told: Ride = { observer, inside: 0, all: 0, error: 0 };
  let count = 0;
  for (let t = 0; t < seconds; t += 1) {
    if (t % 20 === 0) sun = Math.min(4200, Math.max(1000, sun + 700 * noise(t)));
    if (t === 300 || t === 3000) sun -= 1500;
    suns.push(sun);
    amps.push(t === 0 ? 0 : advance(amps[t] ?? 0, (t - 1) * 1000, t * 1000, traits, observer.commands));
    if (measured) observer = sampled(observer, amps[t + 1] ?? 0, s(t), s(t));
    if (t % period !== 0 || t < lag) continue;
    const then = t - lag;
    const truth = suns[then] ?? 0;
    const reading = {
      exportW: truth - (amps[then + 1] ?? 0) * VOLTS,
      measuredAt: stamped ? s(then) : s(t),
      stamped,
      at: s(t),
      voltsTotal: VOLTS,
      carInMeter: true,
      carOff: false,
      carHidden: false,
    };
    observer = observed(observer, reading, wanted);
    const known = observer.sun;
    ok(known !== null);
    told.all += 1;
    if (known.low <= truth + 1 && truth - 1 <= known.high) told.inside += 1;
    if (t > seconds / 2) {
      count += 1;
      told.error += Math.abs(known.surplus - truth);
    }
    const limit = Math.min(16, Math.max(6, known.surplus / VOLTS));
    observer = commanded(observer, { at: s(t), limit: Amps(limit), onSince: s(0) });
  }
  return { ...told, observer, error: told.error / Math.max(1, count) };
}

describe("observer", () => {
  const cars: readonly (readonly [string, CarTraits, number, number])[] = [
    ["a typical car read every 5 s", typical, 5, 2],
    ["a quick car read every 10 s", { ...typical, dead: Seconds(1), ramp: 10, start: Seconds(6) }, 10, 4],
    ["a slow car read every 5 s", { ...typical, dead: Seconds(4.5), ramp: 0.3, start: Seconds(30) }, 5, 2],
    ["a middling car read every second", { ...typical, dead: Seconds(3), ramp: 1 }, 1, 0],
  ];
  for (const [name, traits, period, lag] of cars) {
    it(`learns ${name} and then knows the surplus`, () => {
      const { observer, error, inside, all } = ride(traits, 6000, period, lag);
      const { best } = observer.identification;
      const felt = (one: CarTraits): number => one.dead / 1000 + 2 / one.ramp;
      ok(Math.abs(felt(best) - felt(traits)) <= 2.5, `took it for ${JSON.stringify(best)}`);
      ok(error < 60, `wrong by ${error} W on average`);
      ok(inside / all > 0.9, `truth inside the interval ${inside} times of ${all}`);
    });
  }

  it("mostly keeps the truth inside the interval while it knows next to nothing of a car unlike the usual", () => {
    const { inside, all } = ride({ ...typical, dead: Seconds(4.5), ramp: 0.5 }, 300, 5, 2);
    ok(inside / all > 0.75, `${inside} times of ${all}`);
  });

  it("knows the surplus exactly when the car current is measured, whatever the car and the lag", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(0.3, 1, 7),
        fc.constantFrom(1, 7, 30),
        fc.integer({ min: 0, max: 20 }),
        (dead, ramp, period, lag) => {
          const { error } = ride({ ...typical, dead: Seconds(dead), ramp }, 900, period, lag, true);
          ok(error < 1e-6, `wrong by ${error} W`);
        },
      ),
      { seed: 61851, numRuns: 20 },
    );
  });

  for (const lag of [0, 4, 12]) {
    it(`finds out that a meter without stamps is ${lag} s late`, () => {
      const { observer, error } = ride(typical, 4000, 5, lag, true, false);
      ok(Math.abs(observer.meterLag.best - lag * 1000) <= 1000, `took it for ${observer.meterLag.best} ms`);
      ok(error < 60, `wrong by ${error} W on average`);
    });
  }

  it("does not take a car that begins a second sooner than supposed for a cloud, though it stops before another could have begun", () => {
    let observer = newObserver(null);
    const sun = 1228;
    const truth: CarTraits = { ...typical, start: Seconds(9) };
    let amps = 0;
    for (let t = 0; t < 120; t += 1) {
      if (t === 60) observer = commanded(observer, { at: s(t), limit: Amps(6), onSince: s(t) });
      amps = t < 61 ? 0 : advance(amps, (t - 1) * 1000, t * 1000, truth, observer.commands);
      const reading = { exportW: sun - amps * VOLTS, measuredAt: s(t), stamped: true, at: s(t), voltsTotal: VOLTS };
      observer = observed(observer, { ...reading, carInMeter: true, carOff: t < 60, carHidden: false }, wanted);
      ok(t < 75 || Math.abs((observer.sun?.surplus ?? 0) - sun) < 100, `${observer.sun?.surplus} W after ${t - 60} s`);
    }
    equal(observer.identification.best.start, Seconds(10));
  });

  it("takes the reading as it is while the contactor is open", () => {
    let observer = commanded(newObserver(null), { at: s(0), limit: Amps(10), onSince: s(0) });
    observer = observed(
      observer,
      { exportW: 777, measuredAt: s(60), stamped: true, at: s(61), voltsTotal: VOLTS, carInMeter: true, carOff: true, carHidden: false },
      wanted,
    );
    deepEqual([observer.sun?.low, observer.sun?.surplus, observer.sun?.high], [777, 777, 777]);
    equal(observer.lag, 1000 as Millis);
  });

  it("does not grow while offers change for days and nothing is read", () => {
    let observer = newObserver(null);
    observer = observed(
      observer,
      { exportW: 0, measuredAt: s(0), stamped: true, at: s(0), voltsTotal: VOLTS, carInMeter: true, carOff: false, carHidden: false },
      wanted,
    );
    for (let t = 0; t < 20_000; t += 1) {
      observer = commanded(observer, { at: s(t), limit: Amps(6 + (t % 10)), onSince: s(0) });
      observer = sampled(observer, 6 + (t % 10), s(t), s(t));
    }
    ok(observer.commands.length < 700 && observer.samples.length < 700);
  });

  it("learns what a car draws beside the offer only from a settled car that follows", () => {
    let observer = newObserver(null);
    let onSince: Instant | null = null;
    for (let t = 0; t < 600; t += 1) {
      if (t % 60 === 0) {
        onSince ??= s(t);
        observer = commanded(observer, { at: s(t), limit: Amps(8 + ((t / 60) % 5)), onSince });
      }
      observer = sampled(observer, 8 + (Math.floor(t / 60) % 5) - 0.7, s(t), s(t));
    }
    ok(Math.abs(observer.trim - 0.7) < 0.05, `${observer.trim} A`);
    equal(observer.measuredCap, Number.POSITIVE_INFINITY);
  });
});
