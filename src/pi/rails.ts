/**
 * What a charger at rest must show of its own pilot before anything is offered: +12 V on an open line, −12 V when driven low. A wrong
 * supply and a wrong divider look alike from here; a meter tells them apart. @see CP-11
 */
import { HYSTERESIS, liesIn, RECOGNISED_WINDOWS, type Window } from "#core/pilot/windows";
import { Volts } from "#core/units/units";

/** What the machine takes for an open line. @see CP-01 @see VW-A @see VW-13 */
const OPEN: Window = { from: Volts(RECOGNISED_WINDOWS.A.from + HYSTERESIS), to: Volts(RECOGNISED_WINDOWS.A.to - HYSTERESIS) };
/** What it takes for a sound low phase. @see CP-02 @see VW-L */
const LOW: Window = { from: Volts(-13), to: Volts(-11) };

/**
 * A pilot that is driven steady high. "loaded" is a car, or a fault that the machine names; nothing more can be proven then, because a
 * car that sees state F may want to be plugged in anew. A +12 V rail that has fallen to 8 to 10 V looks the same: no level tells
 * it from a car, and a charger that has a car in place must start. It shows as a car that nobody has plugged in.
 */
export type Line = "open" | "loaded" | "wrong";

export function lineOf(highV: number): Line {
  if (highV <= RECOGNISED_WINDOWS.B.to) return "loaded";
  return liesIn(OPEN, highV) ? "open" : "wrong";
}

export const isSoundLow = (lowV: number): boolean => liesIn(LOW, lowV);

const ADVICE =
  'Measure the pilot with a meter: where it agrees, mend the ±12 V supply or the pilot\'s driver; where it does not, run "j1772 calibrate"';

export const wrongHigh = (highV: number | null): string =>
  `Expected the open pilot between ${OPEN.from} and ${OPEN.to} V, the converter shows ${shown(highV)}. ${ADVICE}.`;

/** @param levelV what was read while it was driven low */
export const wrongLow = (levelV: number | null): string =>
  `Expected the pilot between ${LOW.from} and ${LOW.to} V while it is driven low, the converter shows ${shown(levelV)}. ${ADVICE}.`;

const shown = (volts: number | null): string => (volts === null ? "no level" : `${volts.toFixed(2)} V`);
