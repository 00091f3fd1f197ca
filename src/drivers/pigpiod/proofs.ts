/** What is proven of the hardware behind the pins while nothing is driven that a car could draw power through. */
import { setTimeout as pass } from "node:timers/promises";
import { DriverUnavailable } from "#core/errors";
import type { BoardLayout } from "#pi/layout";
import { COMMAND } from "#pi/protocol/commands";
import type { Reply } from "#pi/protocol/frames";
import type { PilotHands } from "../pilot-proof.ts";
import type { DaemonLine } from "./daemon-line.ts";
import type { DeadManSwitch } from "./dead-man-switch.ts";
import { pilotRequest } from "./outputs.ts";
import type { PilotAdc } from "./pilot-adc.ts";

/** How long the one-shot is fed for its proof, how long it is starved, and how often it is fed. @see WD-01 */
const PROOF_FED_MS = 60;
const PROOF_STARVED_MS = 130;
const FEED_EVERY_MS = 12;

export interface Claim {
  readonly line: DaemonLine;
  readonly layout: BoardLayout;
  /** A liveness pulse; null where the dead-man's script is the heartbeat. */
  readonly pulse: Uint8Array | null;
}

/**
 * Feeds the one-shot, then starves it, and looks whether the coil's gate says so. Where the gate cannot be sensed, or something else
 * holds it, nothing can be proven. @throws DriverUnavailable `oneShotStuck`
 */
export async function proveOneShot({ line, layout, pulse }: Claim): Promise<void> {
  const pin = layout.coilInhibited;
  if (pin === null || pulse === null) return;
  const blocks = async (): Promise<boolean> => {
    const { result } = await line.demand("the coil's gate", COMMAND.READ, pin.gpio);
    return (result === 1) === (pin.active === "high");
  };
  for (let fed = 0; fed < PROOF_FED_MS; fed += FEED_EVERY_MS) {
    line.send(pulse, () => {});
    await pass(FEED_EVERY_MS);
  }
  if (await blocks()) return;
  await pass(PROOF_STARVED_MS);
  if (await blocks()) return;
  throw new DriverUnavailable(
    "oneShotStuck",
    `Expected the coil's gate (GPIO ${pin.gpio}) to block ${PROOF_STARVED_MS} ms after the last liveness pulse, it does not: the one-shot does not drop. ` +
      "Without it a computer that hangs leaves the car connected; mend it.",
  );
}

/** The pilot of a claim, for its proof. */
export function pilotHands({ line, layout, pulse }: Claim, adc: PilotAdc, deadMan: DeadManSwitch): PilotHands {
  return {
    drive: async (output) => {
      const { command, p1, p2, result } = await new Promise<Reply>((resolve) => line.send(pilotRequest(layout, output), resolve));
      if (result < 0) await line.demand("the pilot", command, p1, p2);
    },
    feed: () => {
      if (pulse === null) deadMan.feed(() => {});
      else line.send(pulse, () => {});
    },
    startBurst: (plan, output) => adc.start(plan, output),
    finished: () => adc.finished(),
  };
}
