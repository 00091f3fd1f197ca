import assert from "node:assert/strict";
import registerCharger from "../../nodes/j1772-charger/j1772-charger.ts";
import registerPilot from "../../nodes/j1772-pilot/j1772-pilot.ts";
import registerStore from "../../nodes/j1772-store/j1772-store.ts";
import registerLog from "../../nodes/session-log/session-log.ts";
import { FakeController, Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerCharger, registerPilot, registerStore, registerLog]);

/** Node-RED starts the users of a configuration node again when it was changed or deleted, not when it was added. */
describe("a configuration node that was deleted and comes back with a deployment of what was changed", () => {
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
    await nodeRed.deploy([]);
    await nodeRed.unload();
    await controller.close();
  });

  const users: readonly FlowFileNode[] = [
    { id: "tab", type: "tab", label: "test" },
    { id: "pilot", type: "j1772-pilot", z: "tab", charger: "charger", offerA: "16", wires: [["out"], []] },
    { id: "log", type: "session-log", z: "tab", store: "store", wires: [["out"], []] },
    { id: "out", type: "helper", z: "tab", wires: [] },
    { id: "caught", type: "catch", z: "tab", scope: null, uncaught: false, wires: [["errors"]] },
    { id: "errors", type: "helper", z: "tab", wires: [] },
  ];
  const whole = (): FlowFileNode[] => [
    ...users,
    { id: "charger", type: "j1772-charger", name: "bay", driver: "service", socketPath: folder.socket, volts: "240", phases: "1" },
    { id: "store", type: "j1772-store", name: "sessions" },
  ];
  const bereaved = users as FlowFileNode[];

  for (const type of ["nodes", "flows"] as const) {
    it(`serves its users again, each answering once, when it is undone in "${type}"`, async () => {
      await nodeRed.load(whole());
      await controller.until(() => controller.limits.length > 0);
      await nodeRed.deploy(bereaved, type);
      assert.equal(controller.clients, 0);
      // Without it they refuse, through any deployment that does not bring it back.
      await nodeRed.deploy([...bereaved, { id: "new", type: "helper", z: "tab", wires: [] }], type);
      const errors = nodeRed.inbox("errors");
      nodeRed.send("pilot", { _msgid: "early", payload: 10 });
      nodeRed.send("log", { _msgid: "early too", topic: "totals" });
      await errors.find(({ _msgid }) => _msgid === "early");
      await errors.find(({ _msgid }) => _msgid === "early too");
      assert.equal(errors.all.length, 2);

      const told = controller.limits.length;
      await nodeRed.deploy(whole(), type);
      await controller.until(() => controller.limits.length > told);
      const out = nodeRed.inbox("out");
      const after = nodeRed.inbox("errors");
      nodeRed.send("pilot", { _msgid: "late", payload: 12 });
      await controller.until(() => controller.limits.at(-1) === 12);
      controller.tell({ offeredCurrentA: 12 });
      await out.find(({ _msgid }) => _msgid === "late");
      nodeRed.send("log", { _msgid: "late too", topic: "totals" });
      await out.find(({ _msgid }) => _msgid === "late too");
      assert.deepEqual(after.all, []);
    });
  }
});
