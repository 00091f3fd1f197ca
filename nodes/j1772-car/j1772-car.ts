import type { SimActionMessage } from "#link/sim-action";
import { answer, begin, type Settled, settle } from "../shared/flow-node.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { carStatus, notSimulatedStatus } from "../shared/status-text.ts";
import { Voice } from "../shared/voice.ts";
import { forget, houseAction, isNew, plugAction } from "./arrival.ts";
import { parseCarInput } from "./car-input.ts";
import { type CarReport, carReport } from "./car-report.ts";
import { CarNode } from "./j1772-car.schema.ts";

/** Registers the node that is the car and the house of a simulated charger. */
export default function register(RED: Red): void {
  RED.nodes.registerType(CarNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, settle(RED, raw, CarNode)));
  });
}

function start(RED: Red, node: FlowNode, { config, charger }: Settled<typeof CarNode.fields>): void {
  const intervalMs = config.intervalS * 1000;
  const voice = new Voice<CarReport>(node, charger, { t: RED._, significant, intervalMs, hasEvents: false });
  let plugged = false;
  /** Calls off the car that is on its way; null when none is. */
  let cancelPlug: (() => void) | null = null;

  const user = charger.attach(node.id, {
    link: (state) => voice.link(state),
    status: () => {
      if (charger.simulated === false) voice.show(notSimulatedStatus(RED._));
    },
    truth: (truth) => {
      plugged = truth.plugged;
      voice.report(carReport(charger.name, systemScheduler.wall(), truth), carStatus(truth, RED._));
      if (charger.run !== null && isNew(node.id, charger.run, config)) arrive();
    },
  });
  voice.link(charger.link);

  const ask = (action: SimActionMessage): void => {
    user.simulate(action).catch((error: Error) => node.error(error));
  };
  const arrive = (): void => {
    ask(houseAction(config));
    if (config.plugInAfterS === 0) return;
    cancelPlug?.();
    cancelPlug = systemScheduler.after(config.plugInAfterS * 1000, () => {
      cancelPlug = null;
      if (!plugged && charger.link === "connected") ask(plugAction(config));
    });
  };

  answer(node, charger, async (msg) => {
    await user.simulate(parseCarInput(msg.payload, (preset) => plugAction(config, preset)));
    return voice.next();
  });

  node.on("close", (removed, done) => {
    if (cancelPlug || removed) forget(node.id);
    cancelPlug?.();
    user.detach(removed);
    voice.close();
    done();
  });
}

const significant = ({ plugged, s2Closed, asleep, carFault, coil, contacts, faults }: CarReport): unknown => [
  plugged,
  s2Closed,
  asleep,
  carFault,
  coil,
  contacts,
  faults,
];
