import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buildAddons } from "../support/pigpio-stub/addons.ts";
import { PiMachine } from "../support/pigpio-stub/machine.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
const BUILD_WITHIN = 300_000;

describe("j1772 calibrate by the library in its own process, with the real addons on a virtual Pi", function () {
  // A machine that is busy may hold one of the processes up, and a pilot that is not fed goes high, as it should.
  this.retries(2);
  let machine: PiMachine;
  let pi: VirtualPiProcess;

  before(async function () {
    this.timeout(BUILD_WITHIN);
    machine = await PiMachine.make(await buildAddons());
    pi = await VirtualPiProcess.start(["--divider-error", "0.03"]);
  });
  after(async () => {
    await pi.stop();
    await machine.remove();
  });

  it("finds the same points as by the daemon, with the coil off, and leaves the pilot high", async () => {
    const args = ["--conditions=source", CLI, "calibrate", "--driver", "pigpio", "--high", "11.92", "--low", "-11.93", "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...machine.env(pi.port) } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    }
    const [code] = await once(child, "close");
    assert.equal(code, 0, said);
    const steps: { step: string; points?: { high: { adcV: number }; low: { adcV: number } } }[] = said
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    const points = steps.find(({ step }) => step === "result")?.points;
    assert.ok(points);
    // 12 V behind a resistor that is 3 % too large.
    assert.ok(Math.abs(points.high.adcV - 2.905) < 0.01 && Math.abs(points.low.adcV - 0.402) < 0.01, JSON.stringify(points));
    const { outputs, truth } = await pi.truth();
    assert.deepEqual([outputs.pilot, outputs.coil, truth.marks.coilOffAt], [{ kind: "steadyHigh" }, false, null]);
  });
});
