/** How often each pilot voltage was seen. One pass over the samples fills it; everything later looks at 266 bins only. */
import type { PilotCalibration } from "#core/pilot/types";

/** Lowest voltage with a bin: an ADC at 0 V reads −17.9 V through the build guide's divider. */
export const HISTOGRAM_FLOOR_V = -18;
/** Fine enough that a window's edge in a plateau's tail moves its mean by less than 10 mV. */
export const BIN_V = 0.125;
/** Bins up to +15.25 V: a 5 V ADC at full scale reads +15.0 V. */
export const BINS = 266;

const BINS_PER_VOLT = 1 / BIN_V;

export interface PilotHistogram {
  readonly counts: Int32Array;
  /** Sum of the voltages in each bin, so that a mean over bins is the mean of the samples. */
  readonly sums: Float64Array;
}

export const newHistogram = (): PilotHistogram => ({ counts: new Int32Array(BINS), sums: new Float64Array(BINS) });

/** The bin a voltage falls into, or the nearest end. */
export function binOf(volts: number): number {
  const bin = Math.floor((volts - HISTOGRAM_FLOOR_V) * BINS_PER_VOLT);
  return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
}

export function clear(histogram: PilotHistogram): void {
  histogram.counts.fill(0);
  histogram.sums.fill(0);
}

/** Counts one voltage. @returns false for what no pilot can be: outside the bins, or NaN. */
export function count(histogram: PilotHistogram, volts: number): boolean {
  const position = (volts - HISTOGRAM_FLOOR_V) * BINS_PER_VOLT;
  if (!(position >= 0 && position < BINS)) {
    return false;
  }
  const bin = position | 0;
  histogram.counts[bin] = (histogram.counts[bin] ?? 0) + 1;
  histogram.sums[bin] = (histogram.sums[bin] ?? 0) + volts;
  return true;
}

/** Counts the first `samples` of a burst. Allocates nothing. */
export function countBurst(histogram: PilotHistogram, adcV: Float64Array, samples: number, { gain, offsetV }: PilotCalibration): void {
  for (let index = 0; index < samples; index += 1) {
    count(histogram, (adcV[index] ?? Number.NaN) * gain + offsetV);
  }
}

/** Samples in the bins from `first` up to, not including, `end`. */
export function countBetween(histogram: PilotHistogram, first: number, end: number): number {
  let samples = 0;
  for (let bin = first; bin < end; bin += 1) {
    samples += histogram.counts[bin] ?? 0;
  }
  return samples;
}
