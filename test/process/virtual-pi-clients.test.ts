import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const run = promisify(execFile);
/** Debian's own Python has Debian's modules. */
const PYTHON = "/usr/bin/python3";

/** Codes of an MCP3208 at the pilot's steady +12 V, with some noise: 2.93 V of 3.3 V. */
const OPEN_PILOT = { least: 3_600, most: 3_680 };

interface Pin {
  modeSet(mode: string): Promise<number>;
  modeGet(): Promise<number>;
  read(): Promise<number>;
  write(level: number): Promise<number>;
  hardwarePWM(frequency: number, duty: number): Promise<number>;
  notify(hear: (level: number, tick: number) => void): void;
}
interface NpmClient {
  once(event: string, hear: (...args: unknown[]) => void): void;
  gpio(pin: number): Pin;
  end(done?: () => void): void;
}

describe("virtual Pi, asked by others' clients", () => {
  let pi: VirtualPiProcess;

  beforeEach(async () => {
    pi = await VirtualPiProcess.start();
  });
  afterEach(() => pi.stop());

  const pigs = async (...words: readonly string[]): Promise<string[]> => {
    const { stdout } = await run("pigs", words, { env: { ...process.env, PIGPIO_ADDR: "127.0.0.1", PIGPIO_PORT: String(pi.port) } });
    return stdout.trim().split("\n");
  };

  it("pigs reads and writes pins, drives the pilot and sees it through the converter", async () => {
    assert.deepEqual(await pigs("w", "17", "1", "r", "17", "mg", "17"), ["1", "1"]);
    await pigs("hp", "18", "1000", "1000000");
    assert.deepEqual(await pigs("gdc", "18", "pfg", "18", "mg", "18"), ["1000000", "1000", "2"]);
    assert.deepEqual((await pi.truth()).outputs.pilot, { kind: "steadyHigh" });
    assert.deepEqual(await pigs("spio", "0", "1000000", "0"), ["0"]);
    const [reply = ""] = await pigs("spix", "0", "6", "0", "0");
    const [count, , high = 0, low = 0] = reply.split(" ").map(Number);
    const code = (high << 8) | low;
    assert.equal(count, 3);
    assert.ok(code > OPEN_PILOT.least && code < OPEN_PILOT.most, `${code}`);
  });

  it("pigs stores a script and runs it; the relay drops when nobody feeds the script", async () => {
    assert.deepEqual(await pigs("proc", "tag 0 mils 10 dcr p0 jp 0 w 17 0 halt"), ["0"]);
    // In one breath: the script has a second to run.
    assert.match((await pigs("w", "17", "1", "procr", "0", "100", "procp", "0"))[0] ?? "", /^2 /);
    await pi.until(({ outputs }) => !outputs.coil);
    assert.deepEqual(await pigs("r", "17"), ["0"]);
    assert.match((await pigs("procp", "0"))[0] ?? "", /^1 -1 /);
  });

  it("pigs is refused what the daemon refuses", async () => {
    await assert.rejects(pigs("hp", "17", "1000", "1000000"), /no hardware PWM/);
    await assert.rejects(pigs("proc", "tag 0 jmp 1"), /script|tag/i);
  });

  it("python3-pigpio hears edges, transfers on SPI and reads the thermometer", async () => {
    const script = `
import json, pigpio, time
pi = pigpio.pi("127.0.0.1", ${pi.port})
edges = []
hearing = pi.callback(17, pigpio.EITHER_EDGE, lambda pin, level, tick: edges.append(level))
for level in [1, 0, 1, 0]:
    pi.write(17, level)
    time.sleep(0.02)
for tries in range(1000):
    # They come on a line of their own.
    if len(edges) >= 4: break
    time.sleep(0.01)
pi.hardware_PWM(18, 1000, 1000000)
spi = pi.spi_open(0, 1000000, 0)
count, reply = pi.spi_xfer(spi, [6, 0, 0])
chip = pi.i2c_open(1, 0x18)
device = pi.i2c_read_i2c_block_data(chip, 7, 2)[1]
print(json.dumps({"edges": edges, "code": (reply[1] & 15) << 8 | reply[2], "device": list(device), "version": pi.get_pigpio_version()}))
pi.stop()
`;
    const { stdout } = await run(PYTHON, ["-c", script]);
    const { edges, code, device, version } = JSON.parse(stdout);
    assert.deepEqual(edges, [1, 0, 1, 0]);
    assert.ok(code > OPEN_PILOT.least && code < OPEN_PILOT.most, `${code}`);
    assert.deepEqual([device, version], [[4, 0], 79]);
  });

  it("npm pigpio-client drives the pilot and hears the ground-fault latch", async () => {
    const { pigpio } = createRequire(import.meta.url)("pigpio-client") as { pigpio(options: object): NpmClient };
    const client = pigpio({ host: "127.0.0.1", port: pi.port });
    await new Promise<void>((resolve) => client.once("connected", () => resolve()));
    const latch = client.gpio(23);
    await latch.modeSet("input");
    const tripped = new Promise<number>((resolve) => latch.notify((level) => resolve(level)));
    await client.gpio(18).hardwarePWM(1_000, 500_000);
    assert.deepEqual((await pi.truth()).outputs.pilot, { kind: "pwm", dutyPercent: 50 });
    await pi.apply({ do: "inject", fault: "gfciTrip" });
    assert.equal(await tripped, 1);
    assert.equal(await latch.read(), 1);
    await new Promise<void>((resolve) => client.end(resolve));
  });

  it("does to the car what a scenario says, when it says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "virtual-pi-"));
    const file = join(folder, "visit.scenario");
    writeFileSync(file, "title  A short visit\n\nplug polite\nwithin 10s  car waits\nafter 300ms unplug\n");
    const visited = await VirtualPiProcess.start(["--scenario", file]);
    try {
      await visited.until(({ truth }) => !truth.plugged && visited.said.length > 2);
      const done = visited.said.slice(1).map((line) => /^([\d.]+) (ms|s) {2}(.*)$/.exec(JSON.parse(line).scenario) ?? []);
      assert.deepEqual(
        done.map(([, , , words]) => words),
        ["plug polite", "after 300ms unplug"],
      );
      const [pluggedAt = 0, unpluggedAt = 0] = done.map(([, digits, unit]) => Number(digits) * (unit === "s" ? 1_000 : 1));
      assert.ok(unpluggedAt - pluggedAt >= 299, `${unpluggedAt - pluggedAt} ms`);
    } finally {
      await visited.stop();
      rmSync(folder, { recursive: true });
    }
  });

  for (const [args, complaint] of [
    [["--preset", "toaster"], /--preset: expected one of buildGuide, evseHat, got "toaster"/],
    [["--port", "8e9"], /--port: expected a whole number from 0 to 65535/],
    [["--scenario", "/nowhere"], /ENOENT/],
  ] as const) {
    it(`does not start with ${args.join(" ")}, and says why`, async () => {
      const cli = join(import.meta.dirname, "../../src/cli/main.ts");
      await assert.rejects(run(process.execPath, ["--conditions=source", cli, "virtual-pi", ...args]), { code: 2, stderr: complaint });
    });
  }

  it("ends when it is told to", async () => {
    pi.child.kill("SIGTERM");
    assert.deepEqual(await once(pi.child, "exit"), [0, null]);
  });
});
