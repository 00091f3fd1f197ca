import type { EventMessage } from "#link/messages";
import { answer, begin, type Settled, settle } from "../shared/flow-node.ts";
import { parseCommandInput } from "../shared/limit-input.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { relayStatus } from "../shared/status-text.ts";
import { Voice } from "../shared/voice.ts";
import { RelayNode } from "./j1772-relay.schema.ts";
import { type RelayReport, relayReport } from "./relay-report.ts";

/** To close is to ask: the controller closes when a car wants power and nothing speaks against it. */
const WORDS = { open: "pause", close: "resume", pause: "pause", resume: "resume", false: "pause", true: "resume" } as const;

const EVENTS: ReadonlySet<string> = new Set(["relayClosed", "relayOpened", "openedUnderLoad"]);
const FAULTS: ReadonlySet<string> = new Set(["ContactorWelded", "ContactorNotClosing", "UnexpectedCurrent"]);

/** Registers the node that asks for the contactor and tells what it really does. */
export default function register(RED: Red): void {
  RED.nodes.registerType(RelayNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, settle(RED, raw, RelayNode)));
  });
}

function start(RED: Red, node: FlowNode, { config, charger }: Settled<typeof RelayNode.fields>): void {
  const intervalMs = config.intervalS * 1000;
  const voice = new Voice<RelayReport>(node, charger, { t: RED._, significant, intervalMs, hasEvents: true });
  const user = charger.attach(node.id, {
    link: (state) => voice.link(state),
    status: (status) => voice.report(relayReport(status), relayStatus(status, RED._)),
    event: (event) => {
      if (isOfContactor(event)) voice.event(event);
    },
  });
  voice.link(charger.link);
  if (charger.status) voice.show(relayStatus(charger.status, RED._));

  answer(node, charger, async (msg) => {
    await user.command({ command: parseCommandInput(msg.payload, WORDS), by: config.name || "relay" });
    return voice.next();
  });

  node.on("close", (removed, done) => {
    user.detach(removed);
    voice.close();
    done();
  });
}

const significant = ({ relay, coil, cycles }: RelayReport): unknown => [relay, coil, cycles];

const isOfContactor = ({ type, fault }: EventMessage): boolean => EVENTS.has(type) || (fault !== undefined && FAULTS.has(fault));
