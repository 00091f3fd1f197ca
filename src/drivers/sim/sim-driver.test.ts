import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fitted, FULLY_FITTED } from "#simulator/board-options";
import { CoilWitness } from "#simulator/coil-witness";
import { SAFE_OUTPUTS } from "#simulator/outputs";
import { MovedClock, pilotV } from "../../../test/support/simulated-charger.ts";
import { type BoardCapabilities, boardContract } from "../contract.ts";
import { openSimDriver } from "./sim-driver.ts";

/** The same keys with other values. */
const mapped = <Key extends string>(record: Readonly<Record<Key, boolean>>, to: (key: Key) => boolean) =>
  Object.fromEntries(Object.keys(record).map((key) => [key, to(key as Key)])) as Record<Key, boolean>;

const ONLY_GFCI_FITTED: Fitted = mapped({ ...FULLY_FITTED }, (key) => key === "gfci");

const ABLE: BoardCapabilities = {
  coilObserved: true,
  livenessGate: true,
  pilotSense: true,
  gfciSelfTest: true,
  senses: {
    gfciTripped: true,
    coilInhibited: true,
    loadSide: true,
    groundPresent: true,
    mainsV: true,
    currentA: true,
    energyWh: true,
    temperatureC: true,
    railHighV: true,
    railLowV: true,
    coilSupplyPercent: true,
    pwm: true,
    ventilationOk: true,
    proximityOhms: true,
  },
  spacingTolerancePercent: 0.1,
  sensesWithinMs: 1000,
};

function contractOn(name: string, fitted: Fitted, capabilities: BoardCapabilities) {
  boardContract(
    name,
    async () => {
      const clock = new MovedClock(5000);
      const board = openSimDriver({ clock, seed: 3, fitted });
      return {
        board,
        time: {
          now: () => clock.now(),
          pass: async (ms) => {
            clock.ms += ms;
          },
        },
        pilotV,
        coilEnergised: () => board.truth().coilEnergised,
        dispose: async () => board.makeSafe(),
      };
    },
    capabilities,
  );
}

contractOn("sim", { ...FULLY_FITTED, proximity: true }, ABLE);
contractOn("sim with a ground-fault sensor and nothing else", ONLY_GFCI_FITTED, {
  ...ABLE,
  senses: { ...mapped(ABLE.senses, () => false), gfciTripped: true },
});

describe("sim driver's witness", () => {
  let folder: string;
  let path: string;
  let server: Server;
  let heard: Promise<Socket>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "j1772-witness-"));
    path = process.platform === "win32" ? `\\\\.\\pipe\\${folder}` : join(folder, "witness");
    server = createServer();
    heard = new Promise((resolve) => server.once("connection", resolve));
    await new Promise<void>((resolve) => server.listen(path, resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it("hears pulses and coil commands in their order, and knows when the coil had to drop [WD-01]", async () => {
    const clock = new MovedClock();
    const board = openSimDriver({ clock, seed: 1, witness: { path } });
    await board.open();
    board.pulseLiveness();
    board.write({ ...SAFE_OUTPUTS, coil: true });
    board.write({ ...SAFE_OUTPUTS, coil: true });
    board.pulseLiveness();
    const socket = await heard;
    const witness = new CoilWitness();
    let text = "";
    await new Promise<void>((resolve) => {
      socket.on("data", (bytes) => {
        witness.feed(bytes, 100);
        text += bytes;
        if (text.length >= 4) resolve();
      });
    });
    assert.equal(text, "PC1P");
    assert.equal(witness.coilEnergised(179), true);
    assert.equal(witness.coilOffAt(180), 180);
    socket.destroy();
  });

  it("does no harm when it is not there, or goes away", async () => {
    const clock = new MovedClock();
    const nobody = openSimDriver({ clock, seed: 1, witness: { path: join(folder, "nobody") } });
    const board = openSimDriver({ clock, seed: 1, witness: { path } });
    await Promise.all([nobody.open(), board.open()]);
    const socket = await heard;
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.destroy();
    await gone;
    for (let cycle = 0; cycle < 1000; cycle++) {
      clock.ms += 12;
      for (const each of [nobody, board]) {
        each.write({ ...SAFE_OUTPUTS, coil: cycle % 2 === 0 });
        each.pulseLiveness();
      }
      if (cycle % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(board.truth().coil, false);
  });

  it("is given up when it does not read", async () => {
    const clock = new MovedClock();
    const board = openSimDriver({ clock, seed: 1, witness: { path } });
    await board.open();
    const socket = await heard;
    socket.pause();
    const before = process.memoryUsage().heapUsed;
    for (let pulse = 0; pulse < 2_000_000; pulse++) board.pulseLiveness();
    assert.ok(process.memoryUsage().heapUsed - before < 100e6, "what it does not read is not kept");
    socket.destroy();
  });
});
