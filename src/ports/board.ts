/**
 * A raw board: dumb hands that set levels and report what they sense. The safety loop calls it once a loop, synchronously;
 * a board that talks to hardware slowly answers from its latest news and stamps it, so that silence shows as silence.
 */
import type { BoardInputs, Outputs } from "#core/evse/types";
import type { BurstPlan, PilotBurst } from "#core/pilot/types";

export interface BoardSnapshot {
  /** The burst that finished since the last `read`, or null. Its buffer is valid until the next `read`. */
  readonly burst: PilotBurst | null;
  readonly inputs: BoardInputs;
}

export interface RawBoard {
  readonly kind: "raw";
  readonly name: string;
  /** Claims the hardware with all outputs safe. @throws DriverUnavailable when it cannot be had. */
  open(): Promise<void>;
  /** Drives all outputs. Idempotent; called every loop. */
  write(outputs: Outputs): void;
  /** One edge for the liveness one-shot. Only the loop calls it, after its checks passed (WD-01). */
  pulseLiveness(): void;
  /** Starts an acquisition; a running one is abandoned. */
  startBurst(plan: BurstPlan): void;
  read(): BoardSnapshot;
  /** Synchronous, never throws: coil off, pilot steady high. For exit handlers. */
  makeSafe(): void;
  /** Makes safe and gives the hardware back. */
  close(): Promise<void>;
}
