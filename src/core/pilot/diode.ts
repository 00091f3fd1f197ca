/** The car's diode: it lets the low phase reach the generator's own −12 V. */
import type { DiodeVerdict } from "#core/pilot/types";
import { DIODE_LOW, liesIn, RECOGNISED_WINDOWS, type Window } from "#core/pilot/windows";
import type { Volts } from "#core/units/units";

/** High plateaus in here come from a car, not from a short or an open line. */
const CAR: Window = { from: RECOGNISED_WINDOWS.E.to, to: RECOGNISED_WINDOWS.B.to };

/** Judges the diode by both plateaus of a PWM. Only a car can be tested, and only in both phases. @see DI-01 */
export function diodeOf(highV: Volts | null, lowV: Volts | null): DiodeVerdict {
  if (highV === null || lowV === null || !liesIn(CAR, highV)) {
    return "notTested";
  }
  return lowV <= DIODE_LOW ? "ok" : "shorted";
}
