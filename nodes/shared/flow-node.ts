/** What nodes do alike: begin or refuse, read their settings, find their charger, answer its messages. */
import { ConfigError } from "#core/errors";
import { type ChargerHandle, isChargerNode } from "./charger-handle.ts";
import type { ConfigOf, Fields } from "./fields.ts";
import type { NodeSchema } from "./node-schema.ts";
import { readConfig } from "./read-config.ts";
import type { Done, FlowMessage, FlowNode, RawConfig, Red, Send } from "./red.ts";
import { badSettingsStatus, noChargerStatus, noStoreStatus } from "./status-text.ts";

interface ChargerFields extends Fields {
  readonly charger: Fields[string] & { readonly kind: "reference" };
}

export interface Settled<F extends Fields> {
  readonly config: ConfigOf<F>;
  readonly charger: ChargerHandle;
}

/** Nodes that miss their configuration node, each with what makes it look again, by the runtime that they are in. */
const bereaved = new WeakMap<Red["events"], Set<() => void>>();

function lookAgain({ events }: Red, look: () => void): void {
  const known = bereaved.get(events);
  if (known !== undefined) {
    known.add(look);
    return;
  }
  const looks = new Set([look]);
  bereaved.set(events, looks);
  events.once("flows:started", () => {
    bereaved.delete(events);
    for (const each of looks) each();
  });
}

/**
 * Begins a node's work. One that cannot begin says why, under itself and in the log, and refuses every message. Where its configuration
 * node is missing it tries again with each deployment: Node-RED starts the users of a configuration node anew when that was changed or
 * deleted, but not when it was added, as by undoing a deletion.
 * @param work throws noCharger and noStore before it does anything
 */
export function begin(RED: Red, node: FlowNode, work: () => void): void {
  let isClosed = false;
  let told = "";
  const attempt = (): void => {
    try {
      work();
    } catch (error) {
      refuse(error as Error);
    }
  };
  const refuse = (error: Error): void => {
    const code = error instanceof ConfigError ? error.code : "";
    node.status(code === "noCharger" ? noChargerStatus(RED._) : code === "noStore" ? noStoreStatus(RED._) : badSettingsStatus(RED._));
    if (error.message !== told) node.error(error);
    told = error.message;
    const answer = (_msg: FlowMessage, _send: Send, done: Done): void => done(error);
    node.on("input", answer);
    if (code !== "noCharger" && code !== "noStore") return;
    lookAgain(RED, () => {
      if (isClosed) return;
      node.removeListener("input", answer);
      node.status({});
      attempt();
    });
  };
  node.on("close", (_removed, done) => {
    isClosed = true;
    // Node-RED leaves it standing, also where flows are stopped or disabled and the contactor has long opened.
    node.status({});
    done();
  });
  attempt();
}

/**
 * The node's settings and its charger.
 * @throws ConfigError
 */
export function settle<F extends ChargerFields>(RED: Red, raw: RawConfig, schema: NodeSchema & { readonly fields: F }): Settled<F> {
  const config = readConfig(schema.fields, raw, schema.migrations);
  const found = RED.nodes.getNode(String(config.charger));
  if (isChargerNode(found) && found.charger) return { config, charger: found.charger };
  throw new ConfigError(
    "noCharger",
    "This node has no charger that works. Open it and choose one, then look at the charger's own settings.",
  );
}

/**
 * Answers messages one by one. What `handle` resolves with is sent to the first output as the same message with another
 * payload; null sends nothing. What it throws goes to Catch nodes with its code.
 */
export function answer(node: FlowNode, charger: ChargerHandle, handle: (msg: FlowMessage) => Promise<object | null>): void {
  node.on("input", (msg, send, done) => {
    const answered = handle(msg).then((payload) => {
      if (payload !== null) send({ ...msg, topic: charger.name, payload: structuredClone(payload) });
    });
    tell(node, done, answered);
  });
}

/**
 * Says how a message went, once. Node-RED copies messages, and throws where one is nested too deep for that; outside of its own call
 * nobody would catch it, and it would end Node-RED.
 */
export function tell(node: FlowNode, done: Done, work: Promise<unknown>): void {
  work.then(() => done(), done).catch((error: Error) => node.error(error));
}
