/** What every node of a charger does alike: read its settings, find its charger, answer its messages. */
import { ConfigError } from "#core/errors";
import { type ChargerHandle, isChargerNode } from "./charger-handle.ts";
import type { ConfigOf, Fields } from "./fields.ts";
import type { NodeSchema } from "./node-schema.ts";
import { readConfig } from "./read-config.ts";
import type { FlowMessage, FlowNode, RawConfig, Red } from "./red.ts";
import { badSettingsStatus, noChargerStatus } from "./status-text.ts";

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
    const error = new ConfigError(
      "noCharger",
      "This node has no charger that works. Open it and choose one, then look at the charger's own settings.",
    );
    node.status(noChargerStatus(RED._));
    refuseAll(node, error);
  } catch (error) {
    node.status(badSettingsStatus(RED._));
    refuseAll(node, error as Error);
    node.error(error as Error);
  }
  return null;
}

/**
 * Answers messages one by one. What `handle` resolves with is sent to the first output as the same message with another
 * payload; null sends nothing. What it throws goes to Catch nodes with its code.
 */
export function answer(node: FlowNode, charger: ChargerHandle, handle: (msg: FlowMessage) => Promise<object | null>): void {
  node.on("input", (msg, send, done) => {
    handle(msg).then((payload) => {
      if (payload !== null) send({ ...msg, topic: charger.name, payload: structuredClone(payload) });
      done();
    }, done);
  });
}

function refuseAll(node: FlowNode, error: Error): void {
  node.on("input", (_msg, _send, done) => done(error));
}
