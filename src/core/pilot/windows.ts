/**
 * Voltage windows of the pilot at the connector. Two sets exist: what a healthy system produces, and the wider one a charger
 * must still recognise. Between two recognised windows lies a gap, which is not a state. @see VW-11
 */
import type { VehicleState } from "#core/pilot/types";
import { Volts } from "#core/units/units";

export interface Window {
  readonly from: Volts;
  readonly to: Volts;
}

/** States told apart by the high plateau alone. F is the charger's own steady −12 V. */
export type PlateauState = Exclude<VehicleState, "F">;

const window = (from: number, to: number): Window => ({ from: Volts(from), to: Volts(to) });

/** High plateau of a healthy charger and car, all tolerances together: set (a). @see VW-A @see VW-B @see VW-C @see VW-D @see VW-E */
export const HEALTHY_WINDOWS: Readonly<Record<PlateauState, Window>> = {
  A: window(11.4, 12.6),
  B: window(8.36, 9.56),
  C: window(5.48, 6.49),
  D: window(2.62, 3.25),
  E: window(-0.25, 0.25),
};

/** High plateau a charger must still recognise: set (b). @see VW-A @see VW-B @see VW-C @see VW-D @see VW-E */
export const RECOGNISED_WINDOWS: Readonly<Record<PlateauState, Window>> = {
  A: window(11, 13),
  B: window(8, 10),
  C: window(5, 7),
  D: window(2, 4),
  E: window(-1, 1),
};

/** How far inside the recognised window a plateau must lie to enter a state; it is left at the window's edge. @see VW-13 */
export const HYSTERESIS = Volts(0.25);

/** Low plateau of a healthy generator. @see CP-02 @see VW-L */
export const HEALTHY_LOW = window(-12.6, -11.4);

/**
 * Low plateau a reading may show before the generator counts as broken: CP-02 widened by half a volt for calibration, hum and a
 * low phase of 40 µs that has not settled. An op-amp that loses 1.5 V a rail (−10.42 V) lies outside. @see CP-11 @see VW-L
 */
export const RECOGNISED_LOW = window(-13.1, -10.9);

/** The low plateau must reach this with a car connected, or its diode is not there. A shorted one leaves −9.3 V in B. @see DI-01 */
export const DIODE_LOW = Volts(-10.3);

const STATES = Object.keys(RECOGNISED_WINDOWS) as readonly PlateauState[];

/** Whether `volts` lies inside `within`, edges included. */
export function liesIn(within: Window, volts: number, shrunkBy = 0): boolean {
  return volts >= within.from + shrunkBy && volts <= within.to - shrunkBy;
}

/**
 * The state a high plateau shows, given the state before it.
 * @param held state of the last reading, kept to the edge of its window; null where there is none.
 * @returns "gap" between two windows, null above and below all of them.
 * @see VW-11 @see VW-13
 */
export function stateOfHigh(volts: Volts, held: VehicleState | null): PlateauState | "gap" | null {
  if (held !== null && held !== "F" && liesIn(RECOGNISED_WINDOWS[held], volts)) {
    return held;
  }
  return stateWithin(volts, HYSTERESIS);
}

/** The state whose recognised window holds a high plateau, without hysteresis. @returns as `stateOfHigh`. */
export function windowOfHigh(volts: Volts): PlateauState | "gap" | null {
  return stateWithin(volts, 0);
}

function stateWithin(volts: Volts, shrunkBy: number): PlateauState | "gap" | null {
  for (const state of STATES) {
    if (liesIn(RECOGNISED_WINDOWS[state], volts, shrunkBy)) {
      return state;
    }
  }
  return volts >= RECOGNISED_WINDOWS.E.from && volts <= RECOGNISED_WINDOWS.A.to ? "gap" : null;
}
