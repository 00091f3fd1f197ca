/** `j1772 calibrate` as a person and as a program use it, on a virtual Pi whose divider and supply are not as drawn. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { pigpiodConfig } from "./pigpiod-charger.ts";
import { REAL_TIME_FLAGS, VirtualPiProcess } from "./virtual-pi-process.ts";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
/** Line and driver take a little of ±12 V: what a meter shows on a sound virtual Pi. */
const METER = { high: 11.92, low: -11.93 };
const BY_METER = ["--high", String(METER.high), "--low", String(METER.low)];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Calibration {
  readonly child: ChildProcess;
  readonly steps: Record<string, unknown>[] = [];
  readonly #closed: Promise<unknown>;
  #isClosed = false;
  #look: () => void = () => {};
  #out = "";
  #err = "";

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [...REAL_TIME_FLAGS, "--conditions=source", CLI, "calibrate", ...args], { stdio: "pipe" });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error("expected pipes");
    // One that has ended takes no answer any more.
    this.child.stdin?.on("error", () => {});
    createInterface({ input: stdout }).on("line", (line) => {
      this.#out += `${line}\n`;
      if (line.startsWith("{")) this.steps.push(JSON.parse(line));
      this.#look();
    });
    stderr.setEncoding("utf8").on("data", (text) => {
      this.#err += text;
    });
    this.#closed = once(this.child, "close").then(() => {
      this.#isClosed = true;
      this.#look();
    });
  }

  say(text: string): void {
    this.child.stdin?.write(`${text}\n`);
  }

  /** The first step of which `what` holds. */
  async step(what: (step: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.steps.find(what);
      if (found !== undefined) return found;
      if (this.#isClosed) throw new Error(`it ended before ${what}: ${this.#out}${this.#err}`);
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  asks(point: "high" | "low"): Promise<Record<string, unknown>> {
    return this.step((step) => step.step === "ask" && step.point === point);
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    return { code: this.child.exitCode, out: this.#out, err: this.#err };
  }

  static run(args: readonly string[]): Promise<Ended> {
    const calibration = new Calibration(args);
    calibration.child.stdin?.end();
    return calibration.ended();
  }
}

describe("j1772 calibrate", function () {
  // A machine that is busy may hold one of the processes up, and a pilot that is not fed goes high, as it should.
  this.retries(2);
  let pi: VirtualPiProcess;
  let folder: string;
  let file: string;
  let controller: ControllerUnderTest | null;

  const start = async (...args: readonly string[]): Promise<void> => {
    pi = await VirtualPiProcess.start(args);
    folder = mkdtempSync(join(tmpdir(), "j1772-calibrate-"));
    file = join(folder, "charger.json");
    writeFileSync(file, pigpiodConfig(pi.port), { mode: 0o640 });
    controller = null;
  };
  const saved = () => JSON.parse(readFileSync(file, "utf8"));

  afterEach(async () => {
    await controller?.dispose();
    await pi?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("makes a charger that refused its own pilot read it right, and charge [CP-01] [CP-11]", async () => {
    await start("--supply-error", "0.06");
    controller = ControllerUnderTest.launch({ configText: readFileSync(file, "utf8") });
    assert.equal((await controller.ended).code, 4);
    assert.match(controller.complaints, /open pilot between 11\.25 and 12\.75 V, the converter shows 12\.\d+ V.*j1772 calibrate/);

    const { code, out, err } = await Calibration.run(["--config", file, ...BY_METER, "--yes"]);
    assert.equal(code, 0, err);
    assert.match(out, /open pilot, high +\+12\.8\d V +\+11\.92 V/);
    assert.match(out, /Saved\. It counts from the controller's next start/);
    await controller.dispose();

    controller = await ControllerUnderTest.start({ configText: readFileSync(file, "utf8") });
    const { pilot } = await controller.until(({ phase, pilot }) => phase === "notConnected" && pilot.highV !== null);
    assert.ok(Math.abs((pilot.highV ?? 0) - METER.high) < 0.1, `${pilot.highV}`);
    await controller.link.command({ command: "limit", limitA: 16 });
    await pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await controller.untilCharging();
  });

  it("reads the plateaus of a wrong divider as the meter does from then on, within a tenth of a volt", async () => {
    await start("--divider-error", "0.04");
    controller = await ControllerUnderTest.start({ configText: readFileSync(file, "utf8") });
    const wrong = await controller.until(({ phase, pilot }) => phase === "notConnected" && pilot.highV !== null);
    assert.ok((wrong.pilot.highV ?? 0) < METER.high - 0.2, `misread before: ${wrong.pilot.highV}`);
    await controller.dispose();
    assert.equal((await Calibration.run(["--config", file, ...BY_METER, "--yes"])).code, 0);
    controller = await ControllerUnderTest.start({ configText: readFileSync(file, "utf8") });
    const right = await controller.until(({ phase, pilot }) => phase === "notConnected" && pilot.highV !== null);
    assert.ok(Math.abs((right.pilot.highV ?? 0) - METER.high) < 0.1, `read after: ${right.pilot.highV}`);
  });

  it("asks for one point after the other with the pilot where the meter is to see it and the coil off; saves all or nothing", async () => {
    await start();
    const before = readFileSync(file, "utf8");
    const calibration = new Calibration(["--config", file, "--json", "--yes"]);
    await calibration.asks("high");
    assert.deepEqual((await pi.truth()).outputs.pilot, { kind: "steadyHigh" });
    calibration.say('{"volts": 9}');
    const { message } = await calibration.step(({ step }) => step === "notTaken");
    assert.match(String(message), /Expected the meter between 11\.25 and 12\.75 V, got 9 V; a car is connected/);
    calibration.say('{"volts": 11.92}');
    await calibration.asks("low");
    assert.deepEqual((await pi.truth()).outputs.pilot, { kind: "steadyLow" });
    assert.equal(readFileSync(file, "utf8"), before);
    calibration.say('{"volts": -11.93}');
    const { code } = await calibration.ended();
    assert.equal(code, 0);
    assert.deepEqual(calibration.steps.at(-1), { step: "saved", file });
    const { pilotSense, ...rest } = saved();
    assert.deepEqual(rest, JSON.parse(before));
    assert.deepEqual([pilotSense.high.pilotV, pilotSense.low.pilotV], [11.92, -11.93]);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
    const { outputs, truth } = await pi.truth();
    assert.deepEqual([outputs.pilot, outputs.coil, truth.marks.coilOffAt], [{ kind: "steadyHigh" }, false, null]);
  });

  it("refuses a car that is there, and stops at once for one that comes", async () => {
    await start();
    const before = readFileSync(file, "utf8");
    await pi.apply({ do: "plug", preset: "polite" });
    const refused = await Calibration.run(["--config", file, ...BY_METER, "--yes"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /converter shows about (8\.9|9\.\d) V: a car is connected\. Unplug the car/);
    await pi.apply({ do: "unplug" });
    const calibration = new Calibration(["--config", file, "--json"]);
    await calibration.asks("high");
    await pi.apply({ do: "plug", preset: "polite" });
    assert.equal((await calibration.ended()).code, 1);
    const { step, why, message } = calibration.steps.at(-1) ?? {};
    assert.deepEqual([step, why], ["failed", "car"]);
    assert.match(String(message), /something loads the pilot now: unplug the car/);
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("notices a car that came while the pilot was low, where no car can be sensed", async () => {
    await start();
    const calibration = new Calibration(["--config", file, "--json"]);
    await calibration.asks("high");
    calibration.say('{"volts": 11.92}');
    await calibration.asks("low");
    await pi.apply({ do: "plug", preset: "polite" });
    calibration.say('{"volts": -11.93}');
    assert.equal((await calibration.ended()).code, 1);
    assert.match(String(calibration.steps.at(-1)?.message), /high level where it was.*a car was plugged in/);
  });

  it("gives the pins back, pilot high, when whoever was asked hangs up or it is stopped", async () => {
    await start();
    for (const leave of [(child: ChildProcess) => child.stdin?.end(), (child: ChildProcess) => child.kill("SIGTERM")]) {
      const calibration = new Calibration(["--config", file, "--json"]);
      await calibration.asks("high");
      calibration.say('{"volts": 11.92}');
      await calibration.asks("low");
      leave(calibration.child);
      assert.equal((await calibration.ended()).code, 1);
      await pi.until(({ outputs }) => outputs.pilot.kind === "steadyHigh");
    }
  });

  it("says so when the daemon goes away in between, and saves nothing", async () => {
    await start();
    const before = readFileSync(file, "utf8");
    const calibration = new Calibration(["--config", file, "--json", "--yes"]);
    await calibration.asks("high");
    await pi.stop();
    calibration.say('{"volts": 11.92}');
    const { code, err } = await calibration.ended();
    assert.equal(code, 1);
    assert.match(err, /the pigpio daemon at .* is gone/);
    assert.match(String(calibration.steps.at(-1)?.message), /at least 64 samples of the pilot, got \d+/);
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("killed with the pilot low, leaves it to the hardware: high again by itself, the coil never on [WD-01]", async () => {
    await start();
    const calibration = new Calibration(["--config", file, "--json"]);
    await calibration.asks("high");
    calibration.say('{"volts": 11.92}');
    await calibration.asks("low");
    calibration.child.kill("SIGKILL");
    await calibration.ended();
    const { outputs, truth } = await pi.until(({ outputs }) => outputs.pilot.kind === "steadyHigh");
    assert.deepEqual([outputs.coil, truth.coilEnergised], [false, false]);
  });

  it("refuses while a controller runs for this charger, and says what to do", async () => {
    await start();
    controller = await ControllerUnderTest.start({ configText: readFileSync(file, "utf8") });
    const { code, err } = await Calibration.run(["--config", controller.configFile, ...BY_METER, "--yes"]);
    assert.equal(code, 1);
    assert.match(err, /Another controller \(pid \d+\) runs.*stop it first.*"Calibrate"/);
    const bare = await Calibration.run(["--port", String(pi.port), ...BY_METER]);
    assert.equal(bare.code, 1);
    assert.match(bare.err, /Another controller drives these pins/);
  });

  for (const [what, hardware, args, message] of [
    [
      "a meter that was misread",
      [],
      ["--high", "12.7", "--low", "-12.7"],
      /about 9\.27 pilot volts per ADC volt as the divider has, got 9\.8\d/,
    ],
    ["a meter that shows no J1772 pilot", [], ["--high", "11.92", "--low", "-12.9"], /−12 V supply is too high, or the meter was misread/],
    ["probes that were swapped", [], ["--high", "-11.92", "--low", "11.93"], /check the probes/],
    ["a −12 V supply that is missing", ["--rail-low=0"], BY_METER, /driven low|about|lower/],
    [
      "a divider of another board",
      ["--supply-error", "0.18"],
      BY_METER,
      /about 14\.\d V: the divider's resistors or its supply are not those/,
    ],
    ["a converter at the end of its range", ["--supply-error", "0.3"], BY_METER, /all of \d+ were 4095\. Check its wiring/],
    ["noise", ["--noise", "0.6"], BY_METER, /noise of 0\.\d+ V/],
  ] as const) {
    it(`refuses ${what}, and leaves the file as it was`, async () => {
      await start(...hardware);
      const before = readFileSync(file, "utf8");
      const { code, err } = await Calibration.run(["--config", file, ...args, "--yes"]);
      assert.equal(code, 1, err);
      assert.match(err, message);
      assert.equal(err.trim().split("\n").length, 1, err);
      assert.equal(readFileSync(file, "utf8"), before);
    });
  }

  it("prints the four numbers for a board whose divider is not known, and saves nothing", async () => {
    await start("--preset", "evseHat");
    const { code, out, err } = await Calibration.run(["--preset", "evseHat", "--port", String(pi.port), ...BY_METER]);
    assert.equal(code, 0, err);
    assert.match(out, /highAdcV \d\.\d+, highPilotV 11\.92, lowAdcV 0\.\d+, lowPilotV -11\.93/);
    assert.match(out, /open pilot, high +unknown/);
  });
});
