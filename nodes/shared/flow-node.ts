/** What nodes do alike: read their settings, find their charger, answer its messages; and refuse them all when they cannot work. */
import { ConfigError } from "#core/errors";
import { type ChargerHandle, isChargerNode } from "./charger-handle.ts";
import type { ConfigOf, Fields } from "./fields.ts";
import type { NodeSchema } from "./node-schema.ts";
import { readConfig } from "./read-config.ts";
import type { Done, FlowMessage, FlowNode, RawConfig, Red } from "./red.ts";
import { badSettingsStatus, noChargerStatus, noStoreStatus } from "./status-text.ts";

interface ChargerFields extends Fields {
  readonly charger: Fields[string] & { readonly kind: "reference" };
}

export interface Settled<F extends Fields> {
  readonly config: ConfigOf<F>;
  readonly charger: ChargerHandle;
}

/**
 * The node's settings and its charger.
 * @returns null when it cannot work; the node then says why and refuses every message.
 */
export function settle<F extends ChargerFields>(
  RED: Red,
  node: FlowNode,
  raw: RawConfig,
  schema: NodeSchema & { readonly fields: F },
): Settled<F> | null {
  try {
    const config = readConfig(schema.fields, raw, schema.migrations);
    const found = RED.nodes.getNode(String(config.charger));
    if (isChargerNode(found) && found.charger) return { config, charger: found.charger };
    throw new ConfigError(
      "noCharger",
      "This node has no charger that works. Open it and choose one, then look at the charger's own settings.",
    );
  } catch (error) {
    refuseAll(RED, node, error as Error);
  }
  return null;
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

/** What a node does that cannot work: it says why, under itself and in the log, and refuses every message. */
export function refuseAll({ _ }: Red, node: FlowNode, error: Error): void {
  const code = error instanceof ConfigError ? error.code : "";
  node.status(code === "noCharger" ? noChargerStatus(_) : code === "noStore" ? noStoreStatus(_) : badSettingsStatus(_));
  node.on("input", (_msg, _send, done) => done(error));
  node.error(error);
}
