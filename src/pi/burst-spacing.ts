/** How far apart samples of the pilot are taken. */
import type { BurstPlan } from "#core/pilot/types";

/** Samples further apart than this tell too little of a 10 % duty: one in a period, perhaps on its edge. @see VW-18 */
export const WIDEST_SPACING_US = 50;
/** Bursts shorter than this do not cover whole periods of the pilot. */
export const COVERING = 100;
/** What a burst is shortened by, so that it ends well before the loop that reads it. */
const SHORTENED = 0.95;
const PILOT_PERIOD_US = 1000;

/**
 * The spacing for a burst: so that it covers whole periods of the pilot, one or so fewer than planned, for a loop's time must also hold
 * the way to the converter and back. Samples and periods have no divisor in common: 324 samples in 9 periods would meet the same 36 phases
 * nine times, 28 µs apart, and could miss the 24 settled microseconds of a 96 % duty.
 */
export function spacingFor({ count, spacingUs }: BurstPlan, leastUs: number): number {
  if (count < COVERING) return Math.min(WIDEST_SPACING_US, Math.max(spacingUs, leastUs));
  let periods = Math.max(1, Math.floor(((count * spacingUs) / PILOT_PERIOD_US) * SHORTENED));
  while ((periods * PILOT_PERIOD_US) / count < leastUs) periods += 1;
  let samples = count;
  while (greatestDivisor(samples, periods) > 1) samples -= 1;
  return Math.min(WIDEST_SPACING_US, (periods * PILOT_PERIOD_US) / samples);
}

const greatestDivisor = (one: number, other: number): number => (other === 0 ? one : greatestDivisor(other, one % other));
