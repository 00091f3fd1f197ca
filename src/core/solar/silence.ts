/** What to believe while no reading arrives: the longer the silence, the less sun, until the floor and then the stop. */

import { type Millis, Minutes, type WattHours } from "#core/units/units";
import type { StalePolicy } from "./config.ts";
import type { Observer } from "./observer.ts";
import type { Freshness } from "./types.ts";

/** Periods of the meter that may pass before its silence counts. */
const PATIENCE = 4;
/** Share of all silences that something happens which has not been seen lately. */
const DOUBT = 0.02;
const FEWEST_WITNESSES = 10;
/** The import budget is never spent faster than it would be over this. */
const LEAST_PACE: Millis = Minutes(5);
/** Halvings until the largest affordable draw is known to a watt or so. */
const HALVINGS = 12;

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

/** Power that falls short of `draw` W on average when the sun moves from `surplus` as it `moved` lately. */
function shortfall(surplus: number, moved: readonly number[], draw: number): number {
  let sum = 0;
  for (const step of moved) sum += Math.min(draw, Math.max(0, draw - (surplus + step)));
  return sum / moved.length;
}

/** Power that the sun, as it has lately moved, is expected to fall short of `draw` W. */
export function expectedImport(observer: Observer, age: Millis, draw: number): number {
  const moved = movements(observer, age);
  if (moved.length === 0) return draw;
  return (1 - DOUBT) * shortfall(observer.sun?.surplus ?? 0, moved, draw) + DOUBT * draw;
}

/** The largest draw up to `most` W that is expected to cost no more than `allowed` W. */
function affordable(surplus: number, moved: readonly number[], most: number, allowed: number): number {
  if (shortfall(surplus, moved, most) <= allowed) return most;
  let low = 0;
  let high = most;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (shortfall(surplus, moved, middle) <= allowed) low = middle;
    else high = middle;
  }
  return low;
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
  const fall = moved[Math.floor(moved.length / (1 + tolerance))] ?? 0;
  const aim = sun.surplus + Math.min(0, fall);
  if (policy.importBudget === null) return { stage: "holding", age, aim };
  // What is left of the budget is to last as long as the holding may.
  const pace = ((policy.importBudget - spent) * 3_600_000) / Math.max(LEAST_PACE, policy.holdFor - silent);
  return { stage: "holding", age, aim: affordable(sun.surplus, moved, Math.max(0, aim), pace) };
}
