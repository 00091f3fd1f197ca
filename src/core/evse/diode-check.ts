/** Whether there is a car behind the pilot and not a wet plug or a finger: its diode must hold the low phase at −12 V. */
import { holdsSince, lasted, type Since } from "#core/evse/time";
import type { PilotReading } from "#core/pilot/types";
import { type Instant, Millis } from "#core/units/units";

/** Windows that must show the diode before the first closing of a plug-in. @see DI-01 */
const WINDOWS = 3;
/** From the first to the fourth reading in a row without a diode; with the burst itself about 50 ms of evidence. @see DI-02 */
const MISSING_OPENS = Millis(36);
/** Missing for this long it is latched. @see DI-02 @see DI-03 */
const MISSING_LATCHES = Millis(1000);

export interface DiodeCheck {
  /** Readings in a row that showed it, counted up to the number wanted. */
  readonly shown: number;
  readonly missingSince: Since;
}

export const DIODE_UNCHECKED: DiodeCheck = { shown: 0, missingSince: null };

/** Counts one reading taken while PWM was on. A reading that tells nothing changes nothing. */
export function withDiodeReading(check: DiodeCheck, reading: PilotReading): DiodeCheck {
  if (reading.diode === "ok" && reading.valid) {
    return check.shown >= WINDOWS && check.missingSince === null
      ? check
      : { shown: Math.min(check.shown + 1, WINDOWS), missingSince: null };
  }
  if (reading.diode !== "shorted") return check;
  const missingSince = holdsSince(check.missingSince, true, reading.at);
  return { shown: lasted(missingSince, reading.at, MISSING_OPENS) ? 0 : check.shown, missingSince };
}

/** @see DI-01 */
export const hasDiode = (check: DiodeCheck): boolean => check.shown >= WINDOWS;

/** What a missing diode calls for: with the contactor closed it opens at once; it is latched when it lasts. */
export function diodeTrouble(check: DiodeCheck, closed: boolean, at: Instant): "latch" | "open" | null {
  if (lasted(check.missingSince, at, MISSING_LATCHES)) return "latch";
  return closed && lasted(check.missingSince, at, MISSING_OPENS) ? "open" : null;
}
