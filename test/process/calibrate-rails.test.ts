/** What a charger on a Raspberry Pi proves of its own pilot before anything is offered. */
import assert from "node:assert/strict";
import { systemClock } from "#controller/clock";
import { calibrationOfDivider } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import { openPigpiodDriver } from "#drivers/pigpiod/pigpiod-driver";
import { PWM_FULL } from "#pi/dead-man";
import { DIVIDER_3V3, PRESETS } from "#pi/presets";
import { COMMAND } from "#pi/protocol/commands";
import { type Request, wordsOf } from "#pi/protocol/frames";
import { machineMs, VirtualPiServer } from "#virtual-pi/server";
import { VirtualPi } from "#virtual-pi/virtual-pi";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { pigpiodConfig } from "./pigpiod-charger.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

describe("a charger's own look at its pilot before anything is driven", function () {
  // A machine that is busy may hold one of the processes up, and a pilot that is not fed goes high, as it should.
  this.retries(2);
  let pi: VirtualPiProcess;
  let controller: ControllerUnderTest;

  const launch = async (...hardware: readonly string[]): Promise<void> => {
    pi = await VirtualPiProcess.start(hardware);
  };
  afterEach(async () => {
    await controller?.dispose();
    await pi?.stop();
  });

  for (const [what, hardware, message] of [
    [
      "a weak +12 V",
      ["--rail-high", "10.8"],
      /open pilot between 11\.25 and 12\.75 V, the converter shows 10\.7\d V.*mend the ±12 V supply/,
    ],
    ["too high a +12 V", ["--rail-high", "13"], /the converter shows 12\.9\d V/],
    ["a weak −12 V", ["--rail-low=-10.6"], /between -13 and -11 V while it is driven low, the converter shows -10\.5\d V/],
    ["no −12 V", ["--rail-low=0"], /driven low, the converter shows 0\.\d+ V|driven low, the converter shows -0\.\d+ V/],
    ["a divider that is not the one of the settings", ["--supply-error", "0.06"], /run "j1772 calibrate"/],
  ] as const) {
    it(`refuses ${what}, with the reason, and has driven no coil [CP-11] [F-10]`, async () => {
      await launch(...hardware);
      controller = ControllerUnderTest.launch({ configText: pigpiodConfig(pi.port) });
      assert.equal((await controller.ended).code, 4);
      assert.match(controller.complaints, message);
      const { outputs, truth } = await pi.truth();
      assert.deepEqual([outputs.pilot.kind, outputs.coil, truth.marks.coilOffAt], ["steadyHigh", false, null]);
    });
  }

  it("lets a car that is there already charge: the first PWM proves its −12 V [ST-21] [F-42]", async () => {
    await launch();
    await pi.apply({ do: "plug", preset: "latchesOnF", car: QUICK_CAR });
    controller = await ControllerUnderTest.start({ configText: pigpiodConfig(pi.port) });
    await controller.link.command({ command: "limit", limitA: 16 });
    await controller.untilCharging();
  });

  it("lets no car that is there already charge on a missing −12 V [CP-11] [F-10]", async () => {
    await launch("--rail-low=0");
    await pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    controller = await ControllerUnderTest.start({ configText: pigpiodConfig(pi.port) });
    await controller.link.command({ command: "limit", limitA: 16 });
    await controller.untilEvent(({ type }) => type === "fault");
    const { truth } = await pi.truth();
    assert.deepEqual([truth.coilEnergised, truth.marks.coilOffAt], [false, null]);
  });
});

describe("the proof of a pilot's rails", function () {
  // Board and hardware in one process: one that is held up feeds nothing, and a pilot that is not fed goes high, as it should.
  this.retries(2);
  /** Duties that were driven while a board was opened, of a million. @param plugged a car is there already */
  async function driven(plugged: boolean): Promise<readonly number[]> {
    const pi = new VirtualPi({ layout: PRESETS.buildGuide, startMs: machineMs() });
    const duties: number[] = [];
    const execute = pi.execute.bind(pi);
    pi.execute = (request: Request) => {
      if (request.command === COMMAND.HP) duties.push(...wordsOf(request.extension));
      return execute(request);
    };
    const server = new VirtualPiServer(pi, { port: 0, controlPort: null, hosts: ["127.0.0.1"] });
    await server.listen();
    if (plugged) pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    const calibration = calibrationOfDivider({ vcc: Volts(3.3), divider: DIVIDER_3V3 });
    const board = openPigpiodDriver({ clock: systemClock, layout: PRESETS.buildGuide, host: "127.0.0.1", port: server.port, calibration });
    try {
      await board.open();
      assert.deepEqual(pi.outputs.pilot, { kind: "steadyHigh" });
      return [...new Set(duties)];
    } finally {
      await board.close();
      await server.close();
    }
  }

  it("drives an open line low for a moment, and high again", async () => assert.deepEqual(await driven(false), [PWM_FULL, 0]));

  it("shows a car that is there nothing but a steady high pilot: some take offence at state F [ST-21] [F-42]", async () =>
    assert.deepEqual(await driven(true), [PWM_FULL]));
});
