import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import { LimitMessage } from "#link/messages";
import type { FlowMessage } from "../../nodes/shared/red.ts";
import { learnedPath } from "../../nodes/solar-limit/learned-file.ts";
import { TelemetryReport } from "../../nodes/solar-limit/solar-limit.outputs.ts";
import registerSolar from "../../nodes/solar-limit/solar-limit.ts";
import { Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerSolar]);

const flowOf = (settings: object = {}): FlowFileNode[] => [
  { id: "tab", type: "tab", label: "test" },
  { id: "node", type: "solar-limit", z: "tab", name: "roof", intervalS: "1", ...settings, wires: [["first"], ["second"]] },
  { id: "first", type: "helper", z: "tab", wires: [] },
  { id: "second", type: "helper", z: "tab", wires: [] },
  { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
  { id: "errors", type: "helper", z: "tab", wires: [] },
];

const limitOf = (msg: FlowMessage): { limitA: number; limitedBy: string } => msg.payload as never;

describe("solar-limit in a flow", () => {
  let folder: Folder;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });
  afterEach(async () => {
    await nodeRed.deploy([]).catch(() => {});
    await nodeRed.unload();
  });

  const load = async (settings: object = {}) => {
    await nodeRed.load(flowOf(settings));
    return {
      first: nodeRed.inbox("first"),
      second: nodeRed.inbox("second"),
      errors: nodeRed.inbox("errors"),
      shown: nodeRed.statuses("node"),
    };
  };

  it("answers a mode at once with a limit that the pilot node takes, and tells the rest on its second output", async () => {
    const { first, second, shown } = await load();
    nodeRed.send("node", { topic: "mode", payload: "off" });
    const msg = await first.find();
    assert.equal(msg.topic, "roof");
    assert.ok(v.is(LimitMessage, msg.payload));
    assert.deepEqual([limitOf(msg).limitA, limitOf(msg).limitedBy], [0, "off"]);
    const report = await second.find(({ payload }) => (payload as TelemetryReport).mode === "off");
    assert.ok(v.is(TelemetryReport, report.payload));
    await shown.find(({ text }) => text === "status.limiterOff");
  });

  it("sends what it cannot read to Catch nodes, with a code and the message itself", async () => {
    const { errors, first } = await load();
    nodeRed.send("node", { _msgid: "m1", topic: "mode", payload: "faster" });
    const caught = await errors.find();
    assert.equal((caught.error as { code?: string }).code, "unknownMode");
    assert.equal(caught._msgid, "m1");
    assert.deepEqual(first.all, []);
  });

  it("gives every receiver a message of its own", async () => {
    const { first } = await load();
    nodeRed.send("node", { topic: "mode", payload: "off" });
    const msg = await first.find();
    limitOf(msg).limitedBy = "mine";
    nodeRed.send("node", { topic: "ceiling/user", payload: 8 });
    nodeRed.send("node", { topic: "mode", payload: "fast" });
    assert.notEqual(limitOf(await first.find((sent) => sent !== msg)).limitedBy, "mine");
  });

  it("goes red and refuses messages when its settings cannot be read", async () => {
    await nodeRed.load(flowOf({ volts: "a lot" }));
    const errors = nodeRed.inbox("errors");
    nodeRed.send("node", { payload: 1 });
    const caught = await errors.find();
    assert.equal((caught.error as { code?: string }).code, "badField");
  });

  it("goes on after a deployment with the mode that a message chose, and starts anew when its settings change", async () => {
    await load();
    nodeRed.send("node", { topic: "mode", payload: "off" });
    await nodeRed.inbox("second").find(({ payload }) => (payload as TelemetryReport).mode === "off");
    await nodeRed.deploy(flowOf());
    const off = await nodeRed.inbox("second").find();
    assert.equal((off.payload as TelemetryReport).mode, "off");
    await nodeRed.deploy(flowOf({ maximumA: "20" }));
    const solar = await nodeRed.inbox("second").find();
    assert.equal((solar.payload as TelemetryReport).mode, "solar");
  });

  it("keeps what it learned when it closes, warns of a damaged file, and takes it along when it is removed", async () => {
    const path = learnedPath(folder.path, "node");
    await load();
    nodeRed.send("node", { payload: -500 });
    await nodeRed.deploy(flowOf({ maximumA: "20" }));
    assert.equal(JSON.parse(readFileSync(path, "utf8")).version, 1);
    const [tab, node, ...others] = flowOf();
    assert.ok(tab && node);
    await nodeRed.deploy([tab, { ...node, d: true }, ...others], "nodes");
    assert.ok(existsSync(path), "a node that is only disabled goes on with it later");
    await nodeRed.deploy(flowOf(), "nodes");
    await nodeRed.deploy([]);
    assert.equal(existsSync(path), false);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "{");
    await nodeRed.deploy(flowOf());
    nodeRed.send("node", { topic: "mode", payload: "off" });
    await nodeRed.inbox("first").find();
  });
});
