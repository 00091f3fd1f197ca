/** Whether the coil's one-shot really drops, tried before anything is driven. */
import { setTimeout as pass } from "node:timers/promises";
import { DriverUnavailable } from "#core/errors";
import type { InputPin } from "#pi/layout";

/** How long the one-shot is fed for its proof, how long it is starved, and how often it is fed. @see WD-01 */
const FED_MS = 60;
const STARVED_MS = 130;
const PULSE_EVERY_MS = 12;

export interface OneShot {
  /** The pin that shows whether the coil's gate blocks. */
  readonly gate: InputPin;
  pulse(): void;
  /** The gate's level now. */
  level(): Promise<number>;
}

/** What to say of a one-shot that could not be tried. */
export const ONE_SHOT_UNTRIED =
  "the one-shot was not tried, because something else blocks the coil's gate (ground-fault latch, stop, cut-out); clear that and start anew";

/**
 * Feeds the one-shot, then starves it, and looks whether the gate says so.
 * @returns false where something else holds the gate, so that nothing can be proven @throws DriverUnavailable `oneShotStuck`
 */
export async function proveOneShot({ gate, pulse, level }: OneShot): Promise<boolean> {
  const blocks = async (): Promise<boolean> => ((await level()) === 1) === (gate.active === "high");
  for (let fed = 0; fed < FED_MS; fed += PULSE_EVERY_MS) {
    pulse();
    await pass(PULSE_EVERY_MS);
  }
  if (await blocks()) return false;
  await pass(STARVED_MS);
  if (await blocks()) return true;
  throw new DriverUnavailable(
    "oneShotStuck",
    `Expected the coil's gate (GPIO ${gate.gpio}) to block ${STARVED_MS} ms after the last liveness pulse, it does not: the one-shot does not drop. ` +
      "Without it a computer that hangs leaves the car connected; mend it.",
  );
}
