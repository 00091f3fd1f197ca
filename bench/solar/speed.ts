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
/** A windy sky: the offer moves with nearly every reading. */
const SEED = 1001;

export interface Speed {
  /** CPU time for 24 hours of readings a second apart, without a car current, ms; the best of three. */
  readonly dayMs: number;
  readonly decisionUs: number;
  /** Single decisions by the clock on the wall, µs, each the shortest of three identical ones: what the machine does beside is left out. */
  readonly single: Spread;
}

export function measureSpeed(): Speed {
  const surplus = surplusOf(makeDay(SEED), HOME.peakW);
  const single: number[] = Array.from({ length: DAY }, () => Number.POSITIVE_INFINITY);
  const days = Array.from({ length: 3 }, () => {
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
