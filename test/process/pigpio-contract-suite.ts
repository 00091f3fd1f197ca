/** The contract of raw boards on the driver pigpio: run by mocha in a process that has the stub of the C library preloaded. */
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pass } from "node:timers/promises";
import { systemClock } from "#controller/clock";
import { raisePriority } from "#controller/priority";
import { calibrationOfDivider, pilotOfAdc } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import { openPigpioDriver } from "#drivers/pigpio/pigpio-driver";
import { DIVIDER_3V3, PRESETS } from "#pi/presets";
import { boardContract } from "../../src/drivers/contract.ts";
import { ON_BUILD_GUIDE } from "./pi-capabilities.ts";
import type { PiTruth } from "./virtual-pi-process.ts";

const CALIBRATION = calibrationOfDivider({ vcc: Volts(3.3), divider: DIVIDER_3V3 });

// A child of this process would be lost when the library takes the signals: the virtual Pi is somebody else's.
const control = connect({ host: "127.0.0.1", port: Number(process.env.VIRTUAL_PI_CONTROL), noDelay: true });
const lines = createInterface({ input: control });

async function ask(message: object): Promise<unknown> {
  const answered = once(lines, "line");
  control.write(`${JSON.stringify(message)}\n`);
  const [line] = await answered;
  return JSON.parse(line);
}

before(() => raisePriority());
after(() => control.destroy());

boardContract(
  "pigpio, buildGuide",
  async () => {
    const board = openPigpioDriver({ clock: systemClock, layout: PRESETS.buildGuide });
    return {
      board,
      time: { isReal: true, now: () => systemClock.now(), pass: (ms) => pass(ms) },
      pilotV: (adcV) => pilotOfAdc(CALIBRATION, Volts(adcV)),
      coilEnergised: async () => ((await ask({ ask: "truth" })) as PiTruth).truth.coilEnergised,
      dispose: async () => {
        await board.close();
        await ask({ action: { do: "clear", fault: "all" } });
      },
    };
  },
  ON_BUILD_GUIDE,
);
