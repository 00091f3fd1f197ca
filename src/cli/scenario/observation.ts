/** What a check may look at: the charger's own word, what it drives, and (in a simulation) the truth. */
import type { Outputs } from "#core/evse/types";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { SimTruth } from "#simulator/actions";

/** The answer to a command. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };

/** An event and when it was heard on the scenario's clock. */
export interface Heard {
  readonly at: number;
  readonly event: EventMessage;
}

export interface Observation {
  /** Time since the start of the scenario, ms. */
  readonly at: number;
  /** The charger's own word; null while no controller runs. */
  readonly status: StatusMessage | null;
  /** What was last driven; null where the board does not show it. */
  readonly outputs: Outputs | null;
  /** What is really so; null on real hardware. Its marks are on the scenario's clock. */
  readonly truth: SimTruth | null;
  /** All events so far, oldest first. */
  readonly heard: readonly Heard[];
  /** Answer to the last command. */
  readonly answer: Answer | null;
}
