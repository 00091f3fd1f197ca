/** A board at rest: where every claim begins. */
import { type BoardLayout, inputPins, type OutputPin, PULL_NUMBER } from "#pi/layout";
import { SAFE } from "#pi/outputs";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest, type Reply } from "#pi/protocol/frames";
import type { DaemonLine } from "./daemon-line.ts";
import { pilotRequest, pinRequests, plainRequests, relayRequests } from "./outputs.ts";

/** All outputs safe, all inputs inputs. Relays first. @throws DriverUnavailable */
export async function rest(line: DaemonLine, layout: BoardLayout): Promise<void> {
  const demand = async (what: string, request: Uint8Array): Promise<void> => {
    const reply = await new Promise<Reply>((resolve) => line.send(request, resolve));
    if (reply.result < 0) await line.demand(what, reply.command, reply.p1, reply.p2);
  };
  for (const request of relayRequests(layout, false)) await demand("the relays", request);
  await demand("the pilot (hardware PWM; the daemon must not use the PWM clock: start it without -t 0)", pilotRequest(layout, SAFE.pilot));
  for (const request of plainRequests(layout, null, SAFE)) await demand("an output", request);
  const liveness: OutputPin | null = layout.liveness === null ? null : { gpio: layout.liveness.gpio, active: "high" };
  if (liveness !== null) for (const request of pinRequests(liveness, false)) await demand("the liveness pin", request);
  for (const { gpio, pull } of inputPins(layout)) {
    await demand("an input", encodeRequest(COMMAND.MODES, gpio, 0));
    await demand("an input's pull", encodeRequest(COMMAND.PUD, gpio, PULL_NUMBER[pull]));
  }
}
