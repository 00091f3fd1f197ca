/** The display in a Node-RED of its own: outputs in their order, errors with their code, and nothing left after a deployment. */
import assert from "node:assert/strict";
import * as v from "valibot";
import registerCharger from "../../nodes/j1772-charger/j1772-charger.ts";
import { DisplayReport } from "../../nodes/j1772-display/j1772-display.outputs.ts";
import registerDisplay from "../../nodes/j1772-display/j1772-display.ts";
import { FakeController, Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerCharger, registerDisplay]);
const OUTPUTS = ["display", "preview", "wishes"];

const flowOf = (settings: object = {}, socketPath = ""): FlowFileNode[] => [
  { id: "tab", type: "tab", label: "test" },
  ...(socketPath === ""
    ? []
    : [{ id: "charger", type: "j1772-charger", name: "bay", driver: "service", socketPath, volts: "240", phases: "1" }]),
  { id: "node", type: "j1772-display", z: "tab", ...settings, wires: OUTPUTS.map((id) => [id]) },
  ...OUTPUTS.map((id) => ({ id, type: "helper", z: "tab", wires: [] })),
  { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
  { id: "errors", type: "helper", z: "tab", wires: [] },
];

describe("j1772-display in a flow", () => {
  let folder: Folder;

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });
  afterEach(async () => {
    await nodeRed.deploy([]).catch(() => {});
    await nodeRed.unload();
  });

  const load = async (settings: object = {}, socketPath = "") => {
    await nodeRed.load(flowOf(settings, socketPath));
    const [display, preview, wishes, errors] = [...OUTPUTS, "errors"].map((id) => nodeRed.inbox(id));
    assert.ok(display && preview && wishes && errors);
    return { display, preview, wishes, errors, shown: nodeRed.statuses("node") };
  };
  const rowsOf = ({ payload }: { payload?: unknown }) => v.parse(DisplayReport, payload).lines.join("|");

  it("shows any charger on its first output, its picture on the second, and a wish on the third alone", async () => {
    const { display, preview, wishes } = await load({ language: "de" });
    nodeRed.send("node", { payload: { charger: "Left", state: "connected", offeredCurrentA: 16 } });
    const { topic } = await display.find((msg) => rowsOf(msg) === "Bereit       16A|Warte auf Auto  ");
    assert.equal(topic, "Left");
    assert.match(String((await preview.find(({ topic: of }) => of === "Left")).payload), /^<svg .*Warte auf Auto \(yellow\)/);
    const before = display.all.length;
    nodeRed.send("node", { payload: "pause" });
    const wish = await wishes.find();
    assert.deepEqual([wish.topic, wish.payload], ["Left", { command: "pause", by: "display" }]);
    assert.equal(display.all.length, before);
  });

  it("gives what it does not understand to Catch nodes, with a code", async () => {
    const { errors } = await load();
    nodeRed.send("node", { payload: { colour: "blue" } });
    const { error } = await errors.find();
    assert.equal((error as { code?: string }).code, "notNews");
  });

  it("tells the front panel of a charger what it cannot know by itself", async () => {
    const controller = await FakeController.on(folder.socket);
    try {
      const { display } = await load({ panel: "charger" }, folder.socket);
      await display.find();
      const telemetry = { at: 1, mode: "solar", carA: 0, stopsInMs: null, startsInMs: 240_000 };
      // Nobody hears it before the charger's controller is there; a limiter says it again and again.
      const again = setInterval(() => nodeRed.send("node", { payload: telemetry }), 20);
      await controller.until(() => controller.shown.length > 0);
      clearInterval(again);
      const { startsInMs, ...rest } = controller.shown[0] ?? assert.fail("told nothing");
      assert.deepEqual(rest, { sunPercent: null, stopsInMs: null });
      assert.ok(startsInMs !== null && startsInMs <= 240_000 && startsInMs > 230_000, `${startsInMs}`);
    } finally {
      await nodeRed.deploy([]);
      await controller.close();
    }
  });

  it("does not begin with a front panel of nobody", async () => {
    const { errors } = await load({ panel: "gone" });
    nodeRed.send("node", { payload: "next" });
    const { error } = await errors.find();
    assert.equal((error as { code?: string }).code, "noCharger");
  });

  it("with settings that cannot be used says so, and refuses every message", async () => {
    const { errors } = await load({ rotateS: "soon" });
    nodeRed.send("node", { payload: "next" });
    const { error } = await errors.find();
    assert.equal((error as { code?: string }).code, "badField");
    assert.match(String((error as { message: string }).message), /rotateS: expected/);
  });
});
