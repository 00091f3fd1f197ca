/**
 * Finds out how late a meter is that does not say when it looked.
 * With the car's current measured, the right lag is the one at which the car's steps vanish from the surplus.
 */
import type { Millis } from "#core/units/units";

const LAGS = [0, 1, 2, 3, 4.5, 6.5, 9, 12, 16, 20, 25, 30].map((seconds) => seconds * 1000);
/** How much calmer, in amps of surplus movement, another lag must be before it is believed. */
const LOYALTY = 2;
const LARGEST_EVIDENCE = 6;
const LARGEST_UNREST = 60;

export interface MeterLag {
  readonly surplus: readonly (number | null)[];
  /** Movement of the surplus under each lag, A, over that of the calmest. */
  readonly unrest: readonly number[];
  readonly best: Millis;
}

const UNKNOWN_LAG: MeterLag = { surplus: LAGS.map(() => null), unrest: LAGS.map(() => 0), best: 0 as Millis };

/** The memory of a meter that was found `lag` late before. */
export function rememberedLag(lag: number): MeterLag {
  const nearest = LAGS.reduce((best, one) => (Math.abs(one - lag) < Math.abs(best - lag) ? one : best), 0);
  return { ...UNKNOWN_LAG, best: nearest as Millis };
}

/** What is believed after a reading of `exportA` that arrived at `at`; `carAt` tells the measured car current at a time, null where unknown. */
export function findLag(known: MeterLag, exportA: number, at: number, carAt: (time: number) => number | null): MeterLag {
  const surplus = LAGS.map((lag) => {
    const car = carAt(at - lag);
    return car === null ? null : car + exportA;
  });
  if (surplus.includes(null) || known.surplus.includes(null)) return { ...known, surplus };
  const total = surplus.map((sun, i) => {
    const moved = Math.abs((sun ?? 0) - (known.surplus[i] ?? 0));
    return (known.unrest[i] ?? 0) + Math.min(LARGEST_EVIDENCE, moved);
  });
  const least = Math.min(...total);
  const unrest = total.map((value) => Math.min(LARGEST_UNREST, value - least));
  const now = unrest[LAGS.indexOf(known.best)] ?? 0;
  const best = now > LOYALTY ? (LAGS[unrest.indexOf(0)] ?? 0) : known.best;
  return { surplus, unrest, best: best as Millis };
}
