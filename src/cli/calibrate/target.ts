/** What is to be calibrated: a charger by its configuration file, or a board by its name. */
import { dirname, isAbsolute, resolve } from "node:path";
import * as v from "valibot";
import { configText } from "#controller/config-file";
import { ConfigError } from "#core/errors";
import { calibrationOfDivider, calibrationOfTwoPoints } from "#core/pilot/calibration";
import type { PilotCalibration } from "#core/pilot/types";
import { Volts } from "#core/units/units";
import { ControllerConfigFile, migrateControllerConfig } from "#link/controller-config";
import { explain } from "#link/explain";
import { dividerOf, layoutOf, readBoard } from "#link/pi-driver";
import { INTERLOCK_NAMES, type Interlock } from "#pi/interlocks";
import type { BoardLayout } from "#pi/layout";

/** Where the daemon listens unless it is told another. */
const DAEMON_PORT = 8888;

/** Drivers of a Raspberry Pi: by the daemon, or by the library in the process itself. */
export const PI_DRIVERS = ["pigpiod", "pigpio"] as const;
export type PiDriverName = (typeof PI_DRIVERS)[number];

export interface Target {
  /** In words. */
  readonly name: string;
  readonly driver: PiDriverName;
  readonly layout: BoardLayout;
  readonly host: string | null;
  readonly port: number;
  /** Folder of the charger's state, whose lock says that no controller runs; null where there is none. */
  readonly stateDir: string | null;
  /** The file to save into; null where nothing is saved. */
  readonly file: string | null;
  /** As the board is drawn; null where its divider is not known. */
  readonly nominal: PilotCalibration | null;
  /** As it is read until now. */
  readonly before: PilotCalibration | null;
}

const fail = (what: string): ConfigError => new ConfigError("configInvalid", what);

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (json: unknown): json is JsonObject => typeof json === "object" && json !== null && !Array.isArray(json);

/** A file of JSON. @throws ConfigError whose message begins with the path */
export function readJson(path: string): JsonObject {
  const text = configText(path);
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch (cause) {
    throw new ConfigError("configNotJson", `${path}: expected JSON: ${(cause as Error).message}.`, { cause });
  }
  throw new ConfigError("configNotJson", `${path}: expected a JSON object.`);
}

function nominalOf(layout: BoardLayout): PilotCalibration | null {
  const drawn = dividerOf(layout);
  return drawn === null ? null : calibrationOfDivider(drawn);
}

type PilotSense = v.InferOutput<typeof ControllerConfigFile>["pilotSense"];

/** What the file says of the divider, where that can be; what is wrong with it is about to be mended. */
function calibrationBefore(pilotSense: PilotSense, layout: BoardLayout): PilotCalibration | null {
  const drawn = dividerOf(layout);
  try {
    if (pilotSense !== undefined && "high" in pilotSense) {
      const point = ({ adcV, pilotV }: { adcV: number; pilotV: number }) => ({ adcV: Volts(adcV), pilotV: Volts(pilotV) });
      return calibrationOfTwoPoints({ high: point(pilotSense.high), low: point(pilotSense.low) });
    }
    if (drawn === null) return null;
    return calibrationOfDivider(pilotSense === undefined ? drawn : { ...drawn, vcc: Volts(pilotSense.vccV) });
  } catch {
    return null;
  }
}

/**
 * Settings as if all interlocks were answered for. A board is looked at and measured while it is being built, when nobody can say so
 * yet: who had to would tick too early. The contactor stays open, and a controller does not start from them.
 */
export function withInterlocks(settings: JsonObject): { readonly answered: JsonObject; readonly missing: readonly Interlock[] } {
  const { driver } = settings;
  if (!isObject(driver) || !Array.isArray(driver.interlocks)) return { answered: settings, missing: [] };
  const given: readonly unknown[] = driver.interlocks;
  const missing = INTERLOCK_NAMES.filter((name) => !given.includes(name));
  return { answered: { ...settings, driver: { ...driver, interlocks: [...given, ...missing] } }, missing };
}

interface Settings {
  readonly path: string;
  readonly file: v.InferOutput<typeof ControllerConfigFile>;
  readonly stateDir: string;
  /** Interlocks that nobody has answered for. */
  readonly missing: readonly Interlock[];
}

/** A controller's file, which may lack its calibration and the word for its interlocks still. @throws ConfigError */
export function settingsOfFile(file: string): Settings {
  const path = resolve(file);
  const { answered: raw, missing } = withInterlocks(readJson(path));
  const parsed = v.safeParse(ControllerConfigFile, migrateControllerConfig(raw));
  const { pilotSense: _, ...uncalibrated } = raw;
  const settings = parsed.success ? parsed : v.safeParse(ControllerConfigFile, migrateControllerConfig(uncalibrated));
  if (!settings.success) throw fail(`${path}: ${explain(settings.issues)}.`);
  const { stateDir } = settings.output;
  return { path, file: settings.output, stateDir: isAbsolute(stateDir) ? stateDir : resolve(dirname(path), stateDir), missing };
}

/** The charger of a file, or null where its hardware is simulated. @throws ConfigError */
export function targetOfFile(name: string): Target | null {
  const { path, file, stateDir } = settingsOfFile(name);
  const { charger, driver, pilotSense } = file;
  if (driver.kind === "sim") return null;
  const layout = layoutOf(driver);
  return {
    name: `the charger "${charger}" (board ${driver.preset})`,
    driver: driver.kind,
    layout,
    host: driver.kind === "pigpiod" ? (driver.host ?? null) : null,
    port: driver.kind === "pigpiod" ? driver.port : DAEMON_PORT,
    stateDir,
    file: path,
    nominal: nominalOf(layout),
    before: calibrationBefore(pilotSense, layout),
  };
}

export interface BoardWords {
  readonly driver: string | undefined;
  readonly preset: string | undefined;
  /** A file with the pins of a board that has no preset. */
  readonly board: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly state: string | undefined;
}

/** A board by name or by a file of its pins. @throws ConfigError */
export function targetOfBoard({ driver = "pigpiod", preset = "buildGuide", board, host, port, state }: BoardWords): Target {
  const known = PI_DRIVERS.find((name) => name === driver);
  if (known === undefined) throw fail(`--driver: expected ${PI_DRIVERS.join(" or ")}, got "${driver}".`);
  const layout = board === undefined ? readBoard(preset) : readBoard("custom", readJson(resolve(board)));
  const nominal = nominalOf(layout);
  return {
    name: board === undefined ? `the board ${preset}` : `the board of ${board}`,
    driver: known,
    layout,
    host: host ?? null,
    port: port ?? DAEMON_PORT,
    stateDir: state === undefined ? null : resolve(state),
    file: null,
    nominal,
    before: nominal,
  };
}
