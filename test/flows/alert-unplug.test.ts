import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import type { FlowMessage } from "../../nodes/shared/red.ts";
import { keptPath } from "../../nodes/unplug-alert/kept-file.ts";
import { KeptText } from "../../nodes/unplug-alert/kept-schema.ts";
import { AlertReport } from "../../nodes/unplug-alert/unplug-alert.outputs.ts";
import registerAlert from "../../nodes/unplug-alert/unplug-alert.ts";
import { Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerAlert]);

const flowOf = (settings: object = {}): FlowFileNode[] => [
  { id: "tab", type: "tab", label: "test" },
  {
    id: "node",
    type: "unplug-alert",
    z: "tab",
    address: "https://ntfy.example/car",
    ...settings,
    wires: [["alerts"], ["channel"], [], ["page"]],
  },
  ...["alerts", "channel", "page"].map((id) => ({ id, type: "helper", z: "tab", wires: [] })),
  { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
  { id: "errors", type: "helper", z: "tab", wires: [] },
];

const reportOf = (msg: FlowMessage): AlertReport => msg.payload as AlertReport;

describe("unplug-alert in a flow", () => {
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
    const [alerts, channel, page, errors] = ["alerts", "channel", "page", "errors"].map((id) => nodeRed.inbox(id));
    assert.ok(alerts && channel && page && errors);
    return { alerts, channel, page, errors, shown: nodeRed.statuses("node") };
  };

  it("answers a test with an alert on its first output and a ready-made message on its second", async () => {
    const { alerts, channel } = await load();
    nodeRed.send("node", { payload: "test" });
    const msg = await alerts.find();
    assert.ok(v.is(AlertReport, msg.payload));
    assert.equal(reportOf(msg).type, "test");
    const { url, method, payload } = await channel.find();
    assert.deepEqual([url, method, (payload as { topic: string }).topic], ["https://ntfy.example/", "POST", "car"]);
  });

  it("sends what it cannot read to Catch nodes, with a code and the message itself", async () => {
    const { errors, alerts } = await load();
    nodeRed.send("node", { _msgid: "m1", payload: "louder" });
    const caught = await errors.find();
    assert.deepEqual([(caught.error as { code?: string }).code, caught._msgid], ["unknownWord", "m1"]);
    assert.deepEqual(alerts.all, []);
  });

  it("gives every receiver a message of its own", async () => {
    const { alerts, channel } = await load();
    nodeRed.send("node", { payload: "test" });
    const msg = await alerts.find();
    reportOf(msg).title = "mine";
    assert.notEqual(((await channel.find()).alert as AlertReport).title, "mine");
  });

  it("goes red and refuses messages when its settings cannot be read", async () => {
    for (const settings of [{ quietFrom: "late" }, { zone: "Mars/Olympus" }, { texts: "{" }, { escalateMin: "5, 3" }]) {
      await nodeRed.load(flowOf(settings));
      const errors = nodeRed.inbox("errors");
      nodeRed.send("node", { payload: "test" });
      assert.equal(((await errors.find()).error as { code?: string }).code, "badField", JSON.stringify(settings));
      await nodeRed.unload();
    }
    await nodeRed.load(flowOf());
  });

  it("keeps what it knows over a deployment, and takes it along when it is removed", async () => {
    const path = keptPath(folder.path, "node");
    await load();
    nodeRed.send("node", { payload: { state: "C", charger: "bay" } });
    nodeRed.send("node", { payload: "disarm" });
    await nodeRed.deploy(flowOf({ name: "renamed" }));
    const { state } = v.parse(KeptText, readFileSync(path, "utf8"));
    assert.deepEqual([state.armed, state.watches.bay?.state], [false, "C"]);
    await nodeRed.statuses("node").find(({ text }) => text === "watch.disarmed");
    await nodeRed.deploy([]);
    assert.equal(existsSync(path), false);
  });

  it("keeps what it knows while it is disabled, or its whole flow, so that links that were sent stay good", async () => {
    const path = keptPath(folder.path, "node");
    await load();
    nodeRed.send("node", { payload: { state: "C", charger: "bay" } });
    const [tab, node, ...others] = flowOf();
    assert.ok(tab && node);
    await nodeRed.deploy([tab, { ...node, d: true }, ...others], "nodes");
    const { secret } = v.parse(KeptText, readFileSync(path, "utf8"));
    await nodeRed.deploy(flowOf(), "nodes");
    await nodeRed.deploy([{ ...tab, disabled: true }, node, ...others], "nodes");
    assert.equal(v.parse(KeptText, readFileSync(path, "utf8")).secret, secret);
  });

  it("keeps what it knows in each instance of a subflow, also of one within another, until that instance is deleted", async () => {
    const [tab, node] = flowOf();
    assert.ok(tab && node);
    const at = { x: 1, y: 1, wires: [] };
    const inner: readonly FlowFileNode[] = [
      { id: "inner", type: "subflow", name: "inner" },
      { ...node, ...at, z: "inner" },
      { id: "outer", type: "subflow", name: "outer" },
      { id: "within", type: "subflow:inner", z: "outer", ...at },
    ];
    const one: FlowFileNode = { id: "one", type: "subflow:inner", z: "tab", ...at };
    const two: FlowFileNode = { id: "two", type: "subflow:outer", z: "tab", ...at };
    const paths = ["one-node", "two-within-node"].map((id) => keptPath(folder.path, id));
    const kept = (): readonly boolean[] => paths.map((path) => existsSync(path));
    await nodeRed.load([tab, ...inner, one, two]);
    await nodeRed.deploy([{ ...tab, label: "renamed" }, ...inner, one, two]);
    assert.deepEqual(kept(), [true, true]);
    await nodeRed.deploy([{ ...tab, disabled: true }, ...inner, one, two]);
    assert.deepEqual(kept(), [true, true]);
    await nodeRed.deploy([tab, ...inner, one, two]);
    await nodeRed.deploy([tab, ...inner, two], "nodes");
    assert.deepEqual(kept(), [false, true]);
  });

  it("watches anew when what it kept is damaged", async () => {
    const path = keptPath(folder.path, "node");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"version":1,"state":{');
    const { alerts } = await load();
    nodeRed.send("node", { payload: "test" });
    await alerts.find();
  });

  it("gives a browser the page of a link, with the browser's own answer to write to", async () => {
    const { page } = await load({ answerUrl: "https://home.example/answer" });
    nodeRed.send("node", { req: { method: "GET" }, res: { own: 1 }, payload: {} });
    const msg = await page.find();
    assert.deepEqual([msg.statusCode, (msg.res as { own: number }).own], [410, 1]);
  });
});
