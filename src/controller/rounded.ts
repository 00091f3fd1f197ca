/** Digits that mean something: a millivolt, a milliamp, a milliwatt-hour. Finer is noise, and 15.995999999999999 A helps nobody. */
const DIGITS = 1000;

export const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;

export const roundedOrNull = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : rounded(value);

/** Never more than what is meant, once the last bits of a division are forgiven. */
export const roundedDown = (value: number): number => Math.floor(value * DIGITS + 1e-6) / DIGITS;
