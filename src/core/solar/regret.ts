/**
 * Starting and stopping by accumulated regret: energy given up by not doing the opposite, against the price of a closure.
 * Deep deficits stop soon, shallow ones are sat out, one bad sample changes nothing.
 */
import type { Millis, WattHours } from "#core/units/units";

/** What the charger can draw, W. */
export interface PowerRange {
  readonly least: number;
  readonly most: number;
}

/** What running is worth now, W: sun used less λ times what must be bought to keep the floor. Negative when stopping is better. */
export function gainOf(surplus: number, range: PowerRange, tolerance: number): number {
  const sun = Math.max(0, Math.min(surplus, range.most));
  const bought = Math.max(0, range.least - Math.max(0, surplus));
  return sun - tolerance * bought;
}

/** Surplus at which running is worth nothing, W: λ/(1+λ) of the floor. */
export const breakEven = (range: PowerRange, tolerance: number): number => (tolerance / (1 + tolerance)) * range.least;

/**
 * Regret after `elapsed` at `rate` W in favour of the other state, between nothing and `limit`:
 * what piles up while something else forbids the change must not count once the sun has gone.
 */
export const accrue = (regret: WattHours, rate: number, elapsed: Millis, limit: WattHours): WattHours =>
  Math.min(limit, Math.max(0, regret + (rate * elapsed) / 3_600_000)) as WattHours;

/** What comes later than this is not worth announcing, ms. */
const HORIZON = 86_400_000;

/** Time until `regret` reaches `limit` at `rate` W; null when it does not within a day. */
export function untilTipping(regret: WattHours, limit: WattHours, rate: number): Millis | null {
  if (regret >= limit) return 0 as Millis;
  const time = rate > 0 ? ((limit - regret) * 3_600_000) / rate : HORIZON;
  return time < HORIZON ? (time as Millis) : null;
}
