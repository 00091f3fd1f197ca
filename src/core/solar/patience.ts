/**
 * How much each sign of the day so far counts for the patience with a dip (stopping) and with a peak (starting).
 * Found by `npm run bench:solar -- --fit` on made-up training days of sixteen installations at once, see docs/solar.md.
 * A dip is sat out longer after a good hour, while it is on its way back (`now` over `mean5`) and in the morning, the less the older it grows
 * and the dearer import is; a peak is believed sooner while it is high, after a good hour, and in the morning.
 */

/** In the order of `marksOf`: the sign, its weight in stopping, its weight in starting. */
export const SIGNS: readonly (readonly [sign: string, stopping: number, starting: number])[] = [
  ["always", 0.43, 0.43],
  ["now", 1.06, -0.53],
  ["mean5", -0.8, -0.23],
  ["mean20", 0.56, -0.66],
  ["mean60", 0.83, -0.42],
  ["best15", 0.22, 0.2],
  ["best60", 0.83, 0.01],
  ["worst15", -0.11, 0.52],
  ["restless5", 0.18, 0.2],
  ["restless20", -0.03, 0.17],
  ["age", -0.21, -0.34],
  ["dear", -0.79, 0.47],
  ["hours", -1.12, 1.11],
];

/** The weights alone. */
export const PATIENCE: Readonly<Record<"stopping" | "starting", readonly number[]>> = {
  stopping: SIGNS.map(([, stopping]) => stopping),
  starting: SIGNS.map(([, , starting]) => starting),
};
