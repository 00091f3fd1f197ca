/** What to believe while no reading arrives: the longer the silence, the less sun, until the floor and then the stop. */

import type { Millis, WattHours } from "#core/units/units";
import type { StalePolicy } from "./config.ts";
import type { Observer } from "./observer.ts";
import type { Freshness } from "./types.ts";

/** Periods of the meter that may pass before its silence counts. */
const PATIENCE = 4;
/** While nothing is heard, a bought kWh weighs at least this many of sun. */
const LEAST_TOLERANCE = 4;
/** Share of all silences that something happens which has not been seen lately. */
const DOUBT = 0.02;
const FEWEST_WITNESSES = 10;

export interface Silence {
  readonly stage: Freshness;
  readonly age: Millis;
  /** Surplus to aim at while holding, W. */
  readonly aim: number;
}

/** How long a reading of a meter with this period counts as fresh. */
export const freshFor = (policy: StalePolicy, period: Millis | null): Millis =>
  Math.max(policy.freshFor, PATIENCE * (period ?? 0)) as Millis;

/** How the surplus has moved over spans as long as `age`, smallest first; empty when too little was seen to tell. */
function movements(observer: Observer, age: Millis): readonly number[] {
  const { minutes } = observer;
  const span = Math.max(1, Math.round(age / 60_000));
  const moved: number[] = [];
  for (let i = span; i < minutes.length; i += 1) {
    moved.push((minutes[i]?.surplus ?? 0) - (minutes[i - span]?.surplus ?? 0));
  }
  return moved.length < FEWEST_WITNESSES ? [] : moved.sort((a, b) => a - b);
}

/** Power that the sun, as it has lately moved, is expected to fall short of `draw` W. */
export function expectedImport(observer: Observer, age: Millis, draw: number): number {
  const surplus = observer.sun?.surplus ?? 0;
  const moved = movements(observer, age);
  if (moved.length === 0) return draw;
  let sum = 0;
  for (const step of moved) sum += Math.min(draw, Math.max(0, draw - (surplus + step)));
  return (1 - DOUBT) * (sum / moved.length) + DOUBT * draw;
}

/** Judges the age of what is known. `spent` is what was probably bought since the silence began. */
export function judgeSilence(
  observer: Observer,
  policy: StalePolicy,
  age: Millis,
  fresh: Millis,
  spent: WattHours,
  tolerance: number,
): Silence {
  const { sun } = observer;
  if (sun === null) return { stage: "never", age, aim: 0 };
  if (age <= fresh) return { stage: "fresh", age, aim: sun.surplus };
  const silent = age - fresh;
  const broke = policy.importBudget !== null && spent >= policy.importBudget;
  if (broke || silent > policy.holdFor + policy.floorFor) return { stage: "stopped", age, aim: 0 };
  const moved = movements(observer, age);
  if (silent > policy.holdFor || (policy.importBudget !== null && moved.length === 0)) return { stage: "floor", age, aim: 0 };
  const quantile = 1 / (1 + Math.max(LEAST_TOLERANCE, tolerance));
  const fall = moved[Math.floor(quantile * moved.length)] ?? 0;
  return { stage: "holding", age, aim: sun.surplus + Math.min(0, fall) };
}
