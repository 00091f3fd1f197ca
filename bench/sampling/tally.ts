/** What many readings of a known line came to. */
import type { PilotReading } from "#core/pilot/types";

export const STATES = ["A", "B", "C", "D"] as const;
export type State = (typeof STATES)[number];

export interface Tally {
  readings: number;
  /** Not believed: no verdict. */
  invalid: number;
  /** Between two windows: believed, and no state. */
  gap: number;
  /** A or B read as C or D: what must not happen. */
  falseRequest: number;
  /** Any other wrong state. */
  wrong: number;
  /** A healthy diode that was called shorted. */
  falseDiode: number;
  highSumSquares: number;
  highs: number;
  worstHighV: number;
  lowSumSquares: number;
  lows: number;
  worstLowV: number;
}

export const newTally = (): Tally => ({
  ...{ readings: 0, invalid: 0, gap: 0, falseRequest: 0, wrong: 0, falseDiode: 0 },
  ...{ highSumSquares: 0, highs: 0, worstHighV: 0, lowSumSquares: 0, lows: 0, worstLowV: 0 },
});

/** What an estimator says of a burst. */
export interface Seen {
  /** Null when it is not believed. */
  readonly state: PilotReading["state"] | null;
  readonly highV: number | null;
  readonly lowV: number | null;
  readonly diode: PilotReading["diode"];
}

export const seenIn = ({ valid, state, highV, lowV, diode }: PilotReading): Seen => ({ state: valid ? state : null, highV, lowV, diode });

export function record(tally: Tally, truth: State, line: { readonly highV: number; readonly lowV: number }, seen: Seen): void {
  tally.readings += 1;
  if (seen.highV !== null) {
    const error = seen.highV - line.highV;
    tally.highs += 1;
    tally.highSumSquares += error * error;
    tally.worstHighV = Math.max(tally.worstHighV, Math.abs(error));
  }
  if (seen.lowV !== null) {
    const error = seen.lowV - line.lowV;
    tally.lows += 1;
    tally.lowSumSquares += error * error;
    tally.worstLowV = Math.max(tally.worstLowV, Math.abs(error));
  }
  if (seen.state === null) tally.invalid += 1;
  else if (seen.state === "gap") tally.gap += 1;
  else if ((truth === "A" || truth === "B") && (seen.state === "C" || seen.state === "D")) tally.falseRequest += 1;
  else if (seen.state !== truth) tally.wrong += 1;
  else if (seen.diode === "shorted") tally.falseDiode += 1;
}

/** A tally as a report tells it: shares, and errors in volts. */
export interface Told {
  readonly readings: number;
  readonly invalid: number;
  readonly gap: number;
  readonly falseRequest: number;
  readonly wrong: number;
  readonly falseDiode: number;
  /** Root of the mean square; null when no plateau was seen. */
  readonly highRmsV: number | null;
  readonly highWorstV: number | null;
  readonly lowRmsV: number | null;
  readonly lowWorstV: number | null;
}

export function told(tally: Tally): Told {
  const { readings, highs, lows } = tally;
  const share = (part: number): number => (readings === 0 ? Number.NaN : part / readings);
  return {
    readings,
    invalid: share(tally.invalid),
    gap: share(tally.gap),
    falseRequest: share(tally.falseRequest),
    wrong: share(tally.wrong),
    falseDiode: share(tally.falseDiode),
    highRmsV: highs === 0 ? null : Math.sqrt(tally.highSumSquares / highs),
    highWorstV: highs === 0 ? null : tally.worstHighV,
    lowRmsV: lows === 0 ? null : Math.sqrt(tally.lowSumSquares / lows),
    lowWorstV: lows === 0 ? null : tally.worstLowV,
  };
}

/** A share for a table: "-" for none at all. */
export const shareText = (share: number): string => (share === 0 ? "-" : share.toExponential(1));
export const voltsText = (volts: number | null): string => (volts === null ? "–" : volts.toFixed(2));
