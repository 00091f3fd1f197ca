/**
 * Aims the set point: where will the surplus be when the car has followed?
 * A few simple forecasts compete on the very cost the owner pays, and the cheapest of the last minutes is used.
 * Each carries its own offset towards the quantile q = 1/(1+λ): with dear import the aim lies below the middle.
 */

/** What the range of the charger makes of a surplus that is out of reach, W. */
export interface AimRange {
  readonly least: number;
  readonly most: number;
}

interface Pending {
  readonly due: number;
  readonly middles: readonly number[];
  readonly aims: readonly number[];
}

export interface Forecast {
  readonly at: number | null;
  readonly surplus: number;
  readonly slope: number;
  /** Exponential means of the surplus with the time constants of `MEANS`. */
  readonly means: readonly number[];
  readonly cost: readonly number[];
  /** Offset of each forecast in units of its usual error, and that error in W. */
  readonly offset: readonly number[];
  readonly error: readonly number[];
  readonly pending: readonly Pending[];
  readonly aims: readonly number[];
}

const MEANS = [10, 30, 120, 600];
/** Share of the slope that is trusted, and share of each mean mixed with the newest value. */
const TRENDS = [0, 0.25, 0.5];
const MIXES: readonly (readonly [mean: number, share: number])[] = [
  [0, 0.5],
  [1, 0.3],
  [2, 0.3],
  [2, 0.6],
  [3, 0.3],
  [3, 0.6],
];
const FORECASTS = TRENDS.length + MIXES.length;
/** The plain newest value is given up only for a forecast this much cheaper. */
const LOYALTY = 0.97;
/** Costs are compared over about this many seconds, but never over more readings than this: slow meters need the newest most. */
const COST_TIME = 1200;
const COST_READINGS = 30;
/** No single reading weighs more than this. */
const LARGEST_WEIGHT = 0.2;
const OFFSET_STEP = 0.08;
const LARGEST_OFFSET = 2;
const ERROR_TIME = 120;
const MOST_PENDING = 64;
/** Forecasts made more often than this are not judged one by one, ms. */
const JUDGE_EVERY = 1900;

const filled = (size: number, value: number): number[] => Array.from({ length: size }, () => value);

export const EMPTY_FORECAST: Forecast = {
  at: null,
  surplus: 0,
  slope: 0,
  means: filled(MEANS.length, 0),
  cost: filled(FORECASTS, 0),
  offset: filled(FORECASTS, 0),
  error: filled(FORECASTS, 0),
  pending: [],
  aims: filled(FORECASTS, 0),
};

const clamp = (value: number, least: number, most: number): number => (value < least ? least : Math.min(value, most));

/** The first reading, or the first after the meter's clock was set back: what was learned of the forecasts stays. */
const beginning = (known: Forecast, surplus: number, at: number): Forecast => ({
  ...known,
  at,
  surplus,
  slope: 0,
  means: filled(MEANS.length, surplus),
  pending: [],
  aims: filled(FORECASTS, surplus),
});

/** Takes in a surplus measured at `at` (ms) for a set point that will be felt `horizon` ms later. */
export function foresee(known: Forecast, surplus: number, at: number, horizon: number, tolerance: number, range: AimRange): Forecast {
  if (known.at === null || at <= known.at) return beginning(known, surplus, at);
  const elapsed = (at - known.at) / 1000;
  const cost = known.cost.slice();
  const offset = known.offset.slice();
  const error = known.error.slice();
  let settled = 0;
  for (const pending of known.pending) {
    if (pending.due > at) break;
    settled += 1;
    // Between two readings the surplus is taken to have moved evenly.
    const share = clamp((pending.due - known.at) / (at - known.at), 0, 1);
    const truth = clamp(known.surplus + share * (surplus - known.surplus), range.least, range.most);
    // Forecasts that reach over several readings are judged by overlapping truths, so each counts less.
    const overlap = Math.max(1, horizon / 1000 / Math.max(elapsed, 0.25));
    const weight = Math.max(elapsed / COST_TIME, 1 / COST_READINGS) / overlap;
    for (let i = 0; i < FORECASTS; i += 1) {
      const aim = clamp(pending.aims[i] as number, range.least, range.most);
      const miss = truth - aim;
      const paid = miss > 0 ? miss : -tolerance * miss;
      cost[i] = (cost[i] as number) + Math.min(LARGEST_WEIGHT, weight) * (paid - (cost[i] as number));
      const off = Math.abs(truth - clamp(pending.middles[i] as number, range.least, range.most));
      error[i] = (error[i] as number) + Math.min(0.5, elapsed / ERROR_TIME) * (off - (error[i] as number));
      if (miss !== 0) {
        const push = miss > 0 ? 1 / (1 + tolerance) : -tolerance / (1 + tolerance);
        offset[i] = clamp((offset[i] as number) + OFFSET_STEP * push, -LARGEST_OFFSET, LARGEST_OFFSET);
      }
    }
  }
  const slope = (surplus - known.surplus) / elapsed;
  const means = known.means.slice();
  for (let i = 0; i < MEANS.length; i += 1) {
    const before = means[i] as number;
    means[i] = before + (elapsed / (elapsed + (MEANS[i] as number))) * (surplus - before);
  }
  const middles = known.aims.slice();
  const aims = known.aims.slice();
  for (let i = 0; i < FORECASTS; i += 1) {
    let middle = surplus;
    if (i < TRENDS.length) middle += (TRENDS[i] as number) * slope * Math.min(horizon / 1000, elapsed);
    else {
      const [mean, share] = MIXES[i - TRENDS.length] as readonly [number, number];
      middle += share * ((means[mean] as number) - surplus);
    }
    middles[i] = middle;
    aims[i] = middle + (offset[i] as number) * (error[i] as number);
  }
  const waiting = settled > 0 ? known.pending.slice(settled) : known.pending;
  const newest = waiting.at(-1);
  const due = newest === undefined || at + horizon - newest.due >= JUDGE_EVERY;
  const pending = due && waiting.length < MOST_PENDING ? [...waiting, { due: at + horizon, middles, aims }] : waiting;
  return { at, surplus, slope, means, cost, offset, error, pending, aims };
}

/** What the set point should aim at now, W. */
export function aimOf(known: Forecast): number {
  let best = 0;
  let least = (known.cost[0] as number) * LOYALTY;
  for (let i = 1; i < FORECASTS; i += 1) {
    if ((known.cost[i] as number) < least) {
      least = known.cost[i] as number;
      best = i;
    }
  }
  return known.aims[best] as number;
}
