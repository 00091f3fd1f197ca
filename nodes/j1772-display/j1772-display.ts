import { Instant } from "#core/units/units";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { badSettingsStatus } from "../shared/status-text.ts";
import { CharacterDisplay, type DisplayTime } from "./display.ts";
import { J1772DisplayNode } from "./j1772-display.schema.ts";

const systemTime: DisplayTime = { ...systemScheduler, now: () => Instant(performance.now()) };

/** Registers the node that says what a 16×2 display and a light show of a charger. */
export default function register(RED: Red): void {
  RED.nodes.registerType(J1772DisplayNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    try {
      start(this, new CharacterDisplay(readConfig(J1772DisplayNode.fields, raw, J1772DisplayNode.migrations), hostOf(this)));
    } catch (error) {
      this.status(badSettingsStatus(RED._));
      this.on("input", (_msg, _send, done) => done(error as Error));
      this.error(error as Error);
    }
  });
}

const hostOf = (node: FlowNode) => ({
  time: systemTime,
  send: (messages: Parameters<FlowNode["send"]>[0]) => node.send(messages),
  show: (status: Parameters<FlowNode["status"]>[0]) => node.status(status),
});

function start(node: FlowNode, display: CharacterDisplay): void {
  node.on("input", (msg, _send, done) => {
    try {
      display.receive(msg);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  node.on("close", (_removed, done) => {
    display.close();
    done();
  });
}
