import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { StatusMessage } from "#link/messages";
import registerCar from "../../nodes/j1772-car/j1772-car.ts";
import registerCharger from "../../nodes/j1772-charger/j1772-charger.ts";
import registerPilot from "../../nodes/j1772-pilot/j1772-pilot.ts";
import type { FlowMessage } from "../../nodes/shared/red.ts";
import { trialsOf } from "../process/trials.ts";
import { Folder } from "./support/fake-controller.ts";
import { type FlowFileNode, NodeRed } from "./support/node-red.ts";

const nodeRed = new NodeRed([registerCharger, registerPilot, registerCar]);

/** A car, a charger with a controller process of its own, and someone who listens. */
const flow: readonly FlowFileNode[] = [
  { id: "tab", type: "tab", label: "test" },
  { id: "charger1", type: "j1772-charger", name: "bay", driver: "simulated" },
  { id: "pilot", type: "j1772-pilot", z: "tab", charger: "charger1", offerA: "16", wires: [["statuses"], ["events"]] },
  { id: "car", type: "j1772-car", z: "tab", charger: "charger1", wires: [["truths"]] },
  { id: "statuses", type: "helper", z: "tab", wires: [] },
  { id: "events", type: "helper", z: "tab", wires: [] },
  { id: "truths", type: "helper", z: "tab", wires: [] },
];

const says = (property: string, value: unknown) => (msg: FlowMessage) => (msg.payload as Record<string, unknown>)[property] === value;

/** Process of the controller, which writes it down before it does anything else. */
const pidOf = (folder: Folder): number => Number(readFileSync(`${folder.path}/j1772/charger1/controller.pid`, "utf8"));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => void setTimeout(resolve, 20));
}

describe("a flow with a controller of its own", () => {
  let folder: Folder;
  const log = (): string => `${folder.path}/j1772/charger1/events.log`;
  const trial = trialsOf(() => existsSync(log()) && readFileSync(log(), "utf8").includes('"ControllerLate"'));

  nodeRed.runIn(() => {
    folder = new Folder();
    return folder;
  });

  beforeEach(() => nodeRed.load(flow));
  afterEach(async () => {
    const pid = pidOf(folder);
    await nodeRed.deploy([]);
    await gone(pid);
    await nodeRed.unload();
  });

  trial("charges a simulated car, and goes on through a full deployment with the relay closed", async () => {
    const statuses = nodeRed.inbox("statuses");
    await statuses.find(says("phase", "notConnected"));
    const pid = pidOf(folder);
    nodeRed.send("car", { payload: "plug" });
    const charging = await statuses.find(says("phase", "charging"));
    const { offeredCurrentA, limitedBy, state, relay } = charging.payload as StatusMessage;
    assert.deepEqual({ limitedBy, state, relay }, { limitedBy: "offer", state: "C", relay: "closed" });
    assert.ok(offeredCurrentA > 15.9 && offeredCurrentA <= 16, `${offeredCurrentA} A`);

    await nodeRed.deploy(flow.map((node) => ({ ...node })));
    const after = nodeRed.inbox("statuses");
    const events = nodeRed.inbox("events");
    nodeRed.send("pilot", { _msgid: "lower", payload: "10 A" });
    await after.find(({ payload }) => {
      const status = payload as StatusMessage;
      return status.offeredCurrentA <= 10 && status.offeredCurrentA > 9.9 && status.relay === "closed";
    });
    assert.deepEqual(
      events.all.filter((msg) => says("type", "relayOpened")(msg)),
      [],
    );
    assert.equal(pidOf(folder), pid);
  });

  it("says that the controller was killed, and starts another, which tests itself before anything else", async () => {
    const shown = nodeRed.statuses("pilot");
    await nodeRed.inbox("statuses").find(says("phase", "notConnected"));
    const killed = pidOf(folder);
    process.kill(killed, "SIGKILL");
    await shown.find(({ text, fill, shape }) => text === "status.noController" && fill === "yellow" && shape === "ring");
    const events = nodeRed.inbox("events");
    await events.find(says("type", "selfTestPassed"));
    const restarted = pidOf(folder);
    assert.notEqual(restarted, killed);
    assert.ok(isAlive(restarted));
  });
});
