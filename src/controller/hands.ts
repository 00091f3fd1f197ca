/** What a driver gives to the controller. */

import type { RawBoard } from "#ports/board";
import type { SimAction, SimTruth } from "#simulator/actions";

/** The part of a simulated board that a real one has not. */
export interface Simulation {
  /** Does something to the car, the house or the hardware, `afterMs` from now on the board's clock. */
  apply(action: SimAction, afterMs: number): void;
  truth(): SimTruth;
}

export interface Hands {
  readonly board: RawBoard;
  /** Null on a real board. */
  readonly simulation: Simulation | null;
}
