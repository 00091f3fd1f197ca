/** The hands of a claim, for what is proven of the hardware behind them while nothing is driven that a car could draw power through. */
import type { BoardLayout } from "#pi/layout";
import { COMMAND } from "#pi/protocol/commands";
import type { Reply } from "#pi/protocol/frames";
import type { OneShot } from "../one-shot-proof.ts";
import type { PilotHands } from "../pilot-proof.ts";
import type { DaemonLine } from "./daemon-line.ts";
import type { DeadManSwitch } from "./dead-man-switch.ts";
import { pilotRequest } from "./outputs.ts";
import type { PilotAdc } from "./pilot-adc.ts";

export interface Claim {
  readonly line: DaemonLine;
  readonly layout: BoardLayout;
  /** A liveness pulse; null where the dead-man's script is the heartbeat. */
  readonly pulse: Uint8Array | null;
}

/** The one-shot of a claim, for its proof; null where its gate cannot be sensed, or a script is its heartbeat. */
export function oneShot({ line, layout, pulse }: Claim): OneShot | null {
  const gate = layout.coilInhibited;
  if (gate === null || pulse === null) return null;
  return {
    gate,
    pulse: () => line.send(pulse, () => {}),
    level: async () => (await line.demand("the coil's gate", COMMAND.READ, gate.gpio)).result,
  };
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
