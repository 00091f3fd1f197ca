/**
 * Finds plateaus in a histogram of samples.
 *
 * A plateau is a window of 1.5 V that holds enough samples. Neighbouring states are 3 V apart, noise of 0.3 V fills 99 % of
 * such a window, and outliers spread over the converter's 33 V put only 1 in 22 of theirs into any one. Its level is the mean of
 * the samples within half a volt of its median: a trimmed mean of plateau samples.
 *
 * The k-th highest sample, with k = 3, is the usual estimate and fails here: 5 % of 256 samples are 13 outliers, of which one in
 * five lies above the plateau of B. The fullest window fails too: at 10 % duty, samples taken soon after the edge, or through an
 * ADC that still remembers the low phase, can gather at C's level while B's plateau is shorter than they are. So the high plateau
 * is the *highest* window with enough samples, and half as many samples gathered anywhere above it make the burst unreadable.
 */
import { BIN_V, BINS, binOf, countBetween, HISTOGRAM_FLOOR_V, type PilotHistogram } from "#core/pilot/histogram";
import { Volts } from "#core/units/units";

/** Width of a plateau's window, volts. */
export const PLATEAU_WIDTH_V = 1.5;
const WIDTH = PLATEAU_WIDTH_V / BIN_V;
/** Bins on either side of the median that make the level: 1.1 V in all. */
const CORE = 4;

export interface Plateau {
  readonly level: Volts;
  /** Samples in its window. */
  readonly samples: number;
}

/** Between every high plateau (E at −1 V the lowest) and every low one (a car in D with a shorted diode at −2.9 V the highest). */
export const MIDDLE = Volts(-1.75);
export const MIDDLE_BIN = binOf(MIDDLE);

/** The highest plateau of at least `needed` samples at or above bin `floor`. @returns null when there is none. */
export function highestPlateau(histogram: PilotHistogram, needed: number, floor = MIDDLE_BIN): Plateau | null {
  const { counts } = histogram;
  let samples = 0;
  let most = 0;
  let start = BINS;
  let last = floor;
  for (let bin = BINS - 1; bin >= last; bin -= 1) {
    samples += (counts[bin] ?? 0) - (counts[bin + WIDTH] ?? 0);
    if (samples >= needed && samples > most) {
      last = most === 0 ? Math.max(floor, bin - WIDTH) : last;
      most = samples;
      start = bin;
    }
  }
  return most === 0 ? null : centred(histogram, start, floor, BINS);
}

/** The fullest plateau of at least `needed` samples in the bins from `floor` up to, not including, `ceiling`. @returns null when there is none. */
export function fullestPlateau(histogram: PilotHistogram, needed: number, floor: number, ceiling: number): Plateau | null {
  const start = fullest(histogram, floor, Math.max(floor, ceiling - WIDTH));
  const plateau = centred(histogram, start, floor, ceiling);
  return plateau.samples >= needed ? plateau : null;
}

/** Samples in the fullest window that begins a window's width above `level`: another plateau, if there is one. */
export function gatheredAbove(histogram: PilotHistogram, level: Volts): number {
  const first = binOf(level + PLATEAU_WIDTH_V);
  return inWindow(histogram, fullest(histogram, first, Math.max(first, BINS - WIDTH)), BINS);
}

/** First bin of the fullest window that starts from `first` to `last`; the lowest of equals. */
function fullest({ counts }: PilotHistogram, first: number, last: number): number {
  let samples = 0;
  for (let bin = first; bin < first + WIDTH; bin += 1) {
    samples += counts[bin] ?? 0;
  }
  let most = samples;
  let start = first;
  for (let bin = first + 1; bin <= last; bin += 1) {
    samples += (counts[bin + WIDTH - 1] ?? 0) - (counts[bin - 1] ?? 0);
    if (samples > most) {
      most = samples;
      start = bin;
    }
  }
  return start;
}

function inWindow(histogram: PilotHistogram, start: number, ceiling: number): number {
  return countBetween(histogram, start, Math.min(start + WIDTH, ceiling));
}

/** The plateau around the median of the window from `start`. Edges enter a window from one side only and pull a mean, not a median. */
function centred(histogram: PilotHistogram, start: number, floor: number, ceiling: number): Plateau {
  const middle = medianOfWindow(histogram, start, ceiling);
  return {
    level: meanOf(histogram, Math.max(middle - CORE, floor), Math.min(middle + CORE + 1, ceiling)),
    samples: inWindow(histogram, Math.max(middle - WIDTH / 2, floor), ceiling),
  };
}

/** The bin that holds the middle sample of the window from `start`. */
function medianOfWindow(histogram: PilotHistogram, start: number, ceiling: number): number {
  const half = inWindow(histogram, start, ceiling) / 2;
  let samples = 0;
  let bin = start - 1;
  while (samples < half) {
    bin += 1;
    samples += histogram.counts[bin] ?? 0;
  }
  return Math.max(bin, start);
}

function meanOf({ counts, sums }: PilotHistogram, first: number, end: number): Volts {
  let samples = 0;
  let sum = 0;
  for (let bin = first; bin < end; bin += 1) {
    samples += counts[bin] ?? 0;
    sum += sums[bin] ?? 0;
  }
  return Volts(samples === 0 ? HISTOGRAM_FLOOR_V : sum / samples);
}
