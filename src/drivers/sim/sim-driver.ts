/** The simulated charger as a driver: the simulator on a real clock, and a line to whoever judges it from outside. */
import type { Clock } from "#ports/clock";
import { SimulatedBoard } from "#simulator/board";
import type { Fitted } from "#simulator/board-options";
import type { HouseSpec } from "#simulator/house";
import { tellWitness } from "./witness-line.ts";

/** How to make the simulated charger. */
export interface SimDriverOptions {
  readonly clock: Clock;
  /** The same seed and the same calls give the same samples. */
  readonly seed: number;
  readonly poles?: 1 | 2 | 3 | 4;
  readonly house?: Partial<HouseSpec>;
  readonly fitted?: Partial<Fitted>;
  /** Socket or named pipe of a process that outlives this one and judges when the coil lost its current. */
  readonly witness?: { readonly path: string };
}

/** The board, not yet open. With a witness it tells every pulse and every change of the coil command; without, or when the witness is gone, nothing. */
export function openSimDriver({ witness, ...options }: SimDriverOptions): SimulatedBoard {
  return new SimulatedBoard(witness === undefined ? options : { ...options, listener: tellWitness(witness.path) });
}
