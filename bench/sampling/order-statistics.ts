/** The estimators of the design study on its own conditions: 4 µs edges, 30 mV of noise, 0.2 % of samples held up (hardware 4). */
import { CAR_OHM, gaussian, lineOf, voltsAt } from "../pilot-waveform.ts";
import { STATES } from "./tally.ts";

const RUNS = 3_000;
/** One microsecond for each nanofarad behind 1 kΩ. */
const NANOFARAD = 4;
const NOISE_V = 0.03;
const HELD_UP = 0.002;
const HELD_UP_US = 1_000;
/** Beyond this a plateau may be another state's. */
const BAD_V = 1;
const PERIOD_US = 1_000;

export interface OrderStatistics {
  /** Worst error of the third highest and third lowest sample, volts. */
  readonly thirdV: number;
  /** Worst error of the highest and the lowest. */
  readonly outermostV: number;
  /** Share of bursts in which the median of the upper or of the lower half is more than a volt off. */
  readonly badMedians: number;
}

/** @param spacingUs null takes each sample at a random phase */
export function orderStatistics(samples: number, dutyPercent: number, spacingUs: number | null, random: () => number): OrderStatistics {
  const volts = new Float64Array(samples);
  const at = (index: number): number => volts[index] ?? Number.NaN;
  let [thirdV, outermostV, bad] = [0, 0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const line = lineOf({ carOhm: CAR_OHM[STATES[run % STATES.length] ?? "A"], nanofarad: NANOFARAD }, dutyPercent);
    let timeUs = PERIOD_US * random();
    for (let index = 0; index < samples; index += 1) {
      if (random() < HELD_UP) timeUs += HELD_UP_US * random();
      volts[index] = voltsAt(line, spacingUs === null ? PERIOD_US * random() : timeUs) + NOISE_V * gaussian(random);
      timeUs += spacingUs ?? 0;
    }
    volts.sort();
    const error = (high: number, low: number): number => Math.max(Math.abs(high - line.highV), Math.abs(low - line.lowV));
    thirdV = Math.max(thirdV, error(at(samples - 3), at(2)));
    outermostV = Math.max(outermostV, error(at(samples - 1), at(0)));
    const middleV = (at(0) + at(samples - 1)) / 2;
    const upper = volts.findIndex((each) => each > middleV);
    if (error(at((upper + samples) >> 1), at(upper >> 1)) > BAD_V) bad += 1;
  }
  return { thirdV, outermostV, badMedians: bad / RUNS };
}
