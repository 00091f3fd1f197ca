/** A charger's state as a person sees it, the same on the page, on the display and on the panel. */
import type { SeenState } from "#core/display/seen";
import type { Phase } from "#core/evse/types";

/** Below this a car rests, whatever its pilot says. */
export const DRAWING_FROM_A = 0.5;
/** The same where only power is known. */
const DRAWING_FROM_W = 100;

/** What nobody measures is taken to flow. */
export const isResting = (currentA: number | null, powerW: number | null): boolean =>
  currentA === null ? powerW !== null && powerW < DRAWING_FROM_W : currentA < DRAWING_FROM_A;

/** @param needsPerson whether the gravest fault goes away by itself or waits for somebody */
export function stateOfPhase(phase: Phase, currentA: number | null, needsPerson: boolean): SeenState {
  switch (phase) {
    case "notConnected":
    case "waiting":
    case "paused":
      return phase;
    case "charging":
      return isResting(currentA, null) ? "resting" : "charging";
    case "selfTest":
    case "preparing":
    case "closing":
    case "waking":
      return "preparing";
    case "stopping":
    case "opening":
      return "stopping";
    case "faulted":
      return needsPerson ? "needsYou" : "stopped";
  }
}
