/** The board's outputs: what is safe, and what counts as a change. */
import type { Outputs } from "#core/evse/types";
import { STEADY_HIGH, samePilot } from "#core/pilot/types";

/** Coil off, nothing offered. @see I5 */
export const SAFE_OUTPUTS: Outputs = {
  pilot: STEADY_HIGH,
  coil: false,
  gfciTest: false,
  gfciReset: false,
  shuntTrip: false,
  pilotOpen: false,
};

/** Whether the pilot is driven alike, connected or not. */
export function drivesSamePilot(one: Outputs, other: Outputs): boolean {
  return one.pilotOpen === other.pilotOpen && samePilot(one.pilot, other.pilot);
}

/** Whether nothing changes from one to the other. */
export function sameOutputs(one: Outputs, other: Outputs): boolean {
  return (
    one.coil === other.coil &&
    one.gfciTest === other.gfciTest &&
    one.gfciReset === other.gfciReset &&
    one.shuntTrip === other.shuntTrip &&
    drivesSamePilot(one, other)
  );
}
