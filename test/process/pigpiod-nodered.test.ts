import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILE } from "../../tools/start/folder.ts";
import { QUICK_CAR } from "./controller-under-test.ts";
import { buildPackage, NodeRedUnderTest } from "./nodered-under-test.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

/** How long the charger keeps a limit that nobody renews, s. */
const LEASE_S = 6;

const charger = (port: number, confirmed: boolean) => ({
  id: "charger1",
  type: "j1772-charger",
  name: "bay",
  leaseS: String(LEASE_S),
  driver: "pigpiod",
  board: "buildGuide",
  daemonAddress: `127.0.0.1:${port}`,
  livenessGate: confirmed,
  ...{ gfciLatch: true, relayPullDown: true, loadSideSense: true, pilotDriver: true, bufferedSense: true, upstreamProtection: true },
});
const flow = (port: number, confirmed = true): readonly object[] => [
  { id: "tab", type: "tab" },
  charger(port, confirmed),
  { id: "pilot", type: "j1772-pilot", z: "tab", charger: "charger1", offerA: "16", wires: [[], []] },
  { id: "car", type: "j1772-car", z: "tab", charger: "charger1", wires: [[]] },
];

describe("Node-RED and a charger on a Raspberry Pi", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  let pi: VirtualPiProcess;
  let test: NodeRedUnderTest;

  before(function () {
    this.timeout(120_000);
    buildPackage();
  });
  beforeEach(async () => {
    pi = await VirtualPiProcess.start();
  });
  afterEach(async () => {
    await test?.end();
    await pi.stop();
  });

  it("charges; killed, it leaves the car to its lease, and the contactor opens without load [F-32] [WD-02]", async () => {
    test = await NodeRedUnderTest.start(flow(pi.port));
    await test.observe();
    await test.watch?.until("pilot", /not connected/, 20_000);
    await test.watch?.until("car", /not simulated/, 20_000);
    await pi.apply({ do: "plug", car: QUICK_CAR });
    await pi.until(({ truth }) => truth.drawA > 10);
    const killedAt = performance.now();
    test.nodeRed?.child.kill("SIGKILL");
    await test.nodeRed?.ended();
    assert.equal((await pi.truth()).truth.coilEnergised, true, "at the kill");
    const { outputs } = await pi.until(({ truth }) => !truth.coilEnergised, (LEASE_S + 10) * 1_000);
    const after = performance.now() - killedAt;
    assert.equal(outputs.coil, false);
    assert.ok(after > (LEASE_S / 2) * 1_000, `${after} ms`);
    // Told by a line of its own, in this order.
    await pi.until(() => test.happened("leaseExpired") && test.happened("relayOpened"));
    assert.equal(test.happened("openedUnderLoad"), false, "the car had stopped before");
  });

  it("starts nothing while one interlock is not confirmed, and says which", async () => {
    test = await NodeRedUnderTest.start(flow(pi.port, false));
    // Node-RED says that its flows run when it begins to start them.
    await pi.until(() => /missing: livenessGate \(a one-shot/.test(readFileSync(join(test.userDir, LOG_FILE), "utf8")));
    assert.equal(existsSync(join(test.userDir, "j1772", "charger1")), false, "no settings were written for a controller");
  });
});
