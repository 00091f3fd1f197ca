/**
 * The duty the pilot really has, from the samples: what was commanded is not what was produced until somebody looked. @see DC-09
 */

import { MIDDLE_BIN } from "#core/pilot/estimate";
import { BINS, binOf, countBetween, type PilotHistogram } from "#core/pilot/histogram";
import { DutyPercent, type Volts } from "#core/units/units";

/** Samples further outside the two plateaus than this are outliers. */
const MARGIN_V = 1.25;
/** A single burst may be this many points off: where sampling locks to the pilot, one period has 25 possible phases. */
const COARSE_TOLERANCE_POINTS = 8;
/** The running mean may be this many points off: 1 by rule, and a quarter for edges of unequal steepness at 5.5 nF. @see CP-07 */
const FINE_TOLERANCE_POINTS = 1.25;
/** Readings in the running mean: 0.4 s of bursts. @see CP-07 */
const MEAN_OVER = 32;

/** The running mean of the duty seen while one duty was commanded. */
export interface DutyMean {
  readonly commanded: DutyPercent;
  readonly mean: number;
  readonly readings: number;
}

/**
 * Share of samples above the middle of two plateaus. Outliers are taken to be spread evenly: those seen outside the plateaus
 * tell how many hide between them, and these count for neither side.
 * @returns the bare share above the middle of all pilots where a plateau is missing.
 */
export function dutyOf(histogram: PilotHistogram, highV: Volts | null, lowV: Volts | null): DutyPercent {
  const isPlain = highV === null || lowV === null;
  const first = isPlain ? 0 : binOf(lowV - MARGIN_V);
  const middle = isPlain ? MIDDLE_BIN : binOf((highV + lowV) / 2);
  const end = isPlain ? BINS : binOf(highV + MARGIN_V);
  const below = countBetween(histogram, first, middle);
  const above = countBetween(histogram, middle, end);
  const outside = countBetween(histogram, 0, first) + countBetween(histogram, end, BINS);
  const hidden = outside === 0 ? 0 : (outside * (end - first)) / (BINS - (end - first));
  const share = (above - hidden / 2) / (above + below - hidden);
  return DutyPercent(share >= 0 ? Math.min(100 * share, 100) : 0);
}

/** The mean with one more reading; begins anew when another duty is commanded. */
export function meanWith(mean: DutyMean | null, commanded: DutyPercent, measured: DutyPercent): DutyMean {
  if (mean === null || mean.commanded !== commanded) {
    return { commanded, mean: measured, readings: 1 };
  }
  const readings = Math.min(mean.readings + 1, MEAN_OVER);
  return { commanded, mean: mean.mean + (measured - mean.mean) / readings, readings };
}

/** Whether one burst's duty is so far from the commanded one that no sampling explains it. */
export const isFarOff = (commanded: DutyPercent, measured: DutyPercent): boolean =>
  Math.abs(measured - commanded) > COARSE_TOLERANCE_POINTS;

/** Whether the duty has been off for as long as the mean looks back. */
export const isOffOnAverage = ({ commanded, mean, readings }: DutyMean): boolean =>
  readings === MEAN_OVER && Math.abs(mean - commanded) > FINE_TOLERANCE_POINTS;
