/** Who holds a board's pins through a daemon, and what is left when that ends. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import { raisePriority } from "#controller/priority";
import type { Outputs } from "#core/evse/types";
import { STEADY_HIGH } from "#core/pilot/types";
import { DutyPercent, Instant, WallTime } from "#core/units/units";
import { openPigpiodDriver, type PigpiodBoard } from "#drivers/pigpiod/pigpiod-driver";
import type { BoardLayout } from "#pi/layout";
import { PRESETS } from "#pi/presets";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest } from "#pi/protocol/frames";
import type { Clock } from "#ports/clock";
import { machineMs, VirtualPiServer } from "#virtual-pi/server";
import { VirtualPi } from "#virtual-pi/virtual-pi";

const LAYOUT: BoardLayout = { ...PRESETS.buildGuide, relayHold: { percent: 70, afterMs: 100 } };
const SAFE: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };
const CHARGING: Outputs = { ...SAFE, coil: true, pilot: { kind: "pwm", dutyPercent: DutyPercent(30) } };
const clock: Clock = { now: () => Instant(machineMs()), wall: () => WallTime(Date.now()) };
const WITHIN = 10_000;

describe("pigpiod: the claim on a board's pins", function () {
  // A machine that is busy may hold this process up, and nobody feeds the dead-man. It opens then, as it should, and the trial says nothing.
  this.retries(2);
  let pi: VirtualPi;
  let server: VirtualPiServer;
  let boards: PigpiodBoard[];
  let stranger: Socket;
  let told: string[];
  let wanted: Outputs;
  let loop: NodeJS.Timeout | undefined;

  // Loop and hardware in one process: beside busy ones only a controller's priority keeps its time.
  before(() => void raisePriority());
  after(() => void spawnSync("chrt", ["--other", "--pid", "0", String(process.pid)]));
  beforeEach(async () => {
    pi = new VirtualPi({ layout: LAYOUT, startMs: machineMs() });
    server = new VirtualPiServer(pi, { port: 0, controlPort: null, hosts: ["127.0.0.1"] });
    await server.listen();
    boards = [];
    told = [];
    wanted = SAFE;
    stranger = connect(server.port, "127.0.0.1");
    stranger.resume();
  });
  afterEach(async () => {
    clearInterval(loop);
    for (const board of boards) await board.close();
    stranger.destroy();
    await server.close();
  });

  function board(): PigpiodBoard {
    const made = openPigpiodDriver({ clock, layout: LAYOUT, host: "127.0.0.1", port: server.port, tell: (what) => told.push(what) });
    boards.push(made);
    return made;
  }

  /** A loop that drives what is wanted, and lives. */
  async function driven(): Promise<PigpiodBoard> {
    const made = board();
    await made.open();
    loop = setInterval(() => {
      made.write(wanted);
      made.pulseLiveness();
    }, 12);
    return made;
  }

  async function until(holds: () => boolean, what: string): Promise<void> {
    for (const start = machineMs(); !holds(); await pass(2)) assert.ok(machineMs() - start < WITHIN, `expected ${what}`);
  }
  const coil = (on: boolean) => until(() => pi.truth().coilEnergised === on && pi.outputs.coil === on, `the coil ${on ? "on" : "off"}`);

  it("two controllers that start together never both have the pins", async () => {
    const results = await Promise.allSettled([board().open(), board().open()]);
    const refused = results.filter((result) => result.status === "rejected");
    assert.ok(refused.length >= 1);
    for (const { reason } of refused) assert.equal(reason.code, "boardBusy");
  });

  it("a dead-man that somebody deleted opens the relay, which comes back only when it is asked for anew", async () => {
    await driven();
    wanted = CHARGING;
    await coil(true);
    for (let id = 0; id < 32; id += 1) stranger.write(encodeRequest(COMMAND.PROCD, id));
    await coil(false);
    await until(() => told.includes("the pigpio daemon is back"), "the pins claimed again");
    await pass(100);
    assert.equal(pi.outputs.coil, false);
    wanted = SAFE;
    await pass(50);
    wanted = CHARGING;
    await coil(true);
  });

  it("a pilot whose PWM somebody took away is told as the level it is [F-37]", async () => {
    const made = await driven();
    wanted = CHARGING;
    await until(() => made.read().inputs.pwm?.frequencyHz === 1_000, "PWM");
    stranger.write(encodeRequest(COMMAND.WRITE, LAYOUT.pilotGpio, 0));
    const seen = () => made.read().inputs.pwm;
    await until(() => seen()?.frequencyHz === 0 && seen()?.dutyPercent === 0, "a low level");
  });
});
