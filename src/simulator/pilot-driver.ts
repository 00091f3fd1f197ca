/** The op-amp that drives the pilot: what is left of its rails at the output. */
import type { PilotDriver } from "./pilot-circuit.ts";

/** An op-amp by what it cannot do. */
export interface OpAmp {
  /** Lost at each rail without load, volts. */
  readonly railLossV: number;
  readonly outputOhm: number;
}

/** Swings to its rails but for a few millivolts, as simulated. @see conformance 5.1 */
export const RAIL_TO_RAIL: OpAmp = { railLossV: 0.033, outputOhm: 0 };
/** Fits the simulated LF353 on ±12 V: 1.52 V a rail and what its output drops under load. @see conformance 5.1 */
export const LF353: OpAmp = { railLossV: 1.519, outputOhm: 79 };

/** @param railHighV @param railLowV supply of the op-amp, volts */
export function driverOn(railHighV: number, railLowV: number, opAmp: OpAmp = RAIL_TO_RAIL): PilotDriver {
  return {
    highV: Math.max(0, railHighV - opAmp.railLossV),
    lowV: Math.min(0, railLowV + opAmp.railLossV),
    outputOhm: opAmp.outputOhm,
  };
}
