import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { lockFolder } from "#controller/lock";
import type { Now } from "../../nodes/charge-status/api.ts";
import { freePort } from "../../tools/start/port.ts";
import { endProcessesOf, processesOf } from "../support/processes.ts";
import { StatusWatch } from "../support/status-watch.ts";

const PROJECT = join(import.meta.dirname, "../..");
const EXAMPLE = join(PROJECT, "examples", "01 - Complete charger.json");
/** The promise of the README. */
const CHARGING_WITHIN = 60_000;
/** npm, a build, Node-RED, ms: how fast they are says nothing here. */
const STARTED_WITHIN = 120_000;
/** The car stops, the relay opens, Node-RED closes its nodes. */
const GONE_WITHIN = 60_000;
/** For whatever else has to happen, ms. */
const SOON = 30_000;

const pilot: string = JSON.parse(readFileSync(EXAMPLE, "utf8")).find((node: { type: string }) => node.type === "j1772-pilot").id;

/** `npm start` as the head of a process group, like a terminal's. */
class Started {
  readonly child: ChildProcess;
  said = "";

  constructor(...options: string[]) {
    this.child = spawn("npm", ["start", "--", ...options], { cwd: PROJECT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
      });
    }
  }

  /** Settles when it has said something that matches. */
  async says(pattern: RegExp, withinMs: number): Promise<void> {
    for (const deadline = performance.now() + withinMs; !pattern.test(this.said); await wait(50)) {
      assert.equal(this.child.exitCode, null, `it ended: ${this.said}`);
      assert.ok(performance.now() < deadline, `expected ${pattern} within ${withinMs} ms; it said: ${this.said}`);
    }
  }

  /** Sends what a terminal sends: to every process of the group. */
  signal(name: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? Number.NaN), name);
  }
}

/** Looks until there is something to see. */
async function found<T>(look: () => T | undefined): Promise<T> {
  for (const deadline = performance.now() + SOON; performance.now() < deadline; await wait(50)) {
    const seen = look();
    if (seen !== undefined) {
      return seen;
    }
  }
  throw new Error("expected something, saw nothing");
}

/** What the page knows, once `claim` holds of it. */
async function pageThat(address: string, claim: (now: Now) => boolean): Promise<Now> {
  for (const deadline = performance.now() + SOON; ; await wait(100)) {
    const now = (await (await fetch(address)).json()) as Now;
    if (claim(now)) return now;
    assert.ok(performance.now() < deadline, `expected another page; it knows ${JSON.stringify(now.chargers)}`);
  }
}

describe("npm start", function () {
  // A machine that is busy may hold the controller up. A charger then opens, as it should, and rests for a minute.
  this.retries(2);
  this.timeout(STARTED_WITHIN + CHARGING_WITHIN + SOON + GONE_WITHIN);
  let folder: string;
  let started: Started | null;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "npm-start-")), "demo");
    started = null;
  });

  afterEach(async () => {
    await endProcessesOf(folder);
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  async function nothingIsLeft(): Promise<void> {
    const deadline = performance.now() + GONE_WITHIN;
    while (processesOf(folder).length > 0 && performance.now() < deadline) {
      await wait(100);
    }
    assert.deepEqual(processesOf(folder), []);
  }

  for (const ending of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
    it(`has a car charging within 60 s of its address, and leaves no process behind at ${ending}`, async () => {
      const port = await freePort();
      started = new Started("--port", String(port), "--dir", folder);
      await started.says(new RegExp(`http://127.0.0.1:${port}\\b`), STARTED_WITHIN);
      assert.ok(started.said.includes(folder), started.said);
      const watch = new StatusWatch(`http://127.0.0.1:${port}`);
      try {
        await watch.until(pilot, /kW/, CHARGING_WITHIN);
      } finally {
        watch.close();
      }
      assert.ok(processesOf(folder).length >= 2, "Node-RED and the controller are processes of this folder");
      const [, page] = /page is at (\S+)/.exec(started.said) ?? [];
      const now = await pageThat(
        `${page}api/now`,
        ({ chargers, sample }) => sample !== null && chargers.some(({ state }) => state === "charging"),
      );
      assert.deepEqual([now.history.hasSessions, now.sample?.hasSessions], [false, true], "sample history beside an own one that is empty");
      started.signal(ending);
      await nothingIsLeft();
    });
  }

  it("leaves no process behind when only the npm that ran it is told to end", async () => {
    const port = await freePort();
    started = new Started("--port", String(port), "--dir", folder);
    await started.says(/http:/, STARTED_WITHIN);
    started.child.kill("SIGTERM");
    await nothingIsLeft();
  });

  it("leaves no process behind when the controller hangs", async () => {
    const port = await freePort();
    started = new Started("--port", String(port), "--dir", folder);
    await started.says(/http:/, STARTED_WITHIN);
    const listening = () => globSync(join(folder, "j1772", "*", "*.sock")).length > 0;
    const controller = await found(() =>
      processesOf(folder).find(({ command }) => listening() && command.includes(" controller --config")),
    );
    process.kill(controller.pid, "SIGSTOP");
    started.signal("SIGINT");
    await nothingIsLeft();
  });

  it("opens at once when asked twice", async () => {
    const port = await freePort();
    started = new Started("--port", String(port), "--dir", folder);
    await started.says(/http:/, STARTED_WITHIN);
    const watch = new StatusWatch(`http://127.0.0.1:${port}`);
    try {
      await watch.until(pilot, /kW/, CHARGING_WITHIN);
    } finally {
      watch.close();
    }
    started.signal("SIGINT");
    await started.says(/Stopping/, SOON);
    started.signal("SIGINT");
    await nothingIsLeft();
    const [log = ""] = globSync(join(folder, "j1772", "*", "events.log"));
    assert.match(readFileSync(log, "utf8"), /stopped at once/);
  });

  it("names a busy port, says how to choose another, and starts nothing", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    assert.ok(typeof address === "object" && address !== null);
    started = new Started("--port", String(address.port), "--dir", folder);
    const [code] = await once(started.child, "close");
    taken.close();
    assert.equal(code, 1);
    assert.match(started.said, new RegExp(`Port ${address.port} is taken.*--port ${address.port + 1}`));
    assert.equal(existsSync(folder), false);
  });

  it("says that a demo already runs in a folder, and does not touch it", async () => {
    mkdirSync(folder);
    const lock = await lockFolder(folder);
    started = new Started("--port", String(await freePort()), "--dir", folder);
    const [code] = await once(started.child, "close");
    lock?.release();
    assert.equal(code, 1);
    assert.match(started.said, /A demo already runs in .*--dir D/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("says in a sentence that a folder is somebody else's, and leaves it alone", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.txt"), "three years of work");
    started = new Started("--port", String(await freePort()), "--dir", folder);
    const [code] = await once(started.child, "close");
    assert.equal(code, 1);
    assert.match(started.said, /expected an empty folder.*Choose another with --dir/);
    assert.doesNotMatch(started.said, /^\s+at /m);
    assert.deepEqual(readdirSync(folder), ["thesis.txt"]);
  });

  it("explains its options, and refuses one it does not know", async () => {
    const help = new Started("--help");
    assert.deepEqual((await once(help.child, "close"))[0], 0);
    assert.match(help.said, /--port N[\s\S]*--dir D[\s\S]*--fresh/);
    const typo = new Started("--prot", "1");
    assert.deepEqual((await once(typo.child, "close"))[0], 2);
    assert.match(typo.said, /--prot/);
  });
});
