/** `j1772 virtual-pi`: a Raspberry Pi with a pigpio daemon and a simulated charger on its pins, in real time, until it is told to stop. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { raisePriority } from "#controller/priority";
import { PRESET_NAMES, PRESETS, type PresetName } from "#pi/presets";
import { machineMs, VirtualPiServer } from "#virtual-pi/server";
import { type HardwareOff, VirtualPi } from "#virtual-pi/virtual-pi";
import type { Io } from "./io.ts";
import { parseScenarios } from "./scenario/parse.ts";
import { playBoard } from "./scenario/play-board.ts";
import type { Scenario } from "./scenario/scenario.ts";

const USAGE = `j1772 virtual-pi [options]: a Raspberry Pi with a pigpio daemon and a simulated charger, car and house on its pins

  --port N          the daemon's port (default 8888; 0 takes a free one)
  --control N       port of the control line (default 8889; 0 takes a free one)
  --preset NAME     which board is on the pins: ${PRESET_NAMES.join(", ")} (default buildGuide)
  --poles N         switched poles: 1, 2, 3 or 4 (default 2)
  --noise VOLTS     noise on the pilot, sigma (default 0.01)
  --seed N          another seed for noise and chance
  --divider-error S the divider's resistor to the pilot is off by this share, 0.03 is 3 % too large (default 0)
  --supply-error S  the divider's supply is off by this share (default 0)
  --rail-high V     supply of the pilot's driver (default 12)
  --rail-low=-V     the same below (default -12)
  --scenario FILE   what the first scenario of FILE does to car and hardware is done here; its checks are waited for, not judged
  --json            print the ports as one JSON object

pigs, python3-pigpio and pigpio-client work with it, and so does a controller with the pigpiod driver. The control line takes one
JSON object a line: {"action":{"do":"plug","preset":"polite"}}, {"ask":"truth"}; all of it is in
https://github.com/opencharge/node-red-j1772/blob/main/src/virtual-pi/README.md
It ends on SIGTERM or SIGINT. Exit code: 0 ended, 1 a port cannot be had, 2 the command line cannot be understood.
`;

/** Real-time priority of what plays hardware. */
const ABOVE_CONTROLLERS = "20";

const EXIT_ENDED = 0;
const EXIT_UNAVAILABLE = 1;
const EXIT_USAGE = 2;

interface Wanted {
  readonly port: number;
  readonly controlPort: number;
  readonly preset: PresetName;
  readonly poles: 1 | 2 | 3 | 4;
  readonly noiseV: number;
  readonly seed: number;
  readonly off: HardwareOff;
  readonly scenario: Scenario | null;
  readonly json: boolean;
}

/** A number of the command line. @throws Error for what is none, or out of range */
function numberOf(name: string, text: string, least: number, most: number, whole = true): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Error(`--${name}: expected a ${whole ? "whole " : ""}number from ${least} to ${most}, got "${text}"`);
  }
  return value;
}

function scenarioOf(file: string): Scenario {
  const { scenarios, errors } = parseScenarios(file, readFileSync(file, "utf8"));
  const [error] = errors;
  if (error !== undefined) throw error;
  const [first] = scenarios;
  if (first === undefined) throw new Error(`${file}: expected a scenario, the file has none`);
  return first;
}

/** @returns null when help was asked for. @throws Error for a command line that cannot be understood */
function read(args: readonly string[]): Wanted | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8888" },
      control: { type: "string", default: "8889" },
      preset: { type: "string", default: "buildGuide" },
      poles: { type: "string", default: "2" },
      noise: { type: "string", default: "0.01" },
      seed: { type: "string", default: "1" },
      "divider-error": { type: "string", default: "0" },
      "supply-error": { type: "string", default: "0" },
      "rail-high": { type: "string" },
      "rail-low": { type: "string" },
      scenario: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const preset = PRESET_NAMES.find((name) => name === values.preset);
  if (preset === undefined) throw new Error(`--preset: expected one of ${PRESET_NAMES.join(", ")}, got "${values.preset}"`);
  return {
    port: numberOf("port", values.port, 0, 65_535),
    controlPort: numberOf("control", values.control, 0, 65_535),
    preset,
    poles: numberOf("poles", values.poles, 1, 4) as 1 | 2 | 3 | 4,
    noiseV: numberOf("noise", values.noise, 0, 12, false),
    seed: numberOf("seed", values.seed, 0, 0xffff_ffff),
    off: {
      dividerError: numberOf("divider-error", values["divider-error"], -0.5, 0.5, false),
      supplyError: numberOf("supply-error", values["supply-error"], -0.5, 0.5, false),
      ...(values["rail-high"] === undefined ? {} : { railHighV: numberOf("rail-high", values["rail-high"], 0, 15, false) }),
      ...(values["rail-low"] === undefined ? {} : { railLowV: numberOf("rail-low", values["rail-low"], -15, 0, false) }),
    },
    scenario: values.scenario === undefined ? null : scenarioOf(values.scenario),
    json: values.json,
  };
}

/** Runs the command. @returns its exit code, once it was told to stop */
export async function virtualPi(args: readonly string[], io: Io): Promise<number> {
  let wanted: Wanted | null;
  try {
    wanted = read(args);
  } catch (error) {
    io.err(`${(error as Error).message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (wanted === null) {
    io.out(USAGE);
    return EXIT_ENDED;
  }
  return serve(wanted, io);
}

async function serve({ port, controlPort, preset, poles, noiseV, seed, off, scenario, json }: Wanted, io: Io): Promise<number> {
  // Hardware waits for nobody: beside busy processes a virtual Pi would stutter as no Pi does.
  raisePriority(ABOVE_CONTROLLERS);
  const pi = new VirtualPi({ layout: PRESETS[preset], startMs: machineMs(), seed, poles, noiseV, off });
  const server = new VirtualPiServer(pi, { port, controlPort });
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    io.err(`j1772 virtual-pi cannot listen: ${(error as Error).message}\n`);
    return EXIT_UNAVAILABLE;
  }
  const ports = { port: server.port, controlPort: server.controlPort };
  const words = `virtual Pi with the board "${preset}": pigpio daemon on port ${ports.port}, control line on port ${ports.controlPort}`;
  io.out(json ? `${JSON.stringify(ports)}\n` : `${words}\n`);
  const stopped = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.abort());
  const told = (line: string) => io.out(json ? `${JSON.stringify({ scenario: line })}\n` : `${line}\n`);
  if (scenario !== null) void playBoard(scenario, pi, told, stopped.signal);
  await new Promise<void>((resolve) => stopped.signal.addEventListener("abort", () => resolve(), { once: true }));
  await server.close();
  return EXIT_ENDED;
}
