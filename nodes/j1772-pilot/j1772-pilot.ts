import type { StatusMessage } from "#link/messages";
import { answer, begin, type Settled, settle } from "../shared/flow-node.ts";
import { parseLimitInput } from "../shared/limit-input.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { pilotStatus } from "../shared/status-text.ts";
import { Voice } from "../shared/voice.ts";
import { PilotNode } from "./j1772-pilot.schema.ts";

/** Registers the node that offers current to the car and tells what the charger does. */
export default function register(RED: Red): void {
  RED.nodes.registerType(PilotNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, settle(RED, raw, PilotNode)));
  });
}

function start(RED: Red, node: FlowNode, { config, charger }: Settled<typeof PilotNode.fields>): void {
  const intervalMs = config.intervalS * 1000;
  const voice = new Voice<StatusMessage>(node, charger, { t: RED._, significant, intervalMs, hasEvents: true });
  const user = charger.attach(node.id, {
    link: (state) => voice.link(state),
    status: (status) => voice.report(status, pilotStatus(status, RED._)),
    event: (event) => voice.event(event),
  });
  voice.link(charger.link);
  if (charger.status) voice.show(pilotStatus(charger.status, RED._));
  user.offer(config.offerA);

  answer(node, charger, async (msg) => {
    const request = parseLimitInput(msg.payload, { ...charger.supply, now: systemScheduler.wall() });
    if (request.ask === "limit") {
      const outcome = await user.limit({ limit: request.limit, by: request.limitedBy, validUntil: request.validUntil });
      return outcome === "taken" ? voice.next() : null;
    }
    await user.command(request.command);
    return voice.next();
  });

  node.on("close", (removed, done) => {
    user.detach(removed);
    voice.close();
    done();
  });
}

/** Everything but measurements and clocks: those change all the time, and when a fault is tried again is a clock, too. */
function significant(status: StatusMessage): unknown {
  const { state, phase, offeredCurrentA, limitedBy, relay, coil, authorised, gfci, faults, session } = status;
  return [
    state,
    phase,
    offeredCurrentA,
    limitedBy,
    relay,
    coil,
    authorised,
    gfci,
    faults.map(({ name, retryAt }) => [name, retryAt !== null]),
    session?.id,
  ];
}
