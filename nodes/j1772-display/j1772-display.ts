import { ConfigError, MessageError } from "#core/errors";
import { Instant } from "#core/units/units";
import type { PanelFacts } from "#link/frames";
import { isChargerNode } from "../shared/charger-handle.ts";
import { begin } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { CharacterDisplay, type DisplayTime } from "./display.ts";
import { J1772DisplayNode } from "./j1772-display.schema.ts";

const systemTime: DisplayTime = { ...systemScheduler, now: () => Instant(performance.now()) };

/** Registers the node that says what a 16×2 display and a light show of a charger. */
export default function register(RED: Red): void {
  RED.nodes.registerType(J1772DisplayNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => {
      const form = readConfig(J1772DisplayNode.fields, raw, J1772DisplayNode.migrations);
      const panel = panelOf(RED, form.panel, this);
      start(this, new CharacterDisplay(form, { ...hostOf(this), tellPanel: panel.tell }), panel);
    });
  });
}

const hostOf = (node: FlowNode) => ({
  time: systemTime,
  send: (messages: Parameters<FlowNode["send"]>[0]) => node.send(messages),
  show: (status: Parameters<FlowNode["status"]>[0]) => node.status(status),
});

interface Panel {
  readonly tell: (facts: PanelFacts) => void;
  readonly close: (removed: boolean) => void;
}

/** The front panel of the charger that was chosen; nobody where none was. @throws ConfigError noCharger when it does not work */
function panelOf(RED: Red, id: string | null, node: FlowNode): Panel {
  if (id === null) return { tell: () => {}, close: () => {} };
  const found = RED.nodes.getNode(id);
  if (!isChargerNode(found) || found.charger === null)
    throw new ConfigError("noCharger", "The charger that is chosen does not work. Look at its own settings, or choose none.");
  const user = found.charger.attach(node.id, {});
  let isTold = false;
  // A controller that is away hears it with the next news; a charger without a panel is a mistake, said once.
  const failed = (error: unknown): void => {
    if (!(error instanceof MessageError) || isTold) return;
    isTold = true;
    node.warn(error.message);
  };
  return { tell: (facts) => void user.show(facts).catch(failed), close: (removed) => user.detach(removed) };
}

function start(node: FlowNode, display: CharacterDisplay, panel: Panel): void {
  node.on("input", (msg, _send, done) => {
    try {
      display.receive(msg);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  node.on("close", (removed, done) => {
    display.close();
    panel.close(removed);
    done();
  });
}
