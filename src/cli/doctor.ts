/** `j1772 doctor`: looks at board, daemon, pins, converter, clocks and rights, changes nothing, and says what to mend. */
import { parseArgs } from "node:util";
import { ConfigError } from "#core/errors";
import type { Interlock } from "#pi/interlocks";
import { type BoardLayout, pinsOf } from "#pi/layout";
import { settingsOfFile, type Target, targetOfBoard, targetOfFile } from "./calibrate/target.ts";
import { type Board, boardOf, lookAtBoard, lookAtConfig, lookAtKernel, lookAtPower, mustBuildDaemon } from "./doctor/board.ts";
import { type DaemonSight, lookAtDaemon } from "./doctor/daemon.ts";
import { type Finding, findingText, none, note, summaryText } from "./doctor/finding.ts";
import {
  lookAtClock,
  lookAtLateness,
  lookAtNode,
  lookAtNodeRed,
  lookAtPriority,
  lookAtStateFolder,
  lookAtWatchdog,
  lookForRivals,
} from "./doctor/host.ts";
import { lookAtLibrary } from "./doctor/library.ts";
import { judgeAdc, judgeDaemon, judgeLayout, judgePins } from "./doctor/pins.ts";
import { type System, thisSystem } from "./doctor/system.ts";
import type { Io } from "./io.ts";

const USAGE = `j1772 doctor [--config FILE | --preset NAME | --board FILE] [options]

Looks at everything a charger on a Raspberry Pi needs, changes nothing, and says what to mend. A controller may run meanwhile.

  --config FILE      a controller's configuration: its board, daemon and state folder
  --preset NAME      the board: buildGuide (default), evseHat
  --board FILE       the board's pins as JSON, as in "layout" of a configuration
  --driver NAME      pigpiod (default) or pigpio, the library in the controller's process
  --host H, --port N where the pigpio daemon is (default: this machine, 8888)
  --state FOLDER     state folder to look at
  --seconds N        how long the clocks are watched (default 3)
  --json             one JSON object: findings with about, verdict (fine, note, bad, none), seen and fix

✓ fine   ! to know   ✗ to mend   · nothing to look at
Exit code: 0 nothing is in the way, 1 something is to be mended, 2 the command line or the configuration cannot be understood.
`;

const EXIT_FINE = 0;
const EXIT_BAD = 1;
const EXIT_USAGE = 2;
const MOST_SECONDS = 600;

const ANSWER = "Build and test each, then name it in the settings; until then the controller does not start.";

interface Wanted {
  /** Null where the hardware is simulated. */
  readonly target: Target | null;
  readonly stateDir: string | null;
  /** Interlocks that nobody has answered for in the file; none without one. */
  readonly missing: readonly Interlock[];
  readonly seconds: number;
  readonly json: boolean;
}

const usage = (what: string): ConfigError => new ConfigError("usage", `${what}. Try: j1772 doctor --help`);
const TEXT = { type: "string" } as const;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ config: TEXT, driver: TEXT, preset: TEXT, board: TEXT, host: TEXT, port: TEXT, state: TEXT, seconds: TEXT },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (cause) {
    throw usage((cause as Error).message.split(". ")[0] ?? String(cause));
  }
}

/** @returns null when help was asked for. @throws ConfigError */
function read(args: readonly string[]): Wanted | null {
  const { config, driver, preset, board, host, state, port: portText, seconds: secondsText = "3", json, help } = valuesOf(args);
  if (help) return null;
  if (config !== undefined && [driver, preset, board, host, state, portText].some((value) => value !== undefined))
    throw usage("--config says which board it is; leave --driver, --preset, --board, --host, --port and --state out");
  if (preset !== undefined && board !== undefined) throw usage("expected --preset or --board, got both");
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw usage(`--port: expected 1 to 65535, got "${portText}"`);
  const seconds = Number(secondsText);
  if (!(seconds > 0 && seconds <= MOST_SECONDS)) throw usage(`--seconds: expected up to ${MOST_SECONDS}, got "${secondsText}"`);
  const target = config === undefined ? targetOfBoard({ driver, preset, board, host, port, state }) : targetOfFile(config);
  const { stateDir, missing } = config === undefined ? { stateDir: target?.stateDir ?? null, missing: [] } : settingsOfFile(config);
  return { target, stateDir, missing, seconds, json };
}

/** What the doctor may do to learn; a test hands in its own. */
export interface Means {
  readonly system: System;
  readonly daemon: typeof lookAtDaemon;
}

/** Runs the command. @returns its exit code */
export async function doctor(
  args: readonly string[],
  io: Io,
  means: Means = { system: thisSystem, daemon: lookAtDaemon },
): Promise<number> {
  try {
    const wanted = read(args);
    if (wanted === null) {
      io.out(USAGE);
      return EXIT_FINE;
    }
    const findings: Finding[] = [];
    for await (const finding of examine(wanted, means)) {
      findings.push(finding);
      if (!wanted.json) io.out(findingText(finding));
    }
    const isFine = findings.every(({ verdict }) => verdict !== "bad");
    io.out(wanted.json ? `${JSON.stringify({ fine: isFine, findings })}\n` : `\n${summaryText(findings)}\n`);
    return isFine ? EXIT_FINE : EXIT_BAD;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    io.err(`j1772 doctor: ${error.message}\n`);
    return EXIT_USAGE;
  }
}

const isHere = (host: string | null): boolean => host === null || host === "localhost" || host === "127.0.0.1" || host === "::1";

async function* examine({ target, stateDir, missing, seconds }: Wanted, { system, daemon }: Means): AsyncGenerator<Finding> {
  const board = await boardOf(system);
  const remote = target !== null && !isHere(target.host);
  yield lookAtBoard(board, system, remote);
  yield* await lookAtKernel(system);
  if (target === null) yield none("pins", "the charger of this configuration is simulated");
  else yield* hardware(target, board, remote, { system, daemon });
  if (missing.length > 0) yield note("interlocks", `not answered for: ${missing.join(", ")}`, ANSWER);
  yield await lookAtPriority(system);
  yield* await lookAtLateness(system, seconds * 1000);
  yield await lookAtClock(system);
  yield await lookAtWatchdog(system);
  if (stateDir !== null) yield await lookAtStateFolder(system, stateDir);
  yield lookAtNode(system);
  yield await lookAtNodeRed(system);
}

async function* hardware(target: Target, board: Board, remote: boolean, { system, daemon }: Means): AsyncGenerator<Finding> {
  const { driver, layout, host, port } = target;
  if (!remote) {
    yield* lookAtConfig(board, layout, new Set(pinsOf(layout).map(([, gpio]) => gpio)));
    yield* await lookAtPower(board, system);
  }
  yield* judgeLayout(layout);
  if (driver === "pigpio") yield* await lookAtLibrary(system, layout);
  else
    yield* pinsSeen(
      await daemon(layout, host, port),
      layout,
      board.model === null && !remote && port === 8888,
      await mustBuildDaemon(system),
    );
  yield* await lookForRivals(system);
}

/** @param isAway there is no Pi here and nobody said where one is: a daemon is not missed */
function* pinsSeen(sight: DaemonSight | string, layout: BoardLayout, isAway: boolean, build: boolean): Generator<Finding> {
  if (typeof sight === "string" && isAway) {
    yield none("pigpio daemon", "none here");
    return;
  }
  yield* judgeDaemon(sight, build);
  if (typeof sight === "string") return;
  yield* judgePins(sight, layout);
  yield judgeAdc(sight, layout);
}
