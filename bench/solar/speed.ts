/** What deciding costs: a day of readings every second, one decision each. */
import { BrokenInvariant } from "#core/errors";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, step } from "#core/solar/limiter";
import { Instant } from "#core/units/units";
import { type Spread, spreadOf } from "../report/spread.ts";
import { makeDay } from "./days.ts";
import { HOME, surplusOf } from "./plant.ts";

const DAY = 86_400;
const SUNRISE = 20_000;
const NIGHT_W = -300;
const RUNS = 5;
const BALLAST = 7919;
/** A windy sky: the offer moves with nearly every reading. */
const SEED = 1001;

export interface Speed {
  /** CPU time for 24 hours of readings a second apart, without a car current, ms; the best of five. */
  readonly dayMs: number;
  readonly decisionUs: number;
  /** Single decisions by the clock on the wall, µs, each the shortest of five identical ones: what the machine does beside is left out. */
  readonly single: Spread;
}

export function measureSpeed(): Speed {
  const surplus = surplusOf(makeDay(SEED), HOME.peakW);
  const single: number[] = Array.from({ length: DAY }, () => Number.POSITIVE_INFINITY);
  const ballast: number[][] = [];
  const days = Array.from({ length: RUNS }, (_, run) => {
    // Runs that allocate alike would meet the garbage collector at the same decision each time, and it would pass for the decision's own.
    for (let i = 0; i < run; i += 1) ballast.push(Array.from({ length: BALLAST }, () => run));
    let state = createSolar(DEFAULT_SOLAR_CONFIG, Instant(0));
    let car = 0;
    const from = process.cpuUsage();
    for (let t = 0; t < DAY; t += 1) {
      car += Math.max(-2, Math.min(2, state.limit - car));
      const value = car * HOME.volts - (surplus[t - SUNRISE] ?? NIGHT_W - (t % 13));
      const before = performance.now();
      ({ state } = step(state, { type: "reading", source: "grid", value, measuredAt: Instant(t * 1000) }, Instant(t * 1000)));
      single[t] = Math.min(single[t] ?? 0, (performance.now() - before) * 1000);
    }
    return process.cpuUsage(from).user / 1000;
  });
  const dayMs = Math.min(...days);
  const spread = spreadOf(single);
  if (spread === null) throw new BrokenInvariant("BENCH_SPEED", "speed: expected decisions to time, found none");
  return { dayMs, decisionUs: (dayMs * 1000) / DAY, single: spread };
}
