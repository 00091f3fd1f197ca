/** A process that has the pins by npm pigpio and tells, line by line, what it hears. Its argument says how it begins. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { systemClock } from "#controller/clock";
import { raisePriority } from "#controller/priority";
import { loadPigpio, loadSpiDevice } from "#drivers/pigpio/packages";
import { openPigpioDriver } from "#drivers/pigpio/pigpio-driver";
import { PRESETS } from "#pi/presets";

const say = (what: string): void => void process.stdout.write(`${what}\n`);

process.on("SIGTERM", () => say("SIGTERM"));
process.once("SIGINT", () => say("SIGINT"));

switch (process.argv[2]) {
  case "load":
    for (const load of [loadPigpio, loadSpiDevice]) {
      try {
        load();
        say("loaded");
      } catch (error) {
        say((error as Error).message);
      }
    }
    break;
  case "library": {
    // As anybody would who knows nothing of signals.
    const pigpio = createRequire(import.meta.url)("pigpio");
    pigpio.configureInterfaces(pigpio.DISABLE_SOCK_IF | pigpio.DISABLE_FIFO_IF);
    pigpio.initialize();
    say("open");
    setInterval(() => {}, 1_000);
    break;
  }
  default: {
    raisePriority();
    const board = openPigpioDriver({ clock: systemClock, layout: PRESETS.buildGuide });
    await board.open();
    spawn("true").once("exit", (code) => say(`child ${code}`));
    say("open");
    process.stdin.once("data", () => void board.close().then(() => say("closed")));
  }
}
