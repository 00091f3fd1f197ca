/**
 * How much a dip or a peak may cost before it is believed: what the last hour says about the next minutes.
 * Regret alone waits the same in the morning, between two clouds and at dusk. Here a dip is given time while the sun was good of late and
 * is on its way back, less the older it grows, and little once nothing has been worth it for an hour; a start is judged alike.
 */
import { Hours, type Millis, type WattHours } from "#core/units/units";
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
  /** For how long running has been worth less than nothing, and more. */
  readonly below: Millis;
  readonly above: Millis;
}

const LEAST_WORTH = -1;
const MOST_WORTH = 1.5;
const MINUTE = 60_000;
/** No patience is further from the price of a closure than these factors, as logarithms. */
const LEAST_PATIENCE = -3;
const MOST_PATIENCE = 1.5;

interface Weights extends Omit<Outlook, "mean1" | "below" | "above"> {
  readonly always: number;
  /** Of the logarithm of one and the minutes below or above. */
  readonly age: number;
  /** Of the logarithm of λ, where import is dearer than sun. */
  readonly dear: number;
}

/**
 * Found on made-up training days of ten installations, cars and tolerances at once, see docs/solar.md.
 * A dip is sat out longer while it is on its way back (`now` over `mean5`), while the hour improves (`mean20` over `mean60`)
 * and while the best of late was good; a peak is believed sooner after twenty good minutes without a bad one.
 */
const STOPPING: Weights = {
  always: 0.15,
  now: 0.74,
  mean5: -0.87,
  mean20: 0.94,
  mean60: -0.74,
  best15: 0.39,
  best60: 0.69,
  worst15: 0,
  age: -0.21,
  dear: -0.25,
};
const STARTING: Weights = {
  always: 0.03,
  now: -0.52,
  mean5: 0.43,
  mean20: -1.2,
  mean60: 0.24,
  best15: 0,
  best60: 0,
  worst15: -0.39,
  age: -0.34,
  dear: 0.25,
};

/** The outlook after `elapsed` during which running was worth `gain` W for a charger with a floor of `least` W; null while nothing is known. */
export function looked(known: Outlook | null, gain: number, least: number, elapsed: Millis): Outlook {
  const now = Math.max(LEAST_WORTH, Math.min(MOST_WORTH, gain / Math.max(1, least)));
  const below = (gain < 0 ? (known?.below ?? 0) + elapsed : 0) as Millis;
  const above = (gain > 0 ? (known?.above ?? 0) + elapsed : 0) as Millis;
  if (known === null)
    return { now, mean1: now, mean5: now, mean20: now, mean60: now, best15: now, best60: now, worst15: now, below, above };
  const share = (minutes: number): number => elapsed / (elapsed + minutes * MINUTE);
  const towards = (before: number, minutes: number): number => before + share(minutes) * (now - before);
  const mean1 = towards(known.mean1, 1);
  const fade = (before: number, minutes: number): number => before + share(minutes) * (mean1 - before);
  return {
    now,
    mean1,
    mean5: towards(known.mean5, 5),
    mean20: towards(known.mean20, 20),
    mean60: towards(known.mean60, 60),
    best15: Math.max(mean1, fade(known.best15, 15)),
    best60: Math.max(mean1, fade(known.best60, 60)),
    worst15: Math.min(mean1, fade(known.worst15, 15)),
    below,
    above,
  };
}

/**
 * How many times the price of a closure the dip (running) or the peak (stopped) may cost before it is believed.
 * Always more than nothing; 1 without an outlook.
 */
export function patience(outlook: Outlook | null, running: boolean, tolerance: number): number {
  if (outlook === null) return 1;
  const { now, mean5, mean20, mean60, best15, best60, worst15, below, above } = outlook;
  const age = Math.log1p((running ? below : above) / MINUTE);
  const w = running ? STOPPING : STARTING;
  const sum =
    w.always +
    w.now * now +
    w.mean5 * mean5 +
    w.mean20 * mean20 +
    w.mean60 * mean60 +
    w.best15 * best15 +
    w.best60 * best60 +
    w.worst15 * worst15 +
    w.age * age +
    w.dear * Math.log(Math.max(1, tolerance));
  return Math.exp(Math.max(LEAST_PATIENCE, Math.min(MOST_PATIENCE, sum)));
}

/** What comes later than this is not worth announcing. */
const HORIZON: Millis = Hours(12);
/** Looking ahead goes in steps of this length, then of this part of the time looked ahead. */
const FIRST_STRIDES = 2000;
const STRIDE_SHARE = 1 / 40;

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
