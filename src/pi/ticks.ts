/** The daemon's clock: microseconds in 32 bits, which begin anew every 71.6 minutes. */

const WRAP = 2 ** 32;

/** Microseconds from one tick to a later one. */
export const ticksBetween = (from: number, to: number): number => (to - from + WRAP) % WRAP;

/** The tick at `ms` of a clock in milliseconds. */
export const tickAt = (ms: number): number => Math.floor(ms * 1000) % WRAP;
