/** What a display is told of a charger; ours and any other look the same here. */

export type SeenState =
  | "notConnected"
  | "preparing"
  | "waiting"
  | "paused"
  | "charging"
  /** Connected and closed, but the car draws nothing. */
  | "resting"
  | "stopping"
  /** A fault that sorts itself out. */
  | "stopped"
  /** A fault that does not. */
  | "needsYou"
  | "unknown";

export interface SeenFault {
  /** One of `FaultName`, or another charger's own word. */
  readonly name: string;
  /** What clears it, where that is a person. */
  readonly needs: "reset" | "unplug" | null;
  /** Time until it is tried again, ms; null when it is not, or nobody said. */
  readonly retryIn: number | null;
}

/** Null is "not said", and is never shown as a figure. */
export interface Seen {
  readonly state: SeenState;
  /** What is offered, A; with no car there, what will be. */
  readonly offeredA: number | null;
  readonly currentA: number | null;
  readonly powerW: number | null;
  readonly temperatureC: number | null;
  /** Why it is not more, or why it pauses: one of the known reasons, or the sender's own word. */
  readonly limitedBy: string | null;
  /** Time with the contactor closed in this charge, ms. */
  readonly chargingMs: number | null;
  /** Energy of this charge, Wh. */
  readonly energyWh: number | null;
  /** How much of it was sun, percent. */
  readonly sunPercent: number | null;
  /** The fault that matters most; in any other state than a fault it is a warning. */
  readonly fault: SeenFault | null;
  /** What comes next by itself, and when, ms. */
  readonly next: { readonly what: "starts" | "stops"; readonly in: number } | null;
}

/** A display that was told nothing. */
export const NOTHING_SEEN: Seen = {
  state: "unknown",
  offeredA: null,
  currentA: null,
  powerW: null,
  temperatureC: null,
  limitedBy: null,
  chargingMs: null,
  energyWh: null,
  sunPercent: null,
  fault: null,
  next: null,
};
