import assert from "node:assert/strict";
import registerCar from "../../nodes/j1772-car/j1772-car.ts";
import registerCharger from "../../nodes/j1772-charger/j1772-charger.ts";
import registerGfci from "../../nodes/j1772-gfci/j1772-gfci.ts";
import registerPilot from "../../nodes/j1772-pilot/j1772-pilot.ts";
import registerRelay from "../../nodes/j1772-relay/j1772-relay.ts";
import type { FlowMessage } from "../../nodes/shared/red.ts";
import { aStatus, aTruth } from "../support/link-samples.ts";
import { FakeController, Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerCharger, registerPilot, registerRelay, registerGfci, registerCar]);

/** One node of a type on a charger run as a service, with something at each output and a Catch node. */
function flowOf(type: string, socketPath: string, settings: object = {}): FlowFileNode[] {
  return [
    { id: "tab", type: "tab", label: "test" },
    { id: "charger", type: "j1772-charger", name: "bay", driver: "service", socketPath, volts: "240", phases: "1" },
    { id: "node", type, z: "tab", charger: "charger", ...settings, wires: [["first"], ["second"]] },
    { id: "first", type: "helper", z: "tab", wires: [] },
    { id: "second", type: "helper", z: "tab", wires: [] },
    { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
    { id: "errors", type: "helper", z: "tab", wires: [] },
  ];
}

const payloadOf = (msg: FlowMessage): Record<string, unknown> => msg.payload as Record<string, unknown>;
const codeOf = (msg: FlowMessage): unknown => (msg.error as { code?: string }).code;

describe("nodes in a flow", () => {
  let folder: Folder;
  let controller: FakeController;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });

  beforeEach(async () => {
    controller = await FakeController.on(folder.socket);
  });
  afterEach(async () => {
    // Removing the charger hangs up; only unloading would keep its session for the next deployment.
    await nodeRed.deploy([]);
    await nodeRed.unload();
    await controller.close();
  });

  const load = async (type: string, settings: object = {}) => {
    await nodeRed.load(flowOf(type, folder.socket, settings));
    return {
      first: nodeRed.inbox("first"),
      second: nodeRed.inbox("second"),
      errors: nodeRed.inbox("errors"),
      shown: nodeRed.statuses("node"),
    };
  };

  describe("j1772-pilot", () => {
    it("offers what its form says, and sends the status with the charger's name", async () => {
      const { first, shown } = await load("j1772-pilot", { offerA: "16" });
      await controller.until(() => controller.limits.length > 0);
      assert.deepEqual(controller.commands[0], { command: "limit", limitA: 16, limitedBy: "offer", validForMs: 30_000 });
      controller.tell({ phase: "waiting", offeredCurrentA: 16 });
      const msg = await first.find((sent) => payloadOf(sent).phase === "waiting");
      assert.equal(msg.topic, "bay");
      assert.deepEqual(msg.payload, controller.status);
      await shown.find(({ text }) => text === "status.waiting");
    });

    it("answers a limit with the same message and the status that followed", async () => {
      const { first } = await load("j1772-pilot", { offerA: "" });
      await first.find();
      nodeRed.send("node", { _msgid: "m1", topic: "mqtt/limit", payload: "10 A", rowId: 7 });
      await controller.until(() => controller.limits.length > 0);
      controller.tell({ offeredCurrentA: 10 });
      const answer = await first.find(({ _msgid }) => _msgid === "m1");
      assert.equal(answer.rowId, 7);
      assert.equal(answer.topic, "bay");
      assert.equal(payloadOf(answer).offeredCurrentA, 10);
    });

    it("sends events on its second output", async () => {
      const { first, second } = await load("j1772-pilot");
      await first.find();
      controller.happen({ type: "plugged", id: "x1" });
      const msg = await second.find();
      assert.equal(msg.topic, "bay");
      assert.equal(payloadOf(msg).type, "plugged");
    });

    it("gives every receiver a status of its own", async () => {
      const { first } = await load("j1772-pilot", { offerA: "" });
      const msg = await first.find();
      payloadOf(msg).phase = "mine";
      nodeRed.send("node", { _msgid: "m2", payload: "resume" });
      await controller.until(() => controller.commands.length > 0);
      controller.tell({});
      assert.equal(payloadOf(await first.find(({ _msgid }) => _msgid === "m2")).phase, "notConnected");
    });

    for (const [payload, code] of [
      [Number.NaN, "outOfRange"],
      [{ limitA: 16, typo: 1 }, "badShape"],
      [Buffer.from("16"), "wrongType"],
      ["x".repeat(1_000_000), "tooLong"],
      [null, "emptyMessage"],
      [JSON.parse('{"__proto__":{"limitA":16}}'), "forbiddenKey"],
      [{ command: "shutdown" }, "unknownCommand"],
    ] as const) {
      it(`sends what it refuses to Catch nodes with the code ${code}, and tells the charger nothing`, async () => {
        const { first, errors } = await load("j1772-pilot", { offerA: "" });
        await first.find();
        nodeRed.send("node", { _msgid: "bad", payload });
        const caught = await errors.find();
        assert.equal(codeOf(caught), code);
        assert.equal(caught._msgid, "bad");
        assert.deepEqual(controller.commands, []);
      });
    }

    it("passes on the controller's refusal, with its code", async () => {
      const { first, errors } = await load("j1772-pilot", { offerA: "" });
      await first.find();
      controller.reply = { ok: false, code: "notPlugged", message: "There is no car." };
      nodeRed.send("node", { payload: { command: "authorise" } });
      assert.equal(codeOf(await errors.find()), "notPlugged");
    });

    it("of ten thousand limits at once lets through the first and the newest, and answers only those", async () => {
      const { first, errors } = await load("j1772-pilot", { offerA: "" });
      await first.find();
      for (let index = 0; index < 10_000; index++) nodeRed.send("node", { _msgid: `limit ${index}`, payload: 6 + (index % 70) });
      await controller.until(() => controller.limits.length >= 2);
      controller.tell({ offeredCurrentA: 1 });
      await first.find(({ _msgid }) => _msgid === "limit 9999");
      assert.equal(controller.limits.at(-1), 6 + (9_999 % 70));
      assert.ok(controller.limits.length <= 3, `${controller.limits.length} limits`);
      // Node-RED's own ids are hexadecimal, so that one of them may begin with an f.
      assert.ok(first.all.filter(({ _msgid }) => _msgid?.startsWith("limit ")).length <= 3);
      assert.deepEqual(errors.all, []);
    });

    it("says that the controller is gone, and keeps the newest limit for the next one", async () => {
      const { first, shown } = await load("j1772-pilot", { offerA: "16" });
      await first.find();
      await controller.close();
      await shown.find(({ text }) => text === "status.noController");
      nodeRed.send("node", { payload: 8 });
      controller = await FakeController.on(folder.socket);
      await controller.until(() => controller.limits.length > 0);
      assert.deepEqual(controller.limits, [8]);
    });

    it("keeps the session through a full deployment, with the limit a message has set", async () => {
      const { first } = await load("j1772-pilot", { offerA: "16" });
      await controller.until(() => controller.limits.length === 1);
      nodeRed.send("node", { payload: 9 });
      await controller.until(() => controller.limits.length === 2);
      controller.tell({});
      await first.find();
      await nodeRed.deploy(flowOf("j1772-pilot", folder.socket, { offerA: "16" }));
      await controller.until(() => controller.limits.length === 3);
      assert.deepEqual(controller.limits, [16, 9, 9]);
      assert.equal(controller.clients, 1);
    });
  });

  describe("j1772-relay", () => {
    it("asks to open and to close, in its own name, and reports what the contacts do", async () => {
      const { first, shown } = await load("j1772-relay", { name: "contactor" });
      await first.find();
      nodeRed.send("node", { _msgid: "o", payload: "open" });
      await controller.until(() => controller.commands.length === 1);
      controller.tell({ relay: "welded", contactor: { cycles: 812, closuresLastHour: 3 } });
      const answer = await first.find(({ _msgid }) => _msgid === "o");
      const { at } = aStatus();
      assert.deepEqual(answer.payload, {
        charger: "bay",
        at,
        relay: "welded",
        coil: false,
        welded: true,
        cycles: 812,
        closuresLastHour: 3,
      });
      await shown.find(({ text, fill, shape }) => text === "status.relayWelded" && fill === "red" && shape === "dot");
      nodeRed.send("node", { payload: true });
      await controller.until(() => controller.commands.length === 2);
      assert.deepEqual(controller.commands, [
        { command: "pause", by: "contactor" },
        { command: "resume", by: "contactor" },
      ]);
    });

    it("takes down what it said when it is closed: nobody looks any more, as after the flows were stopped", async () => {
      const { shown } = await load("j1772-relay");
      await shown.find(({ text }) => text === "status.relayOpen");
      await nodeRed.deploy([]);
      assert.deepEqual(shown.all.at(-1), {});
    });

    it("sends the contactor's events and no others", async () => {
      const { first, second } = await load("j1772-relay");
      await first.find();
      controller.happen({ type: "plugged" });
      controller.happen({ type: "fault", fault: "GroundFault" });
      controller.happen({ type: "relayClosed" });
      controller.happen({ type: "fault", fault: "ContactorWelded" });
      await second.find((msg) => payloadOf(msg).fault === "ContactorWelded");
      assert.deepEqual(
        second.all.map((msg) => payloadOf(msg).type),
        ["relayClosed", "fault"],
      );
    });

    it("refuses limits: they belong to the pilot", async () => {
      const { first, errors } = await load("j1772-relay");
      await first.find();
      nodeRed.send("node", { payload: 16 });
      assert.equal(codeOf(await errors.find()), "unknownCommand");
      assert.deepEqual(controller.commands, []);
    });
  });

  describe("j1772-gfci", () => {
    it("tests and resets, and reports a lockout", async () => {
      const { first, shown } = await load("j1772-gfci");
      await first.find();
      nodeRed.send("node", { payload: "test" });
      nodeRed.send("node", { payload: { command: "reset" } });
      await controller.until(() => controller.commands.length === 2);
      assert.deepEqual(controller.commands, [
        { command: "selfTest", by: "gfci" },
        { command: "reset", by: "gfci" },
      ]);
      const fault = { name: "GroundFault", mrec: "MREC2GroundFailure", severity: "emergency", since: 1, clears: "" } as const;
      controller.tell({
        phase: "faulted",
        gfci: { tripped: true, selfTest: "passed", resets: 4 },
        faults: [{ ...fault, latched: "untilReset", retryAt: null }],
      });
      const msg = await first.find((sent) => payloadOf(sent).lockedOut === true);
      const { at } = aStatus();
      assert.deepEqual(msg.payload, {
        charger: "bay",
        at,
        tripped: true,
        selfTest: "passed",
        resets: 4,
        lockedOut: true,
        retryAt: null,
        fault: "GroundFault",
      });
      await shown.find(({ text }) => text === "status.needsReset");
      controller.tell({ faults: [{ ...fault, latched: "no", retryAt: 1_750_000_900_000 }] });
      const retried = await first.find((sent) => payloadOf(sent).retryAt !== null);
      assert.equal(payloadOf(retried).lockedOut, false);
    });

    for (const type of ["j1772-gfci", "j1772-pilot"]) {
      it(`is quiet while the time of the next try is worked out anew with each status: ${type}`, async () => {
        const { first } = await load(type, { intervalS: "60", offerA: "" });
        await first.find();
        const fault = {
          name: "GroundFault",
          mrec: "MREC2GroundFailure",
          severity: "emergency",
          since: 1,
          clears: "",
          latched: "no",
        } as const;
        for (const retryAt of [1_750_000_900_000.2, 1_750_000_900_000.9, 1_750_000_899_999.4])
          controller.tell({ phase: "faulted", gfci: { tripped: true, selfTest: "passed", resets: 1 }, faults: [{ ...fault, retryAt }] });
        controller.tell({ phase: "notConnected", gfci: { tripped: false, selfTest: "passed", resets: 1 }, faults: [] });
        const calm = (msg: FlowMessage): boolean =>
          (payloadOf(msg).gfci as { tripped?: boolean } | undefined)?.tripped === false || payloadOf(msg).tripped === false;
        await first.find((msg) => calm(msg) && first.all.indexOf(msg) > 0);
        assert.equal(first.all.filter((msg) => !calm(msg)).length, 1, "one message says that it waits");
      });
    }

    it("sends the interrupter's events and no others", async () => {
      const { first, second } = await load("j1772-gfci");
      await first.find();
      for (const event of [
        { type: "relayOpened" },
        { type: "selfTestPassed" },
        { type: "fault", fault: "DiodeFault" },
        { type: "faultCleared", fault: "GroundFault" },
      ])
        controller.happen(event);
      await second.find((msg) => payloadOf(msg).type === "faultCleared");
      assert.deepEqual(
        second.all.map((msg) => payloadOf(msg).type),
        ["selfTestPassed", "faultCleared"],
      );
    });
  });

  describe("j1772-car", () => {
    it("brings its house once for each run of a controller, and tells the truth", async () => {
      const { first, shown } = await load("j1772-car", { houseW: "700", solarW: "3000" });
      await controller.until(() => controller.actions.length > 0);
      assert.deepEqual(controller.actions, [{ do: "house", loadW: 700, pvW: 3000 }]);
      controller.reveal({ plugged: true, drawA: 15.8, socPercent: 54 });
      const msg = await first.find((sent) => payloadOf(sent).plugged === true);
      const { marks: _marks, ...truth } = { ...aTruth(), plugged: true, drawA: 15.8, socPercent: 54 };
      const { at, ...rest } = payloadOf(msg);
      assert.deepEqual(rest, { charger: "bay", ...truth });
      assert.ok(typeof at === "number");
      await shown.find(({ text }) => text === "status.carDrawing");
      await nodeRed.deploy(flowOf("j1772-car", folder.socket, { houseW: "700", solarW: "3000" }));
      controller.reveal({ plugged: false });
      await nodeRed.inbox("first").find();
      assert.equal(controller.actions.length, 1);
    });

    it("brings its house anew when it was deleted and put back", async () => {
      const flow = flowOf("j1772-car", folder.socket, { houseW: "700" });
      await load("j1772-car", { houseW: "700" });
      await controller.until(() => controller.actions.length === 1);
      await nodeRed.deploy(
        flow.filter(({ id }) => id !== "node"),
        "nodes",
      );
      await nodeRed.deploy(flow, "nodes");
      controller.reveal({ plugged: false });
      await nodeRed.inbox("first").find();
      await controller.until(() => controller.actions.length === 2);
    });

    it("plugs in the car of its form, another kind, unplugs, and breaks things", async () => {
      const { first } = await load("j1772-car", { preset: "tapering", socPercent: "80", batteryKwh: "40" });
      await first.find();
      for (const payload of ["plug", "plug rude", "inject leakage 30", "clear", { do: "house", pvW: 4000 }, false])
        nodeRed.send("node", { payload });
      await controller.until(() => controller.actions.length === 7);
      const car = { socPercent: 80, batteryWh: 40_000 };
      assert.deepEqual(controller.actions.slice(1), [
        { do: "plug", preset: "tapering", car },
        { do: "plug", preset: "rude", car },
        { do: "inject", fault: "leakage", value: 30 },
        { do: "clear", fault: "all" },
        { do: "house", pvW: 4000 },
        { do: "unplug" },
      ]);
    });

    it("refuses a real charger, under itself and by a code", async () => {
      controller.welcome = { ...controller.welcome, capabilities: [], driver: "pigpiod" };
      const { shown, errors } = await load("j1772-car");
      await shown.find(({ text, fill }) => text === "status.notSimulated" && fill === "red");
      nodeRed.send("node", { payload: "plug" });
      assert.equal(codeOf(await errors.find()), "notSimulated");
      assert.deepEqual(controller.actions, []);
    });
  });

  describe("a node that cannot work", () => {
    it("says that its settings are wrong, and refuses every message with a code", async () => {
      const { errors } = await load("j1772-pilot", { offerA: "a lot" });
      nodeRed.send("node", { payload: 16 });
      const caught = await errors.find(({ payload }) => payload === 16);
      assert.equal(codeOf(caught), "badField");
      assert.deepEqual(controller.commands, []);
    });

    it("says that it has no charger when the charger's own settings are wrong", async () => {
      const flow = flowOf("j1772-relay", folder.socket).map((node) => (node.id === "charger" ? { ...node, phases: "2" } : node));
      await nodeRed.load(flow);
      const errors = nodeRed.inbox("errors");
      nodeRed.send("node", { payload: "open" });
      assert.equal(codeOf(await errors.find()), "noCharger");
    });

    it("refuses a node that a newer package saved", async () => {
      const { errors } = await load("j1772-gfci", { version: 99 });
      nodeRed.send("node", { payload: "test" });
      assert.equal(codeOf(await errors.find(({ payload }) => payload === "test")), "newerVersion");
    });
  });
});
