/** Example 11 in a real Node-RED: without hardware it says what is missing, and a car charges on the virtual Pi. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stopControllers } from "../../tools/start/controllers.ts";
import { LOG_FILE, prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { type NodeStatus, StatusWatch } from "../support/status-watch.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "11 - Raspberry Pi charger.json");
const SOON = 30_000;
/** A Node-RED looks for a daemon every half minute after a while; a charger that a busy machine held up opens, and rests for a minute, ms. */
const CHARGING_WITHIN = 120_000;

interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly [property: string]: unknown;
}

const nodes: readonly ExampleNode[] = JSON.parse(readFileSync(EXAMPLE, "utf8"));

function idOf(name: string): string {
  const found = nodes.find((node) => node.name === name || (node.type === name && node.name === ""));
  assert.ok(found, name);
  return found.id;
}

describe("example 11 as it is", () => {
  const chargers = nodes.filter(({ type }) => type === "j1772-charger");

  it("answers for no interlock of a board that may be real", () => {
    const real = chargers.filter(({ daemonAddress }) => daemonAddress === "");
    assert.equal(real.length, 1);
    for (const charger of real)
      assert.deepEqual(
        Object.entries(charger).filter(([, value]) => value === true),
        [["autoReset", true]],
      );
  });

  it("has the virtual Pi at a port of this machine where no daemon of a real one listens", () => {
    const [charger] = chargers.filter(({ daemonAddress }) => daemonAddress !== "");
    const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(String(charger?.daemonAddress)) ?? [];
    assert.notEqual(port, "8888");
    const control = nodes.find(({ type }) => type === "tcp request")?.port;
    const said = nodes.filter(
      ({ type, name }) => type === "comment" && name?.includes(`npx j1772 virtual-pi --port ${port} --control ${control}`),
    );
    assert.equal(said.length, 1);
  });
});

describe("example 11 in a real Node-RED", () => {
  const folder = mkdtempSync(join(tmpdir(), "pi-example-"));
  const user = join(folder, "user");
  let nodeRed: NodeRed;
  let admin: Admin;
  let watch: StatusWatch;
  let pi: VirtualPiProcess | null = null;
  /** The daemon's port and the control line's; taken when the virtual Pi starts, known before. */
  let daemonPort = 0;
  let controlPort = 0;

  before(async function () {
    this.timeout(120_000);
    [daemonPort, controlPort] = [await freePort(), await freePort()];
    const flows = nodes.map((node) => {
      if (node.type === "tcp request") return { ...node, port: String(controlPort) };
      return node.type === "j1772-charger" && node.daemonAddress !== "" ? { ...node, daemonAddress: `127.0.0.1:${daemonPort}` } : node;
    });
    const file = join(folder, "example.json");
    writeFileSync(file, JSON.stringify(flows));
    prepareFolder(user, file, false);
    nodeRed = new NodeRed({ folder: user, port: await freePort(), packageFolder: PROJECT });
    await nodeRed.running();
    admin = new Admin(nodeRed.address);
    watch = new StatusWatch(nodeRed.address);
  });

  after(async function () {
    this.timeout(90_000);
    watch?.close();
    await nodeRed?.stop();
    await stopControllers(user, AbortSignal.abort());
    await pi?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until Node-RED's log says so. */
  async function logs(pattern: RegExp): Promise<void> {
    const said = (): string => readFileSync(join(user, LOG_FILE), "utf8");
    for (const deadline = performance.now() + SOON; !pattern.test(said()); await wait(50))
      assert.ok(performance.now() < deadline, `expected ${pattern} in:\n${said()}`);
  }

  const until = (name: string, pattern: RegExp, within = SOON): Promise<NodeStatus> => watch.until(idOf(name), pattern, within);

  it("says what is missing, and the log says which interlock and which daemon", async () => {
    await until("j1772-pilot", /^no charger$/);
    await until("pilot on virtual pins", /^starting$/);
    await until("charger on its pins", /^tick interlocks, start pigpiod$/);
    await until("charger on virtual pins", /^start the virtual Pi: see 5$/);
    await logs(/\[j1772-charger:Garage \(Raspberry Pi\)\] .*missing: livenessGate/);
    await logs(new RegExp(`\\[j1772-charger:Virtual Pi\\] .*nobody answers \\(127\\.0\\.0\\.1:${daemonPort}: ECONNREFUSED\\)`));
  });

  it("takes a press that can do nothing for what it is", async () => {
    await admin.inject(idOf("test the interrupter"));
    await until("not done", /no ch/);
  });

  it("charges a car on the virtual Pi, follows a ground fault, and shows both on the display", async function () {
    this.timeout(6 * CHARGING_WITHIN);
    pi = await VirtualPiProcess.start(["--control", String(controlPort)], { port: daemonPort });
    await until("pilot on virtual pins", /^not connected$/, CHARGING_WITHIN);
    await until("charger on virtual pins", /^nothing is missing$/);
    await admin.inject(idOf("plug a car in"));
    await until("virtual contactor", /^closed · closed \d×$/, CHARGING_WITHIN);
    await until("rows and light", /^blue/, CHARGING_WITHIN);
    await pi.until(({ truth }) => truth.drawA > 5, CHARGING_WITHIN);
    await admin.inject(idOf("leak 30 mA to earth"));
    await until("rows and light", /^red .*GFCI/, CHARGING_WITHIN);
    await pi.until(({ truth }) => !truth.coilEnergised);
    await admin.inject(idOf("clear all faults"));
    await admin.inject(idOf("unplug it"));
    // It tripped within seconds of closing, so a person has to come.
    await pi.until(({ truth }) => !truth.plugged);
    await admin.inject(idOf("reset on virtual pins"));
    await until("pilot on virtual pins", /^not connected$/, CHARGING_WITHIN);
    await until("charger on its pins", /^tick interlocks, start pigpiod$/);
  });
});
