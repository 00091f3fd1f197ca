/** What the C library does to a process, and that the driver undoes it. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Addons, buildAddons, copyPackages } from "../support/pigpio-stub/addons.ts";
import { PiMachine } from "../support/pigpio-stub/machine.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const PROBE = join(import.meta.dirname, "pigpio-probe.ts");
const BUILD_WITHIN = 300_000;

let addons: Addons;

/** The probe, and every line it says. */
class Probe {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;
  readonly #lines: string[] = [];
  #hear = (): void => {};
  complaints = "";

  constructor(how: string, env: Readonly<Record<string, string | undefined>>) {
    this.child = spawn(process.execPath, ["--conditions=source", PROBE, how], { env: { ...process.env, ...env } });
    this.ended = once(this.child, "close");
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.complaints += text;
    });
    if (this.child.stdout === null) return;
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#hear();
    });
  }

  /** Resolves when it has said all of these. @throws Error when it ended before */
  async said(...wanted: readonly string[]): Promise<void> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
      this.#hear();
    });
    while (!wanted.every((line) => this.#lines.includes(line))) {
      assert.ok(!isOver, `it ended after ${JSON.stringify(this.#lines)}: ${this.complaints}`);
      await new Promise<void>((resolve) => {
        this.#hear = resolve;
      });
    }
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

describe("a process that has the pins by npm pigpio", () => {
  let machine: PiMachine;
  let pi: VirtualPiProcess;
  let probe: Probe;

  before(async function () {
    this.timeout(BUILD_WITHIN);
    addons = await buildAddons();
    machine = await PiMachine.make(addons);
    pi = await VirtualPiProcess.start();
  });
  after(async () => {
    await pi.stop();
    await machine.remove();
  });
  afterEach(() => probe.stop());

  const start = async (how: string): Promise<void> => {
    probe = new Probe(how, machine.env(pi.port));
    await probe.said("open");
  };

  it("loses its signals to the library, which ends it without its handlers (so that the next tests mean something)", async () => {
    await start("library");
    probe.child.kill("SIGTERM");
    assert.deepEqual(await probe.ended, [255, null]);
    assert.deepEqual(probe.lines, ["open"]);
  });

  it("has its own handlers with the driver, and hears when a child ends", async () => {
    await start("driver");
    await probe.said("child 0");
    probe.child.kill("SIGTERM");
    await probe.said("SIGTERM");
    probe.child.kill("SIGINT");
    await probe.said("SIGINT");
    assert.equal(probe.complaints, "");
  });

  it("a handler that was to hear once hears once: the next signal does what it does by default", async () => {
    await start("driver");
    probe.child.kill("SIGINT");
    await probe.said("SIGINT");
    probe.child.kill("SIGINT");
    assert.deepEqual(await probe.ended, [null, "SIGINT"]);
  });

  for (const signal of ["SIGHUP", "SIGSEGV"] as const) {
    it(`${signal} that nobody handles ends it by that signal, as if there were no library`, async () => {
      await start("driver");
      probe.child.kill(signal);
      assert.deepEqual(await probe.ended, [null, signal]);
    });
  }

  it("SIGCONT, SIGPIPE, SIGWINCH and SIGUSR1 leave it alone", async () => {
    await start("driver");
    for (const signal of ["SIGCONT", "SIGPIPE", "SIGWINCH", "SIGUSR1"] as const) probe.child.kill(signal);
    probe.child.kill("SIGTERM");
    await probe.said("SIGTERM");
    assert.deepEqual([probe.child.exitCode, probe.child.signalCode], [null, null]);
  });

  it("ends by itself when the board was closed: nothing of it stays alive", async () => {
    await start("driver");
    probe.child.stdin?.end("close\n");
    await probe.said("closed");
    assert.deepEqual(await probe.ended, [0, null]);
  });
});

describe("packages that do not load", () => {
  const ADDON = "pigpio/build/Release/pigpio.node";
  const SPI = "spi-device/build/Release/spi.node";
  /** A module of a Node that is not this one. */
  const STRANGER = `
struct module { int version; unsigned flags; void *handle; const char *file; void *init; void *context; const char *name; void *more; void *link; };
void node_module_register(void *module);
static struct module stranger = { 1, 0, 0, "stranger.c", (void *)1, 0, "pigpio", 0, 0 };
__attribute__((constructor)) static void begin(void) { node_module_register(&stranger); }
`;
  let folder: string;

  before(async function () {
    this.timeout(BUILD_WITHIN);
    addons = await buildAddons();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "j1772-packages-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What the two packages say, a line each, with the C library there or not. */
  async function loading(modules: string, withLibrary = true): Promise<readonly string[]> {
    const library = withLibrary ? { LD_PRELOAD: addons.library } : { LD_PRELOAD: undefined, LD_LIBRARY_PATH: undefined };
    const probe = new Probe("load", { ...library, NODE_PATH: modules });
    await probe.ended;
    assert.equal(probe.complaints, "", "nothing reaches the log by itself");
    assert.equal(probe.lines.length, 2);
    return probe.lines;
  }

  async function compiled(source: string): Promise<void> {
    const file = join(folder, "addon.c");
    await writeFile(file, source);
    for (const addon of [ADDON, SPI]) execFileSync("gcc", ["-shared", "-fPIC", "-o", join(folder, "node_modules", addon), file]);
  }

  it("load where all is well", async () => assert.deepEqual(await loading(addons.modules), ["loaded", "loaded"]));

  it("that are not there: which, what for, and how to get them", async () => {
    await mkdir(join(folder, "node_modules"));
    const [pigpio = "", spi = ""] = await loading(join(folder, "node_modules"));
    assert.match(pigpio, /^Expected the npm package "pigpio", which drives the pins; .* "npm install pigpio"/);
    assert.match(spi, /^Expected the npm package "spi-device", which reads the pilot's converter; .* "npm install spi-device"/);
  });

  it("that were installed without their scripts: how to allow and build them", async () => {
    const modules = await copyPackages(addons, folder);
    for (const name of ["pigpio", "spi-device"]) await rm(join(modules, name, "build"), { recursive: true });
    for (const [index, name] of ["pigpio", "spi-device"].entries())
      assert.match((await loading(modules))[index] ?? "", new RegExp(`"${name}" was installed without being built.*npm rebuild ${name}`));
  });

  it("that were compiled before the C library was there: to install it and to rebuild", async () => {
    const modules = await copyPackages(addons, folder);
    await compiled("");
    assert.match((await loading(modules))[0] ?? "", /"pigpio" was built without the C library: install.*npm rebuild pigpio/);
  });

  it("whose C library is gone: to install it", async () =>
    assert.match(
      (await loading(addons.modules, false))[0] ?? "",
      /the pigpio C library is gone or was moved: install.*sudo apt install pigpio/,
    ));

  it("that were compiled for another Node: to rebuild", async () => {
    const modules = await copyPackages(addons, folder);
    await compiled(STRANGER);
    for (const line of await loading(modules)) assert.match(line, /was built for another Node \(this is v\d+.*npm rebuild/);
  });

  it("that were compiled for another processor: to rebuild", async () => {
    const modules = await copyPackages(addons, folder);
    for (const addon of [ADDON, SPI])
      await writeFile(join(modules, addon), "\u007fELF no, not at all; this is long enough for a header of any kind, though");
    for (const line of await loading(modules)) assert.match(line, /was built for another processor: run "npm rebuild/);
  });
});
