/** `j1772 controller`: reads the configuration, picks the driver, and runs one charger until it is told to stop. */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { ConfigError, DriverUnavailable, StoreUnavailable } from "#core/errors";
import { Instant } from "#core/units/units";
import type { ControllerConfig } from "#link/controller-config";
import { layoutOf } from "#link/pi-driver";
import type { Clock } from "#ports/clock";
import type { OpenSideLine } from "#ports/side-line";
import { ChargerProcess } from "./charger-process.ts";
import { systemClock } from "./clock.ts";
import { loadControllerConfig } from "./config-file.ts";
import { ConsoleLog } from "./console-log.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Hands } from "./hands.ts";
import { takeLock } from "./lock.ts";
import { raisePriority } from "./priority.ts";
import { packageVersion } from "./version.ts";

const USAGE = `j1772 controller --config FILE [--forked]

Runs the safety controller of one charger. FILE is described in
https://github.com/opencharge/node-red-j1772/blob/main/src/link/README.md
  --forked   end by itself when nobody has been connected for long and nothing charges

SIGTERM or SIGINT lets the car stop, opens the relay and ends; a second one opens and ends at once.
Exit codes: 0 stopped · 2 command line or configuration · 3 already running · 4 driver, folder or socket unavailable · 5 internal fault
`;

/** Time for a process that is done to end by itself, ms. */
const HANGS_AFTER = 2_000;

/** Where a command of the CLI may write. */
interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Arguments {
  readonly config: string;
  readonly forked: boolean;
}

/** @throws ConfigError for a command line that cannot be understood. @returns null when help was asked for. */
function readArguments(args: readonly string[]): Arguments | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string" },
        forked: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return null;
    if (values.config === undefined) throw new Error("--config FILE is missing");
    return { config: values.config, forked: values.forked };
  } catch (cause) {
    throw new ConfigError("usage", `${(cause as Error).message}.\n\n${USAGE}`, { cause });
  }
}

/** The only place that knows which drivers there are. A driver is loaded when it is wanted. */
async function pickDriver({ driver, evse, calibration }: ControllerConfig, clock: Clock, tell: (what: string) => void): Promise<Hands> {
  switch (driver.kind) {
    case "pigpiod": {
      const { openPigpiodDriver } = await import("#drivers/pigpiod/pigpiod-driver");
      const { host = null, port } = driver;
      return { board: openPigpiodDriver({ clock, layout: layoutOf(driver), host, port, calibration, tell }), simulation: null };
    }
    case "pigpio": {
      const { openPigpioDriver } = await import("#drivers/pigpio/pigpio-driver");
      return { board: openPigpioDriver({ clock, layout: layoutOf(driver), calibration, tell }), simulation: null };
    }
    case "sim": {
      const { openSimDriver } = await import("#drivers/sim/sim-driver");
      const { seed, house, witness, plugged } = driver;
      const options = { clock, seed, poles: evse.supply.poles, house: { mainsV: evse.supply.volts, ...house } };
      const board = openSimDriver(witness === undefined ? options : { ...options, witness: { path: witness } });
      if (plugged !== undefined) board.apply({ do: "plug", ...plugged });
      return {
        board,
        simulation: {
          apply: (action, afterMs) => board.apply(action, Instant(clock.now() + afterMs)),
          truth: () => board.truth(),
        },
      };
    }
  }
}

/** Gives other lines to the board, for what hangs beside the charger; null where it has none to give. */
function sideLineOf({ driver, panel }: ControllerConfig): OpenSideLine | null {
  if (driver.kind !== "pigpiod") return null;
  const { host = null, port } = driver;
  return async () => {
    const { openSideLine } = await import("#drivers/pigpiod/side-line");
    return openSideLine({ host, port, bus: panel?.lcd?.bus ?? 1 });
  };
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return EXIT.config;
  if (error instanceof StoreUnavailable && (error.code === "alreadyRunning" || error.code === "socketTaken")) return EXIT.alreadyRunning;
  if (error instanceof StoreUnavailable || error instanceof DriverUnavailable) return EXIT.unavailable;
  return EXIT.internal;
}

function makeStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StoreUnavailable("stateUnavailable", `Cannot make the state folder ${stateDir}: ${(cause as Error).message}.`, { cause });
  }
}

async function run({ config: file, forked }: Arguments): Promise<ExitCode> {
  const config = loadControllerConfig(file);
  makeStateDir(config.stateDir);
  const lock = await takeLock(config.stateDir);
  try {
    const clock = systemClock;
    const console = new ConsoleLog();
    let tell = (what: string): void => console.line(what);
    const charger = new ChargerProcess({
      config,
      hands: await pickDriver(config, clock, (what) => tell(what)),
      openSideLine: sideLineOf(config),
      clock,
      console,
      forked,
      welcome: { version: packageVersion(), priority: raisePriority() },
    });
    tell = (reason) => charger.note("driver", { reason });
    process.on("exit", () => charger.makeSafe());
    process.on("uncaughtException", (error) => charger.fail(error));
    // Node's own listener would write to a pipe that perhaps nobody reads, and wait.
    process.removeAllListeners("warning");
    process.on("warning", ({ message }) => charger.note("warning", { reason: message }));
    await charger.start();
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => charger.stop(signal));
    return await charger.ended;
  } finally {
    lock.release();
    // Whatever still hangs (a disk that does not answer) must not keep an open charger's process.
    setTimeout(() => process.exit(), HANGS_AFTER).unref();
  }
}

/** @returns the exit code, when the charger was stopped or could not be started; the reason is on standard error then. */
export async function runController(args: readonly string[], io: Io): Promise<number> {
  try {
    const read = readArguments(args);
    if (read === null) {
      io.out(USAGE);
      return EXIT.stopped;
    }
    return await run(read);
  } catch (error) {
    const known = error instanceof ConfigError || error instanceof StoreUnavailable || error instanceof DriverUnavailable;
    io.err(`j1772 controller does not start: ${known ? error.message : (error as Error).stack}\n`);
    return exitCodeOf(error);
  }
}
