/** The examples for MQTT, Home Assistant and OCPP in a Node-RED: what comes from a broker or a server goes in, what would go out is looked at. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import registerPage from "../../nodes/charge-status/charge-status.ts";
import registerCar from "../../nodes/j1772-car/j1772-car.ts";
import registerCharger from "../../nodes/j1772-charger/j1772-charger.ts";
import registerPilot from "../../nodes/j1772-pilot/j1772-pilot.ts";
import registerStore from "../../nodes/j1772-store/j1772-store.ts";
import registerLog from "../../nodes/session-log/session-log.ts";
import type { FlowMessage, Red } from "../../nodes/shared/red.ts";
import registerSolar from "../../nodes/solar-limit/solar-limit.ts";
import { aStatus } from "../support/link-samples.ts";
import { FakeController, Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, type Inbox, NodeRed } from "./support/node-red.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const core = (file: string): ((red: Red) => void) => createRequire(import.meta.url)(`@node-red/nodes/core/${file}`);
const nodeRed = new NodeRed([
  ...[registerCharger, registerPilot, registerCar, registerSolar, registerStore, registerLog, registerPage],
  ...["20-inject", "21-debug", "60-link", "90-comment"].map((file) => core(`common/${file}.js`)),
  ...["10-function", "10-switch", "15-change"].map((file) => core(`function/${file}.js`)),
  ...[core("parsers/70-JSON.js"), core("network/10-mqtt.js")],
]);

type Example = readonly FlowFileNode[];
const exampleCalled = (number: string): Example => {
  const file = readdirSync(EXAMPLES).find((name) => name.startsWith(`${number} - `));
  assert.ok(file, `there is an example ${number}`);
  return JSON.parse(readFileSync(join(EXAMPLES, file), "utf8"));
};
/** A payload without the prototypes of the function node that made it. */
const payloadOf = ({ payload }: FlowMessage): Record<string, unknown> => JSON.parse(JSON.stringify(payload));

/** An example that has been loaded, its nodes by type and name. */
class Loaded {
  readonly #flow: Example;
  constructor(flow: Example) {
    this.#flow = flow;
  }
  node(type: string, name?: string): FlowFileNode {
    const found = this.#flow.filter((node) => node.type === type && (name === undefined || node.name === name));
    const [only] = found;
    assert.ok(only && found.length === 1, `one ${type} ${name}, found ${found.length}`);
    return only;
  }
  inbox(type: string, name?: string): Inbox<FlowMessage> {
    return nodeRed.inbox(this.node(type, name).id);
  }
  press(name: string): void {
    nodeRed.send(this.node("inject", name).id, {});
  }
  /** As if the broker had sent it: to whatever the `mqtt in` node called `name` is wired to. */
  fromBroker(name: string, payload: string): void {
    const { wires, topic } = this.node("mqtt in", name);
    for (const id of (wires as string[][]).flat()) nodeRed.send(id, { topic: String(topic), payload });
  }
}

describe("examples of home automation in a flow", () => {
  let folder: Folder;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await nodeRed.unload();
  });

  const load = async (number: string, change: (node: FlowFileNode) => FlowFileNode = (node) => node): Promise<Loaded> => {
    const flow = exampleCalled(number).map(change);
    await nodeRed.load(flow);
    return new Loaded(flow);
  };

  describe("04, an OpenEVSE", () => {
    it("has the meter, the state and milliamps understood by the limiter", async () => {
      const example = await load("04", (node) => (node.type === "solar-limit" ? { ...node, intervalS: "1" } : node));
      const limiter = example.inbox("solar-limit");
      const mistakes = example.inbox("debug", "mistakes");
      const telemetry = example.inbox("debug", "surplus");
      example.fromBroker("the charger's state", "3");
      example.fromBroker("the car's current", "15700");
      const current = await limiter.find(({ topic }) => topic === "carCurrent");
      example.fromBroker("the house's meter", "-1200");
      const grid = await limiter.find(({ topic }) => topic === "grid");
      const car = await limiter.find(({ topic }) => topic === "car");
      assert.deepEqual([car.payload, current.payload, grid.payload], ["C", 15.7, "-1200"]);
      await telemetry.find((msg) => Number(payloadOf(msg).surplusW) >= 1200);
      assert.deepEqual(mistakes.all, []);
    });

    it("takes a charger that is asleep or disabled for one with a car that waits", async () => {
      const example = await load("04");
      const limiter = example.inbox("solar-limit");
      for (const state of ["1", "2", "254", "255", "4"]) example.fromBroker("the charger's state", state);
      await limiter.find(({ payload }) => payload === "unknown");
      assert.deepEqual(
        limiter.all.map(({ payload }) => payload),
        ["A", "B", "B", "B", "unknown"],
      );
    });

    it("sends a claim in whole amps to the topic of the tab's settings, and disables the charger below 6 A", async () => {
      const example = await load("04", (node) => (node.type === "solar-limit" ? { ...node, wires: [[], []] } : node));
      const out = example.inbox("mqtt out");
      for (const payload of [12.7, 5.9, 0]) nodeRed.send(example.node("function", "as a claim").id, { payload, limit: {} });
      await out.find(() => out.all.length === 3);
      assert.deepEqual(
        out.all.map(({ topic, payload }) => [topic, JSON.parse(String(payload))]),
        [
          ["openevse/claim/set", { state: "active", charge_current: 12 }],
          ["openevse/claim/set", { state: "disabled" }],
          ["openevse/claim/set", { state: "disabled" }],
        ],
      );
    });
  });

  describe("13, Home Assistant", () => {
    interface Part {
      readonly platform: string;
      readonly name: string;
      readonly unique_id: string;
      readonly value_template: string;
      readonly command_topic?: string;
    }
    let controller: FakeController;

    beforeEach(async () => {
      controller = await FakeController.on(folder.socket);
    });
    afterEach(async () => {
      await nodeRed.deploy([]);
      await controller.close();
    });
    const loadCharger = () =>
      load("13", (node) => (node.type === "j1772-charger" ? { ...node, driver: "service", socketPath: folder.socket } : node));

    it("is told of the device in one kept message, each part with its platform, an id of its own and a template", async () => {
      const example = await loadCharger();
      const out = example.inbox("mqtt out");
      example.press("show the description");
      const msg = await out.find(({ topic }) => topic === "homeassistant/device/j1772_carport/config");
      assert.equal(msg.retain, true);
      const { device, origin, components, ...shared } = payloadOf(msg) as { device: object; origin: { name: string }; components: object };
      assert.deepEqual(device, { identifiers: ["j1772_carport"], name: "Carport", model: "J1772 charger" });
      assert.ok(origin.name);
      assert.deepEqual(shared, { state_topic: "j1772/carport/status", availability_topic: "j1772/node-red" });
      const parts: readonly Part[] = Object.values(components);
      assert.equal(new Set(parts.map(({ unique_id }) => unique_id)).size, parts.length);
      assert.equal(new Set(parts.map(({ name }) => name)).size, parts.length);
      const known = new Set([...Object.keys(aStatus()), "limitA"]);
      for (const { platform, name, value_template, command_topic } of parts) {
        assert.match(platform, /^(sensor|binary_sensor|switch|number)$/, name);
        const read = [...value_template.matchAll(/value_json\.(\w+)/g)].map(([, field]) => field);
        assert.ok(read.length > 0 && read.every((field) => known.has(String(field))), `${name} reads what a status has: ${value_template}`);
        assert.equal(command_topic !== undefined, /switch|number/.test(platform), name);
      }
      const broker = example.node("mqtt-broker");
      assert.deepEqual(
        [broker.birthTopic, broker.closeTopic, broker.willTopic, broker.birthPayload, broker.closePayload, broker.willPayload],
        [...Array(3).fill("j1772/node-red"), "online", "offline", "offline"],
      );
    });

    it("is sent the status with the limit last asked for", async () => {
      const example = await loadCharger();
      const out = example.inbox("mqtt out");
      const remembered = example.inbox("change", "is remembered");
      await controller.until(() => controller.limits.length > 0);
      controller.happen({ type: "limitChanged", evidence: { limitA: 12, by: "homeAssistant" } });
      await remembered.find();
      controller.tell({ phase: "charging", state: "C", limitedBy: "homeAssistant", offeredCurrentA: 12 });
      const msg = await out.find(
        ({ topic, payload }) => topic === "j1772/carport/status" && (payload as { limitA?: number }).limitA === 12,
      );
      assert.equal(payloadOf(msg).phase, "charging");
    });

    it("takes limits in each form from the broker, and nothing that only a person at the charger may say", async () => {
      const example = await loadCharger();
      await controller.until(() => controller.limits.length > 0);
      for (const payload of [
        "reset",
        '{"command": "reset"}',
        "test",
        "wake",
        '{"command": "authorise", "tag": "7"}',
        '{"limitA": 9}',
        "resume",
      ])
        example.fromBroker("commands", payload);
      await controller.until(() => controller.limits.includes(9) && controller.commands.some(({ command }) => command === "resume"));
      assert.deepEqual(new Set(controller.commands.map(({ command }) => command)), new Set(["limit", "resume"]));
      for (const [payload, limitA] of [
        ["16", 16],
        ["7.5 A", 7.5],
        ["2.4 kW", 10],
      ] as const) {
        example.fromBroker("commands", payload);
        await controller.until(() => controller.limits.at(-1) === limitA);
      }
    });

    it("pauses, goes on and limits by the messages that its switch and its slider send", async () => {
      const example = await loadCharger();
      const mistakes = example.inbox("debug", "mistakes");
      await controller.until(() => controller.limits.length > 0);
      for (const payload of ["pause", '{"limitA": 10, "limitedBy": "homeAssistant"}', "resume"]) example.fromBroker("commands", payload);
      await controller.until(() => controller.limits.includes(10) && controller.commands.some(({ command }) => command === "resume"));
      const asked = controller.commands.map((ask) => (ask.command === "limit" ? `${ask.limitA} A by ${ask.limitedBy}` : ask.command));
      assert.deepEqual(asked.slice(1).toSorted(), ["10 A by homeAssistant", "pause", "resume"]);
      assert.deepEqual(mistakes.all, []);
    });
  });

  describe("14, an OCPP charger", () => {
    it("gives the log one session, with the card and the energy of the charger's counter", async () => {
      const example = await load("14");
      const news = example.inbox("debug", "session news");
      const mistakes = example.inbox("debug", "mistakes");
      for (const said of [
        "a car is plugged in",
        "charging starts",
        "it charges",
        "the meter: 120.7 kWh",
        "the car waits",
        "charging ends",
        "the car leaves",
      ]) {
        const report = example.inbox("debug", "report");
        example.press(said);
        await report.find();
      }
      const ended = payloadOf(await news.find((msg) => payloadOf(msg).news === "ended"));
      assert.deepEqual([ended.charger, ended.tag, ended.energyWh], ["Yard", "anna-card", 400]);
      assert.deepEqual([ended.meterStartWh, ended.meterStopWh, ended.maxPowerW], [120_500, 120_900, 7200]);
      assert.deepEqual(mistakes.all, []);
    });

    const read = async (payload: unknown): Promise<Record<string, unknown>> => {
      const example = await load("14");
      const report = example.inbox("debug", "report");
      nodeRed.send(example.node("function", "read OCPP").id, { payload, ocpp: { chargeBoxIdentity: "Yard" } });
      return payloadOf(await report.find());
    };
    const AT = "2026-03-01T12:00:00Z";

    it("reads the whole frame of a request, and a fault", async () => {
      const data = { connectorId: 1, errorCode: "GroundFailure", status: "Faulted" };
      assert.deepEqual(await read([2, "7", "StatusNotification", data]), { charger: "Yard", state: "Faulted", faults: ["GroundFailure"] });
    });

    it("reads a TransactionEvent of OCPP 2.0.1, and the phase that draws most", async () => {
      const sampledValue = [
        { value: 7.4, measurand: "Power.Active.Import", unitOfMeasure: { unit: "kW" } },
        ...["L1", "L2", "L3"].map((phase, i) => ({ value: 10 + i, measurand: "Current.Import", phase })),
        { value: 12, unitOfMeasure: { unit: "Wh", multiplier: 3 } },
      ];
      const data = { eventType: "Updated", timestamp: AT, transactionInfo: { chargingState: "EVConnected" }, idToken: { idToken: "card" } };
      const report = await read({ command: "TransactionEvent", data: { ...data, meterValue: [{ timestamp: AT, sampledValue }] } });
      const figures = { powerW: 7400, currentA: 12, energyWh: 12_000 };
      assert.deepEqual(report, { charger: "Yard", state: "connected", tag: "card", ...figures });
    });

    it("makes a charging profile of a limit, in tenths of an ampere", async () => {
      const example = await load("14");
      const out = example.inbox("debug", "to the charger");
      nodeRed.send(example.node("function", "as a charging profile").id, { payload: { limitA: 10.19 } });
      const { command, data } = payloadOf(await out.find()) as { command: string; data: { csChargingProfiles: Record<string, unknown> } };
      assert.equal(command, "SetChargingProfile");
      assert.deepEqual(data.csChargingProfiles.chargingSchedule, {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10.1 }],
      });
    });
  });
});
