/** From the thermometer's chip to what is offered: the chip, the daemon, the driver, the senses and the rule, with time moved. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { COOL, sensorTrouble, shareOf, type Temperature, withTemperature } from "#core/evse/temperature";
import { Instant } from "#core/units/units";
import { MCP9808_MANUFACTURER, MCP9808_REGISTER, temperatureBytes } from "#pi/mcp9808";
import { PRESETS } from "#pi/presets";
import { COMMAND, ERROR } from "#pi/protocol/commands";
import { encodeReply, type Request, requestReader } from "#pi/protocol/frames";
import { Senses } from "#pi/senses";
import { celsiusOfW1, type Thermometer, watchTemperature } from "../thermometer.ts";
import { DaemonLine, reach } from "./daemon-line.ts";
import { watchBoardTemperature as watchBoard } from "./thermometers.ts";

const LOOK_MS = 500;
const W1_ID = "28-0316a2795bff";
const { half, stop } = { half: DEFAULT_EVSE_CONFIG.temperature.derateHalf, stop: DEFAULT_EVSE_CONFIG.temperature.stop };

/** What a chip does. */
type Behaviour = number | "absent" | "garbage" | "powerOn" | "hangs";

interface Chip {
  behaves(how: Behaviour): Promise<void>;
  watch(feel: (celsius: number) => void): Thermometer;
  /** Looks that have begun and not ended. */
  readonly pending: number;
  /** It will answer without any time passing. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}

/** An MCP9808 behind a daemon's socket. */
class I2cChip implements Chip {
  #how: Behaviour = "absent";
  readonly #sockets: Socket[] = [];
  readonly #handles = new Set<number>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.push(socket);
    const reader = requestReader();
    socket.on("error", () => {});
    socket.on("data", (bytes) =>
      reader.feed(bytes, (request) => {
        const answer = this.#answer(request);
        if (answer === null) this.pending += 1;
        else socket.write(encodeReply(request, answer));
      }),
    );
  });
  pending = 0;
  readonly isBusy = false;

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async behaves(how: Behaviour): Promise<void> {
    this.#how = how;
  }

  watch(feel: (celsius: number) => void): Thermometer {
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const open = async () => new DaemonLine(await reach({ host: "127.0.0.1", port }), () => {});
    return watchBoard({ sensor: "MCP9808", bus: 1, address: 0x18 }, open, feel);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get handles(): number {
    return this.#handles.size;
  }

  #answer({ command, p1, p2 }: Request): number | null {
    if (command === COMMAND.I2CO) {
      const handle = this.#handles.size === 0 ? 0 : Math.max(...this.#handles) + 1;
      this.#handles.add(handle);
      return handle;
    }
    if (command === COMMAND.I2CC) return this.#handles.delete(p1) ? 0 : ERROR.BAD_HANDLE;
    if (!this.#handles.has(p1)) return ERROR.BAD_HANDLE;
    if (this.#how === "hangs") return null;
    if (this.#how === "absent") return ERROR.I2C_READ_FAILED;
    if (this.#how === "garbage") return 0xffff;
    if (p2 === MCP9808_REGISTER.manufacturer) return swapped(MCP9808_MANUFACTURER >> 8, MCP9808_MANUFACTURER & 0xff);
    return this.#how === "powerOn" ? 0 : swapped(...temperatureBytes(this.#how));
  }
}

/** SMBus words have their low byte first. */
const swapped = (high: number, low: number): number => high | (low << 8);

/** A DS18B20 as the kernel shows it. */
class W1Chip implements Chip {
  readonly #devices: string;
  #hangs = false;
  pending = 0;

  constructor(devices: string) {
    this.#devices = devices;
  }

  get isBusy(): boolean {
    return !this.#hangs && this.pending > 0;
  }

  static async fitted(): Promise<W1Chip> {
    return new W1Chip(await mkdtemp(join(tmpdir(), "w1-")));
  }

  async behaves(how: Behaviour): Promise<void> {
    this.#hangs = how === "hangs";
    const folder = join(this.#devices, W1_ID);
    if (how === "absent") return rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const told = (bytes: string, verdict: string, celsius: number): string =>
      `${bytes}: crc=57 ${verdict}\n${bytes}t=${Math.round(celsius * 1_000)}\n`;
    const text =
      how === "garbage"
        ? told("ff ff ff ff ff ff ff ff ff ", "NO", -0.062)
        : told("72 01 4b 46 7f ff 0e 10 57 ", "YES", typeof how === "number" ? how : 85);
    await writeFile(join(folder, "w1_slave"), text);
  }

  watch(feel: (celsius: number) => void): Thermometer {
    return watchTemperature(async () => {
      this.pending += 1;
      if (this.#hangs) await new Promise(() => {});
      return celsiusOfW1(W1_ID, this.#devices).finally(() => {
        this.pending -= 1;
      });
    }, feel);
  }

  close(): Promise<void> {
    return rm(this.#devices, { recursive: true, force: true });
  }
}

for (const [name, fitted] of [
  ["MCP9808", () => new I2cChip().listen()],
  ["DS18B20", () => W1Chip.fitted()],
] as const) {
  describe(`temperature from a ${name} to what is offered`, () => {
    let chip: Chip;
    let thermometer: Thermometer | null;
    let senses: Senses;
    let now: number;
    let temperature: Temperature;

    beforeEach(async () => {
      chip = await fitted();
      senses = new Senses(PRESETS.buildGuide);
      now = 0;
      temperature = COOL;
      thermometer = null;
      mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
    });
    afterEach(async () => {
      thermometer?.close();
      mock.timers.reset();
      await chip.close();
    });

    /** Lets looks go through their sockets and files, which time does not move. */
    async function settle(): Promise<void> {
      for (let turn = 0; turn < 60 || chip.isBusy; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }

    async function start(how: Behaviour): Promise<void> {
      await chip.behaves(how);
      thermometer = chip.watch((celsius) => senses.feel(celsius, Instant(now)));
      await settle();
    }

    /** Time passes, with the contactor closed. */
    async function pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += LOOK_MS) {
        now += LOOK_MS;
        mock.timers.tick(LOOK_MS);
        await settle();
        const { temperatureC } = senses.inputs(Instant(now));
        temperature = withTemperature(temperature, temperatureC, DEFAULT_EVSE_CONFIG.temperature, true, Instant(now));
      }
    }
    const trouble = () => sensorTrouble(temperature, Instant(now));

    it("is felt, and everything is offered", async () => {
      await start(31.5);
      await pass(2_000);
      assert.equal(senses.inputs(Instant(now)).temperatureC, 31.5);
      assert.deepEqual([shareOf(temperature), trouble()], [1, null]);
    });

    it("halves the offer where it is hot, and ends it where it is too hot [OT-01] [F-25]", async () => {
      await start(60);
      await pass(1_000);
      await chip.behaves(half + 0.5);
      await pass(1_500);
      assert.equal(shareOf(temperature), 0.5);
      await chip.behaves(stop + 0.5);
      await pass(1_500);
      assert.equal(shareOf(temperature), 0);
    });

    for (const how of ["absent", "garbage", "powerOn", "hangs"] as const) {
      // A chip that powers up says 0 °C on I2C, which may be true.
      if (how === "powerOn" && name === "MCP9808") continue;
      it(`is at fault where the chip is ${how} from the start [OT-02]`, async () => {
        await start(how);
        await pass(2_500);
        assert.equal(senses.inputs(Instant(now)).temperatureC, null);
        assert.equal(trouble(), "noBelievableValue");
      });
    }

    for (const how of ["absent", "garbage", "hangs"] as const)
      it(`is at fault within five seconds when the chip becomes ${how}, and well again when it is back [OT-02] [F-25]`, async () => {
        await start(40);
        await pass(2_000);
        await chip.behaves(how);
        await pass(5_000);
        assert.equal(trouble(), "noBelievableValue");
        assert.ok(chip.pending <= 3, `${chip.pending} looks wait for the chip`);
        if (how === "hangs" && name === "DS18B20") return;
        await chip.behaves(41);
        await pass(5_000);
        assert.deepEqual([trouble(), senses.inputs(Instant(now)).temperatureC], [null, 41]);
      });

    it("is not fooled by a chip that loses its power for a moment while it is hot [OT-02]", async () => {
      await start(stop + 1);
      await pass(1_000);
      assert.equal(shareOf(temperature), 0);
      await chip.behaves("powerOn");
      await pass(LOOK_MS);
      await chip.behaves(stop + 1);
      await pass(1_500);
      assert.deepEqual([shareOf(temperature), senses.inputs(Instant(now)).temperatureC], [0, stop + 1]);
    });

    it("is at fault when it shows the same for half an hour of charging [OT-02] [F-25]", async () => {
      await start(40);
      await pass(29 * 60_000);
      assert.equal(trouble(), null);
      await pass(2 * 60_000);
      assert.equal(trouble(), "frozen");
    }).timeout(120_000);

    if (name === "MCP9808")
      it("leaves no handle behind, however often the chip goes away", async () => {
        await start(40);
        for (let turn = 0; turn < 3; turn += 1) {
          await chip.behaves("absent");
          await pass(2_000);
          await chip.behaves(40);
          await pass(2_000);
        }
        assert.ok(chip instanceof I2cChip && chip.handles <= 1);
      });
  });
}
