/** The low phase of a PWM: where the diode and the −12 V supply show. */
import { fullestPlateau, MIDDLE, MIDDLE_BIN, type Plateau } from "#core/pilot/estimate";
import { clear, count, countBetween, HISTOGRAM_FLOOR_V, newHistogram, type PilotHistogram } from "#core/pilot/histogram";
import type { PilotBurst, PilotCalibration } from "#core/pilot/types";

/** Fewest samples that make a plateau. @see VW-10 @see VW-18 */
export const PLATEAU_SAMPLES = 8;
/** Time after an edge in which the line counts as unsettled. @see VW-10 */
const SETTLING_US = 20;
const PERIOD_US = 1000;
/** Share of the samples a settled phase should have got that its plateau must hold. */
export const SHARE_NEEDED = 0.4;
/** A low phase with fewer settled samples than this in one burst is read together with the bursts before it. */
const SPARSE_SAMPLES = 16;
/** Bursts read together at most. */
const POOLED_BURSTS = 4;
/** Share of its samples below which the phase was not there at all, whatever earlier bursts remember. */
const SHARE_SEEN = 0.25;

export interface LowPhase {
  /** Null when too few samples settled at one level. */
  readonly plateau: Plateau | null;
  /** Low-phase samples of the last bursts, newest first, for the next reading. Empty where one burst is enough. */
  readonly recent: readonly Float64Array[];
}

const NO_BURSTS: readonly Float64Array[] = [];
/** Scratch of the bursts read together; cleared before use. */
const pool = newHistogram();

/** Samples a phase that takes `percent` of the period should have on its plateau. */
export function samplesDue(samples: number, percent: number): number {
  return samples * Math.max(0, percent / 100 - SETTLING_US / PERIOD_US);
}

/** Whether the burst holds a fair part of the samples a low phase of `percent` of the period must bring. */
export function isLowSeen(histogram: PilotHistogram, samples: number, percent: number): boolean {
  return countBetween(histogram, 0, MIDDLE_BIN) >= (SHARE_SEEN * samples * percent) / 100;
}

/**
 * Reads the low phase. It takes the newest burst if that holds enough samples, and adds earlier ones, newest first, only until
 * there are: a diode that fails shows as soon as it can.
 * @param percent share of the period spent low.
 */
export function readLowPhase(
  histogram: PilotHistogram,
  earlier: readonly Float64Array[],
  burst: PilotBurst,
  samples: number,
  percent: number,
  calibration: PilotCalibration,
): LowPhase {
  const due = samplesDue(samples, percent);
  if (due >= SPARSE_SAMPLES) {
    return { plateau: fullestPlateau(histogram, Math.max(PLATEAU_SAMPLES, due * SHARE_NEEDED), 0, MIDDLE_BIN), recent: NO_BURSTS };
  }
  const recent = [lowSamples(histogram, burst, samples, calibration), ...earlier.slice(0, POOLED_BURSTS - 1)];
  if (!isLowSeen(histogram, samples, percent)) {
    return { plateau: null, recent };
  }
  clear(pool);
  let bursts = 0;
  for (const lows of recent) {
    bursts += 1;
    for (const volts of lows) {
      count(pool, volts);
    }
    const plateau = fullestPlateau(pool, Math.max(PLATEAU_SAMPLES, bursts * due * SHARE_NEEDED), 0, MIDDLE_BIN);
    if (plateau !== null) {
      return { plateau, recent };
    }
  }
  return { plateau: null, recent };
}

/** Pilot volts of the burst's samples below the middle. */
function lowSamples(histogram: PilotHistogram, { adcV }: PilotBurst, samples: number, { gain, offsetV }: PilotCalibration): Float64Array {
  const lows = new Float64Array(countBetween(histogram, 0, MIDDLE_BIN));
  let found = 0;
  for (let index = 0; index < samples; index += 1) {
    const volts = (adcV[index] ?? Number.NaN) * gain + offsetV;
    if (volts < MIDDLE && volts >= HISTOGRAM_FLOOR_V) {
      lows[found] = volts;
      found += 1;
    }
  }
  return lows;
}
