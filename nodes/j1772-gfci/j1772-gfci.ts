import type { EventMessage } from "#link/messages";
import { isGroundFault } from "../shared/faults.ts";
import { answer, begin, type Settled, settle } from "../shared/flow-node.ts";
import { parseCommandInput } from "../shared/limit-input.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { gfciStatus } from "../shared/status-text.ts";
import { Voice } from "../shared/voice.ts";
import { type GfciReport, gfciReport } from "./gfci-report.ts";
import { GfciNode } from "./j1772-gfci.schema.ts";

const WORDS = { test: "selfTest", selftest: "selfTest", reset: "reset" } as const;

const EVENTS: ReadonlySet<string> = new Set(["selfTestPassed", "selfTestFailed", "reset"]);

/** Registers the node that tests and resets the ground-fault interrupter and tells how it is. */
export default function register(RED: Red): void {
  RED.nodes.registerType(GfciNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, settle(RED, raw, GfciNode)));
  });
}

function start(RED: Red, node: FlowNode, { config, charger }: Settled<typeof GfciNode.fields>): void {
  const intervalMs = config.intervalS * 1000;
  const voice = new Voice<GfciReport>(node, charger, { t: RED._, significant, intervalMs, hasEvents: true });
  const user = charger.attach(node.id, {
    link: (state) => voice.link(state),
    status: (status) => voice.report(gfciReport(status), gfciStatus(status, RED._)),
    event: (event) => {
      if (isOfGfci(event)) voice.event(event);
    },
  });
  voice.link(charger.link);
  if (charger.status) voice.show(gfciStatus(charger.status, RED._));

  answer(node, charger, async (msg) => {
    await user.command({ command: parseCommandInput(msg.payload, WORDS), by: config.name || "gfci" });
    return voice.next();
  });

  node.on("close", (removed, done) => {
    user.detach(removed);
    voice.close();
    done();
  });
}

/** The time of the next try is worked out anew with each status, to the fraction of a millisecond; that there is one counts. */
const significant = ({ tripped, selfTest, resets, lockedOut, retryAt, fault }: GfciReport): unknown => [
  tripped,
  selfTest,
  resets,
  lockedOut,
  retryAt !== null,
  fault,
];

const isOfGfci = ({ type, fault }: EventMessage): boolean => EVENTS.has(type) || isGroundFault(fault);
