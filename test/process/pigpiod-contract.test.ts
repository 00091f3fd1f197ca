import { spawnSync } from "node:child_process";
import { setTimeout as pass } from "node:timers/promises";
import { systemClock } from "#controller/clock";
import { raisePriority } from "#controller/priority";
import { calibrationOfDivider, pilotOfAdc } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import { openPigpiodDriver } from "#drivers/pigpiod/pigpiod-driver";
import { DIVIDER_3V3, PRESETS } from "#pi/presets";
import { boardContract } from "../../src/drivers/contract.ts";
import { ON_BUILD_GUIDE } from "./pi-capabilities.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const CALIBRATION = calibrationOfDivider({ vcc: Volts(3.3), divider: DIVIDER_3V3 });

/** What the hat lacks beside the build-guide board. */
const ON_THE_HAT = { ...ON_BUILD_GUIDE.senses, coilInhibited: false, groundPresent: false, temperatureC: false };

for (const [preset, senses] of [
  ["buildGuide", ON_BUILD_GUIDE.senses],
  ["evseHat", ON_THE_HAT],
] as const) {
  describe(`pigpiod driver on a virtual Pi with the board ${preset}`, function () {
    // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
    this.retries(1);
    let pi: VirtualPiProcess;

    before(async () => {
      pi = await VirtualPiProcess.start(["--preset", preset]);
      // A burst is paced from here: beside busy processes only a controller's priority keeps its time.
      raisePriority();
    });
    after(async () => {
      spawnSync("chrt", ["--other", "--pid", "0", String(process.pid)]);
      await pi.stop();
    });

    boardContract(
      `pigpiod, ${preset}`,
      async () => {
        const board = openPigpiodDriver({ clock: systemClock, layout: PRESETS[preset], port: pi.port });
        return {
          board,
          time: { isReal: true, now: () => systemClock.now(), pass: (ms) => pass(ms) },
          pilotV: (adcV) => pilotOfAdc(CALIBRATION, Volts(adcV)),
          coilEnergised: async () => (await pi.truth()).truth.coilEnergised,
          dispose: async () => {
            await board.close();
            await pi.apply({ do: "clear", fault: "all" });
          },
        };
      },
      // The thermometer is asked over I2C every half second.
      { ...ON_BUILD_GUIDE, senses, sensesWithinMs: 700 },
    );
  });
}
