import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectLink } from "#link/client";
import { controllerExecArgv } from "#link/spawn-flags";
import { deadManOf } from "#pi/dead-man";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { PRESETS } from "#pi/presets";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { endProcessesOf } from "../support/processes.ts";
import { QUICK_CAR } from "./controller-under-test.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const PROJECT = join(import.meta.dirname, "../..");
const FOLDER = join(PROJECT, "deploy/systemd");
const UNIT = "j1772-controller@.service";
const INSTALLED_AT = "/usr/lib/node_modules/@opencharge/node-red-j1772";
const INSTANCE = "bay";
const CONNECTED_WITHIN = 60_000;
const JOINED_WITHIN = 60_000;
/** A busy machine takes its time to start Node-RED anew; the car is not to wait for that, ms. */
const LEASE = 120_000;

const unit = readFileSync(join(FOLDER, UNIT), "utf8").replaceAll("%i", INSTANCE);

/** A line's value. @throws where the unit has none, or more than one */
function setting(name: string): string {
  const [value, ...more] = [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, found = ""]) => found);
  if (value === undefined || more.length > 0)
    throw new Error(`expected one ${name} in the unit, found ${value === undefined ? 0 : 1 + more.length}`);
  return value;
}

/** A flow that offers 8 A on a controller which is a service. */
const joined = (socket: string): readonly object[] => [
  { id: "tab", type: "tab" },
  { id: "charger1", type: "j1772-charger", name: "bay", driver: "service", socketPath: socket },
  { id: "pilot", type: "j1772-pilot", z: "tab", charger: "charger1", offerA: "8", wires: [[], []] },
];

const safePins = (): string => /"SAFE_PINS=([^"]*)"/.exec(setting("Environment"))?.[1] ?? "";

describe("the systemd unit", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  const folders: string[] = [];
  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "j1772-unit-"));
    folders.push(folder);
    return folder;
  };
  let pi: VirtualPiProcess | null = null;
  let service: ChildProcess | null = null;

  afterEach(async () => {
    service?.kill("SIGKILL");
    await pi?.stop();
    [pi, service] = [null, null];
    for (const folder of folders.splice(0)) {
      await endProcessesOf(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  /** Runs the unit's own command, its paths moved into a folder. */
  function startService(folder: string): ChildProcess {
    const [node = "", ...args] = setting("ExecStart").split(" ");
    assert.equal(node, "/usr/bin/node");
    const moved = args.map((word) => word.replace(INSTALLED_AT, PROJECT).replace("/etc/j1772", folder));
    return spawn(process.execPath, moved, { stdio: ["ignore", "ignore", "pipe"] });
  }

  /** The settings that come with it, moved, and with what only whoever built the hardware may add. */
  function settings(folder: string, port: number, interlocks: readonly string[]): { readonly text: string; readonly socket: string } {
    const file = JSON.parse(readFileSync(join(FOLDER, `${INSTANCE}.json`), "utf8"));
    const moved = (path: string): string => path.replace("/var/lib/j1772", folder).replace("/run/j1772", folder);
    const [stateDir, socket] = [moved(file.stateDir), moved(file.socket)];
    return {
      text: JSON.stringify({ ...file, stateDir, socket, lease: { defaultForMs: LEASE }, driver: { ...file.driver, port, interlocks } }),
      socket,
    };
  }

  for (const dropIn of [null, "pigpio-library.conf"])
    it(`passes systemd's own check${dropIn === null ? "" : ` with ${dropIn}`}`, () => {
      const folder = scratch();
      const path = join(folder, UNIT.replace("@.", `@${INSTANCE}.`));
      // Whether its programs are on this machine is not the unit's affair.
      writeFileSync(path, unit.replace(/\/usr\/bin\/(node|pigs)\b/g, process.execPath));
      if (dropIn !== null) {
        mkdirSync(`${path}.d`);
        copyFileSync(join(FOLDER, dropIn), join(`${path}.d`, dropIn));
      }
      const { status, stderr, error } = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
      assert.equal(error, undefined, "systemd-analyze is not here: .ci/debian-packages installs it");
      assert.deepEqual([status, stderr], [0, ""]);
    });

  it("starts Node with the flags of a controller, and lets its state and socket be where the settings say", () => {
    const words = setting("ExecStart").split(" ");
    assert.deepEqual(words.slice(1, 1 + controllerExecArgv.length), [...controllerExecArgv]);
    const file = JSON.parse(readFileSync(join(FOLDER, `${INSTANCE}.json`), "utf8"));
    assert.equal(`/var/lib/${setting("StateDirectory")}`, file.stateDir);
    assert.ok(file.socket.startsWith(`/run/${setting("RuntimeDirectory")}/`));
    assert.equal(file.access, "group");
    assert.equal(setting("LimitRTPRIO"), "10");
  });

  it("refuses to run until somebody answers for the hardware, and systemd does not try again [F-38]", async () => {
    const folder = scratch();
    writeFileSync(join(folder, `${INSTANCE}.json`), settings(folder, 1, []).text);
    service = startService(folder);
    let said = "";
    service.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = await once(service, "close");
    assert.match(said, /missing: livenessGate .*gfciLatch/);
    assert.ok(setting("RestartPreventExitStatus").split(" ").includes(String(code)), String(code));
  });

  /** Runs the service on a virtual Pi. @returns where its socket will be */
  async function servedPi(folder: string): Promise<{ readonly pi: VirtualPiProcess; readonly socket: string }> {
    const started = await VirtualPiProcess.start();
    pi = started;
    const { text, socket } = settings(folder, started.port, INTERLOCK_NAMES);
    writeFileSync(join(folder, `${INSTANCE}.json`), text);
    // As systemd makes them before it starts the service.
    mkdirSync(join(folder, INSTANCE), { mode: Number.parseInt(setting("StateDirectoryMode"), 8) });
    service = startService(folder);
    return { pi: started, socket };
  }

  it("runs its command as it is, and charges a car on a virtual Pi; asked to stop it opens and ends with 0", async () => {
    const { pi, socket } = await servedPi(scratch());
    const deadline = performance.now() + CONNECTED_WITHIN;
    for (;;) {
      const link = connectLink(socket, { client: "test" });
      try {
        await link.opened();
        await link.command({ command: "limit", limitA: 16 });
        break;
      } catch (error) {
        link.close();
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    assert.equal(statSync(socket).mode & 0o777, 0o660, "its group may connect, nobody else");
    await pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await pi.until(({ truth }) => truth.drawA > 10);
    assert.ok(service !== null);
    const gone = once(service, "exit");
    service.kill("SIGTERM");
    assert.deepEqual(await gone, [0, null]);
    const { truth } = await pi.truth();
    assert.deepEqual([truth.coilEnergised, truth.drawA], [false, 0]);
  });

  it("is joined by a Node-RED at its socket: a car charges on the flow's limit, and goes on when Node-RED comes anew [WD-02]", async () => {
    const folder = scratch();
    const { pi, socket } = await servedPi(folder);
    const flows = join(folder, "flows.json");
    writeFileSync(flows, JSON.stringify(joined(socket)));
    const user = join(folder, "user");
    prepareFolder(user, flows, false);
    const start = async (): Promise<NodeRed> => {
      const nodeRed = new NodeRed({ folder: user, port: await freePort(), packageFolder: PROJECT });
      await nodeRed.running();
      return nodeRed;
    };
    let nodeRed = await start();
    try {
      await pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
      await pi.until(({ truth }) => truth.drawA > 5 && truth.drawA <= 8, JOINED_WITHIN);
      await nodeRed.stop();
      nodeRed = await start();
      const { truth } = await pi.truth();
      assert.deepEqual([truth.coilEnergised, truth.drawA > 5, truth.marks.coilOffAt], [true, true, null]);
    } finally {
      await nodeRed.stop();
    }
  });

  describe("after it", () => {
    /** Runs what systemd runs when the service has ended. */
    function afterwards(exitStatus: string, port: number): void {
      const [, command = ""] = /^-\/bin\/sh -c '(.*)'$/.exec(setting("ExecStopPost")) ?? [];
      assert.match(command, /pigs/);
      const env = { ...process.env, EXIT_STATUS: exitStatus, SAFE_PINS: safePins(), PIGPIO_ADDR: "127.0.0.1", PIGPIO_PORT: String(port) };
      spawnSync("/bin/sh", ["-c", command.replaceAll("$$", "$")], { env });
    }

    async function hotPi(): Promise<VirtualPiProcess> {
      pi = await VirtualPiProcess.start();
      const env = { ...process.env, PIGPIO_ADDR: "127.0.0.1", PIGPIO_PORT: String(pi.port) };
      spawnSync("pigs", ["m", "17", "w", "w", "17", "1", "hp", "18", "1000", "500000"], { env });
      await pi.until(({ outputs }) => outputs.coil && outputs.pilot.kind === "pwm");
      return pi;
    }

    for (const status of ["KILL", "ABRT", "5", "7"])
      it(`was killed or broke (${status}), the relay goes off and the pilot steady high`, async () => {
        const hot = await hotPi();
        afterwards(status, hot.port);
        const { outputs } = await hot.truth();
        assert.deepEqual([outputs.coil, outputs.pilot.kind], [false, "steadyHigh"]);
      });

    it("ended because another controller runs, that one's pins are left alone [F-44]", async () => {
      const hot = await hotPi();
      // 1: Node found no program. From 200 on: systemd did not even start it.
      for (const status of ["0", "1", "2", "3", "4", "203", "226"]) afterwards(status, hot.port);
      const { outputs } = await hot.truth();
      assert.deepEqual([outputs.coil, outputs.pilot.kind], [true, "pwm"]);
    });

    it("was killed, each preset gets what its dead-man does", () => {
      const [, hat = ""] = /^# +SAFE_PINS=(.*)$/m.exec(unit) ?? [];
      for (const [pins, layout] of [
        [safePins(), PRESETS.buildGuide],
        [hat, PRESETS.evseHat],
      ] as const) {
        const { script } = deadManOf(layout);
        assert.equal(script.slice(-`jp 0 ${pins} halt`.length), `jp 0 ${pins} halt`);
      }
    });
  });
});
