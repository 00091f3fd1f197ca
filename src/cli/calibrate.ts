/** `j1772 calibrate`: two points of the pilot, measured by a person with a meter and by the board's converter. */
import { existsSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import { parseArgs } from "node:util";
import { systemClock } from "#controller/clock";
import { type Lock, lockFolder, takeLock } from "#controller/lock";
import { raisePriority } from "#controller/priority";
import { ConfigError, DriverUnavailable, StoreUnavailable } from "#core/errors";
import type { RawBoard } from "#ports/board";
import { CalibrationRefused, PilotBench } from "./calibrate/bench.ts";
import { inWords, Program, Scripted, Terminal } from "./calibrate/persons.ts";
import { calibrateBoard, type Person, type Result, type Step } from "./calibrate/procedure.ts";
import { mustBeSaveable, savePoints } from "./calibrate/save.ts";
import { type Target, targetOfBoard, targetOfFile } from "./calibrate/target.ts";
import type { Io } from "./io.ts";

const USAGE = `j1772 calibrate --config FILE [options]
j1772 calibrate [--preset NAME | --board FILE] [--host HOST] [--port N] [options]

Walks through the two-point calibration of the pilot on a board behind a pigpio daemon: the pilot is driven steady high, then steady
low, and each time the meter's word is asked for. The contactor stays open all the while; no car may be plugged in. With --config the
points are saved into FILE, from which the controller starts; without, they are only printed.

  --config FILE      the controller's configuration (board, daemon and state folder are taken from it)
  --preset NAME      the board: buildGuide (default), evseHat
  --board FILE       the board's pins as JSON, as in "layout" of a configuration
  --driver NAME      pigpiod (default) or pigpio, the library in this process
  --host H, --port N where the pigpio daemon is (default: this machine, 8888)
  --state FOLDER     state folder of the charger that has these pins: refuses while its controller runs
  --high V, --low V  what the meter says, instead of asking; both or none
  --assume-nominal   no meter: take +12 and -12 V for granted (an error of the supply becomes one of the calibration)
  --yes              save without asking
  --json             steps and result as JSON lines; answers are lines such as {"volts": 11.97}

A controller of this charger must be stopped first. Exit code: 0 calibrated, 1 refused (the reason is said), 2 the command line or the
configuration cannot be understood.
`;

const EXIT_DONE = 0;
const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;

/** A controller that was asked to stop is gone within this time, ms. */
const PREDECESSOR_ENDS_WITHIN = 3_000;
const LOOK_EVERY = 100;

interface Wanted {
  readonly target: Target;
  readonly volts: { readonly high: number; readonly low: number } | null;
  readonly assumed: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean", default: false } as const;

/** "--low -11.94" as people write it, which the parser would take for an option. */
const joined = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    const isOf = (option: string | undefined, value: string | undefined): boolean =>
      (option === "--low" || option === "--high") && value !== undefined && /^-[\d.,]+$/.test(value);
    if (isOf(args[index - 1], arg)) return [];
    return [isOf(arg, args[index + 1]) ? `${arg}=${args[index + 1]}` : arg];
  });

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: joined(args),
      options: {
        ...{ config: TEXT, preset: TEXT, board: TEXT, driver: TEXT, host: TEXT, port: TEXT, state: TEXT, high: TEXT, low: TEXT },
        ...{ "assume-nominal": FLAG, yes: FLAG, json: FLAG, help: { ...FLAG, short: "h" } },
      },
    }).values;
  } catch (cause) {
    throw usage((cause as Error).message.split(". ")[0] ?? String(cause));
  }
}

const usage = (what: string): ConfigError => new ConfigError("usage", `${what}. Try: j1772 calibrate --help`);

function voltsOf(name: string, text: string): number {
  const volts = Number(text.replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(volts)) throw usage(`--${name}: expected volts, got "${text}"`);
  return volts;
}

/** @returns null when help was asked for. @throws ConfigError */
function read(args: readonly string[]): Wanted | null {
  const values = valuesOf(args);
  if (values.help) return null;
  const { config, driver, preset, board, host, state, high, low } = values;
  const byName = [driver, preset, board, host, state, values.port].some((value) => value !== undefined);
  if (config !== undefined && byName)
    throw usage("--config says which board it is; leave --driver, --preset, --board, --host, --port and --state out");
  if (preset !== undefined && board !== undefined) throw usage("expected --preset or --board, got both");
  if ((high === undefined) !== (low === undefined)) throw usage("expected both --high and --low, or none");
  if (values["assume-nominal"] && high !== undefined) throw usage("expected --assume-nominal or --high and --low, got both");
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw usage(`--port: expected 1 to 65535, got "${values.port}"`);
  const measured = high === undefined || low === undefined ? null : { high: voltsOf("high", high), low: voltsOf("low", low) };
  return {
    target: config === undefined ? targetOfBoard({ driver, preset, board, host, port, state }) : realTarget(config),
    volts: values["assume-nominal"] ? { high: 12, low: -12 } : measured,
    assumed: values["assume-nominal"],
    yes: values.yes,
    json: values.json,
  };
}

/** @throws ConfigError for a charger that needs no calibration */
function realTarget(file: string): Target {
  const target = targetOfFile(file);
  if (target === null)
    throw new ConfigError(
      "configInvalid",
      `${file}: expected a charger on a Raspberry Pi, its hardware is simulated and needs no calibration.`,
    );
  return target;
}

/** The charger for ourselves, or nobody. @throws StoreUnavailable when its controller goes on running */
async function lockOf({ stateDir }: Target): Promise<Lock | null> {
  // Where there is no such folder, no controller ever ran; one that we made might be another user's than the controller's.
  if (stateDir === null || !existsSync(stateDir)) return null;
  for (let waited = 0; waited < PREDECESSOR_ENDS_WITHIN; waited += LOOK_EVERY) {
    const lock = await lockFolder(stateDir);
    if (lock !== null) return lock;
    await pass(LOOK_EVERY);
  }
  try {
    return await takeLock(stateDir);
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.code !== "alreadyRunning") throw error;
    throw new StoreUnavailable("alreadyRunning", `${error.message} Or press "Calibrate" in the charger node, which does it for you.`);
  }
}

/** Runs the command. @returns its exit code */
export async function calibrate(args: readonly string[], io: Io): Promise<number> {
  let wanted: Wanted | null = null;
  let json = args.includes("--json");
  try {
    wanted = read(args);
    if (wanted === null) {
      io.out(USAGE);
      return EXIT_DONE;
    }
    json = wanted.json;
    await run(wanted, io);
    return EXIT_DONE;
  } catch (error) {
    const known = error instanceof ConfigError || error instanceof DriverUnavailable || error instanceof StoreUnavailable;
    if (!known && (error as NodeJS.ErrnoException).code === undefined) throw error;
    const { message } = error as Error;
    if (json) io.out(`${JSON.stringify({ step: "failed", why: whyOf(error), message })}\n`);
    else io.err(`${process.stdout.isTTY ? "\n" : ""}j1772 calibrate: ${message}\n`);
    return wanted === null ? EXIT_USAGE : EXIT_REFUSED;
  }
}

async function run(wanted: Wanted, io: Io): Promise<void> {
  const { target, volts, json } = wanted;
  if (target.file !== null) mustBeSaveable(target.file);
  const lock = await lockOf(target);
  try {
    const program = json && volts === null ? new Program(io) : null;
    const terminal = json || (volts !== null && (wanted.yes || target.file === null)) ? null : new Terminal(io);
    const told = (step: Step): void => io.out(json ? `${JSON.stringify(step)}\n` : inWords(step));
    const scripted = volts === null ? null : new Scripted(volts, told, (answer) => (json ? undefined : io.out(`${answer}\n`)));
    const person = scripted ?? program ?? terminal;
    if (person === null) throw usage("expected somebody to ask");
    if (!json) introduce(wanted, io);
    try {
      const result = await measure(target, person, io, program);
      if (await mayBeSaved(wanted, terminal)) save(target, result, json, io);
      else if (terminal !== null && target.file !== null) io.out("Not saved.\n");
    } finally {
      program?.close();
      terminal?.close();
    }
  } finally {
    lock?.release();
  }
}

function introduce({ target, volts, assumed }: Wanted, io: Io): void {
  io.out(`Calibration of ${target.name}. The contactor stays open throughout; no car may be plugged in.\n`);
  if (volts === null) io.out("Set a voltmeter to DC, black probe on the protective earth, red probe on the pilot.\n\n");
  else if (assumed) io.out("No meter: +12 and −12 V are taken for granted, so an error of the supply becomes one of the calibration.\n\n");
}

/** What it is about, for a program that has words of its own. */
const whyOf = (error: unknown): string | null =>
  error instanceof CalibrationRefused ? error.why : error instanceof Error && "code" in error ? String(error.code) : null;

/** Opens the board, measures, and gives it back whatever happens, at once when somebody wants this to end. */
async function measure(target: Target, person: Person, io: Io, program: Program | null): Promise<Result> {
  const { layout, nominal, before } = target;
  const board = await boardOf(target, (what) => io.err(`${what}.\n`));
  const bench = new PilotBench(board, systemClock);
  const makeSafe = (): void => bench.makeSafe();
  process.once("exit", makeSafe);
  let stop: (what: string) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = (what) => reject(new CalibrationRefused({ why: "stopped", what }));
  });
  stopped.catch(() => {});
  const interrupted = (): void => stop("stopped before it was done; nothing was changed");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupted);
  program?.onGone(() => stop("whoever was asked is gone; nothing was changed"));
  try {
    raisePriority();
    await Promise.race([bench.open(), stopped]);
    return await Promise.race([calibrateBoard({ bench, person, adc: layout.adc, nominal, before }), stopped]);
  } finally {
    await bench.close();
    process.off("exit", makeSafe);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, interrupted);
  }
}

async function boardOf({ driver, layout, host, port }: Target, tell: (what: string) => void): Promise<RawBoard> {
  const options = { clock: systemClock, layout, tell };
  if (driver === "pigpio") return (await import("#drivers/pigpio/pigpio-driver")).openPigpioDriver(options);
  return (await import("#drivers/pigpiod/pigpiod-driver")).openPigpiodDriver({ ...options, host, port });
}

async function mayBeSaved({ target, yes, json }: Wanted, terminal: Terminal | null): Promise<boolean> {
  if (target.file === null) return false;
  if (yes) return true;
  return !json && terminal !== null && (await terminal.agrees(`Save to ${target.file}?`));
}

function save({ file }: Target, { points }: Result, json: boolean, io: Io): void {
  if (file === null) return;
  savePoints(file, points);
  io.out(json ? `${JSON.stringify({ step: "saved", file })}\n` : `Saved. It counts from the controller's next start.\n`);
}
