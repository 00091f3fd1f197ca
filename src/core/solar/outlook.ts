/**
 * How much a dip or a peak may cost before it is believed: what the day so far says about the next minutes.
 * Regret alone waits the same in the morning, between two clouds and at dusk. Here a dip is given time while the sun was good of late, is on
 * its way back or has most of the day before it, less the older it grows, and little once nothing has been worth it for an hour; a start is
 * judged alike.
 */
import { Hours, type Millis, type WattHours } from "#core/units/units";
import { PATIENCE } from "./patience.ts";
import { accrue } from "./regret.ts";

/** What running was worth of late, in parts of the floor's power: -1 is all bought, 0 breaks even, 1.5 is sun in plenty. Plain numbers. */
export interface Outlook {
  readonly now: number;
  /** Means over so many minutes. */
  readonly mean1: number;
  readonly mean5: number;
  readonly mean20: number;
  readonly mean60: number;
  /** The best minute, forgotten over a quarter of an hour and over an hour; the worst, over a quarter. */
  readonly best15: number;
  readonly best60: number;
  readonly worst15: number;
  /** Mean distance from the mean of the last minute, over so many minutes: how changeable the sky and the house are. */
  readonly restless5: number;
  readonly restless20: number;
  /** For how long running has been worth less than nothing, and more. */
  readonly below: Millis;
  readonly above: Millis;
  /** Time since the first surplus of the day, and time without any. */
  readonly day: Millis;
  readonly dark: Millis;
}

const LEAST_WORTH = -1;
const MOST_WORTH = 1.5;
const MINUTE = 60_000;
/** So long without any surplus is a night. */
const NIGHT: Millis = Hours(5);
/** The hours of light count from -1 at the first through 0 at the end of the morning, and no further than the longest day. */
const MORNING: Millis = Hours(5);
const LONGEST_DAY: Millis = Hours(12);
/** No patience is further from the price of a closure than these factors, as logarithms: a dip is never given two and a half closures. */
export const LEAST_PATIENCE = -3;
export const MOST_PATIENCE = 0.9;

/** The outlook after `elapsed` during which running was worth `gain` W for a charger with a floor of `least` W; `light` while there was any surplus. */
export function looked(known: Outlook | null, gain: number, least: number, elapsed: Millis, light = true): Outlook {
  const now = Math.max(LEAST_WORTH, Math.min(MOST_WORTH, gain / Math.max(1, least)));
  const below = (gain < 0 ? (known?.below ?? 0) + elapsed : 0) as Millis;
  const above = (gain > 0 ? (known?.above ?? 0) + elapsed : 0) as Millis;
  const dark = (light ? 0 : (known?.dark ?? NIGHT) + elapsed) as Millis;
  if (known === null) {
    const steady = { now, mean1: now, mean5: now, mean20: now, mean60: now, best15: now, best60: now, worst15: now };
    return { ...steady, restless5: 0, restless20: 0, below, above, day: 0 as Millis, dark };
  }
  const share = (minutes: number): number => elapsed / (elapsed + minutes * MINUTE);
  const towards = (before: number, minutes: number): number => before + share(minutes) * (now - before);
  const mean1 = towards(known.mean1, 1);
  const fade = (before: number, minutes: number): number => before + share(minutes) * (mean1 - before);
  const unrest = Math.abs(now - mean1);
  return {
    now,
    mean1,
    mean5: towards(known.mean5, 5),
    mean20: towards(known.mean20, 20),
    mean60: towards(known.mean60, 60),
    best15: Math.max(mean1, fade(known.best15, 15)),
    best60: Math.max(mean1, fade(known.best60, 60)),
    worst15: Math.min(mean1, fade(known.worst15, 15)),
    restless5: known.restless5 + share(5) * (unrest - known.restless5),
    restless20: known.restless20 + share(20) * (unrest - known.restless20),
    below,
    above,
    day: (known.dark >= NIGHT ? 0 : known.day + elapsed) as Millis,
    dark,
  };
}

/** What patience is weighed by, in the order of `SIGNS`. */
export function marksOf(outlook: Outlook, running: boolean, tolerance: number): readonly number[] {
  const { now, mean5, mean20, mean60, best15, best60, worst15, restless5, restless20, below, above, day } = outlook;
  const age = Math.log1p((running ? below : above) / MINUTE);
  const dear = Math.log(Math.max(1, tolerance));
  const hours = Math.min(day, LONGEST_DAY) / MORNING - 1;
  return [1, now, mean5, mean20, mean60, best15, best60, worst15, restless5, restless20, age, dear, hours];
}

/**
 * How many times the price of a closure the dip (running) or the peak (stopped) may cost before it is believed.
 * Always more than nothing; 1 without an outlook.
 */
export function patience(outlook: Outlook | null, running: boolean, tolerance: number): number {
  if (outlook === null) return 1;
  const weights = running ? PATIENCE.stopping : PATIENCE.starting;
  const sum = marksOf(outlook, running, tolerance).reduce((total, mark, i) => total + mark * (weights[i] ?? 0), 0);
  return Math.exp(Math.max(LEAST_PATIENCE, Math.min(MOST_PATIENCE, sum)));
}

/** What comes later than this is not worth announcing. */
const HORIZON: Millis = Hours(12);
/** Looking ahead goes in steps of this length, then of this part of the time looked ahead. */
const FIRST_STRIDES = 2000;
const STRIDE_SHARE = 1 / 200;

/**
 * Time until the dip or the peak is believed at a price of `price`, should running stay worth `gain` W; null when not within half a day.
 * `least` is the floor's power, W.
 */
export function untilBelieved(
  seen: Outlook | null,
  regret: WattHours,
  gain: number,
  least: number,
  running: boolean,
  tolerance: number,
  price: WattHours,
): Millis | null {
  const rate = running ? -gain : gain;
  let outlook = seen;
  let sum = regret;
  for (let time = 0; time < HORIZON; ) {
    const limit = (price * patience(outlook, running, tolerance)) as WattHours;
    if (sum >= limit) return time as Millis;
    if (rate <= 0) return null;
    const stride = Math.max(FIRST_STRIDES, time * STRIDE_SHARE) as Millis;
    sum = accrue(sum, rate, stride, Number.POSITIVE_INFINITY as WattHours);
    outlook = looked(outlook, gain, least, stride);
    time += stride;
  }
  return null;
}
