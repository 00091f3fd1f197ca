/**
 * The file that tells a controller what it controls: written by the charger node or by hand, read once at the start.
 * What is not understood in full is refused; a charger must not run on half of its limits (F-38).
 */
import { createHash } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import * as v from "valibot";
import { ConfigError } from "#core/errors";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import { calibrationOfDivider, calibrationOfTwoPoints, DEFAULT_DIVIDER, DEFAULT_VCC } from "#core/pilot/calibration";
import { LOWEST_OFFER } from "#core/pilot/duty";
import type { PilotCalibration } from "#core/pilot/types";
import { Amps, Celsius, Millis, Volts } from "#core/units/units";
import { explain } from "./explain.ts";
import { linkPath } from "./link-path.ts";
import { type PanelConfig, PanelFile, panelOf } from "./panel-config.ts";
import { disagreements, dividerOf, layoutOf, PigpioDriver, PigpiodDriver } from "./pi-driver.ts";
import { CarMessage, CarPresetMessage } from "./sim-action.ts";

/** Raised when a file of the last version would be read wrongly. */
export const CONTROLLER_CONFIG_VERSION = 1;

const finite = v.pipe(v.number(), v.finite());
const between = (least: number, most: number) => v.pipe(finite, v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) => v.pipe(finite, v.integer(), v.minValue(least), v.maxValue(most));
const amps = between(6, 80);
const celsius = between(-40, 150);
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));

/** Where Windows keeps named pipes; their names are not paths. */
const PIPES = "\\\\.\\pipe\\";

const D = DEFAULT_EVSE_CONFIG;

const SimDriver = v.strictObject({
  kind: v.literal("sim"),
  /** Same seed, same noise. */
  seed: v.optional(whole(0, 0xffff_ffff), 1),
  house: v.optional(
    v.strictObject({
      mainsV: v.exactOptional(between(0, 500)),
      loadW: v.exactOptional(between(0, 100_000)),
      pvW: v.exactOptional(between(0, 100_000)),
    }),
    {},
  ),
  /** A car that is plugged in when the controller starts. */
  plugged: v.exactOptional(v.strictObject({ preset: v.exactOptional(CarPresetMessage), car: v.exactOptional(CarMessage) })),
  /** Socket or named pipe of a process that watches pulses and coil commands from outside, relative to this file. */
  witness: v.exactOptional(path),
});

/** A pilot further from ±12 V is a slip of the pen, and could make a car that is not ready look ready. @see CP-01 @see CP-02 */
const HighPoint = v.strictObject({ adcV: between(0, 30), pilotV: between(11, 13) });
const LowPoint = v.strictObject({ adcV: between(0, 30), pilotV: between(-13, -11) });
/** How far a measured supply may lie from the board's. */
const SUPPLY_TOLERANCE = 0.1;

/** A charger that could never offer anything is a mistake, not a charger. @see DC-03 @see DC-08 */
const Ratings = v.pipe(
  v.strictObject({
    hardwareA: v.optional(amps, D.ratings.hardware),
    breakerA: v.optional(between(6, 125), D.ratings.breaker),
    cableA: v.optional(amps, D.ratings.cable),
    continuousFactor: v.optional(v.picklist([0.8, 1]), D.ratings.continuousFactor),
  }),
  v.check(
    (ratings) => ratings.breakerA * ratings.continuousFactor >= LOWEST_OFFER,
    `expected breakerA × continuousFactor to allow the smallest offer, ${LOWEST_OFFER} A`,
  ),
);

const Supply = v.strictObject({
  voltageV: v.optional(between(90, 480), D.supply.volts),
  phases: v.optional(v.picklist([1, 3]), D.supply.phases),
  poles: v.optional(v.picklist([1, 2, 3, 4]), D.supply.poles),
});

const Lease = v.strictObject({
  defaultForMs: v.optional(between(1_000, 3_600_000), D.lease.defaultFor),
  fallbackA: v.optional(v.union([v.literal(0), amps], "expected 0, or 6 to 80"), D.lease.fallback),
});

const WakeUp = v.strictObject({
  method: v.optional(v.picklist(["none", "stateF", "stateE"]), D.wakeUp.method),
  afterMs: v.optional(between(5_000, 3_600_000), D.wakeUp.afterMs),
});

const Temperature = v.pipe(
  v.strictObject({
    sensor: v.optional(v.picklist(["fitted", "notFitted"]), D.temperature.sensor),
    derateHalfC: v.optional(celsius, D.temperature.derateHalf),
    derateQuarterC: v.optional(celsius, D.temperature.derateQuarter),
    stopC: v.optional(celsius, D.temperature.stop),
    restoreC: v.optional(celsius, D.temperature.restore),
  }),
  v.check(
    (t) => t.restoreC < t.derateHalfC && t.derateHalfC < t.derateQuarterC && t.derateQuarterC < t.stopC,
    "expected restoreC < derateHalfC < derateQuarterC < stopC",
  ),
);

const Log = v.strictObject({
  /** A log file is put aside when it reaches this size. */
  fileBytes: v.optional(whole(4_096, 100_000_000), 1_000_000),
  /** Files kept, the one being written included. */
  files: v.optional(whole(2, 100), 4),
});

/** The file of the present version. Everything but `version`, `charger` and `driver` has a default. */
export const ControllerConfigFile = v.strictObject({
  version: v.literal(CONTROLLER_CONFIG_VERSION),
  /** Name of the charger, in every message it sends. */
  charger: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  driver: v.variant("kind", [SimDriver, PigpiodDriver, PigpioDriver]),
  ratings: v.optional(Ratings, {}),
  supply: v.optional(Supply, {}),
  ventilation: v.optional(v.picklist(["none", "interlock"]), D.ventilation),
  groundMonitor: v.optional(v.picklist(["fitted", "notFitted"]), D.groundMonitor),
  autoReset: v.optional(v.boolean(), D.autoReset),
  lease: v.optional(Lease, {}),
  wakeUp: v.optional(WakeUp, {}),
  faultPilot: v.optional(v.picklist(["stateF", "steadyHigh"]), D.faultPilot),
  authorisation: v.optional(v.picklist(["free", "required"]), D.authorisation),
  meter: v.optional(v.picklist(["none", "stopWhenSilent", "capWhenSilent"]), D.meter),
  temperature: v.optional(Temperature, {}),
  startDelayMaxMs: v.optional(between(0, 1_800_000), D.startDelayMax),
  simplifiedCar: v.optional(v.picklist(["trust", "clampTo10A"]), D.simplifiedCar),
  inlet: v.optional(v.picklist(["tethered", "type2Socket"]), D.inlet),
  /** The pilot's divider: its supply as measured, or two points measured at the board; left out, as the board is drawn. */
  pilotSense: v.exactOptional(v.union([v.strictObject({ vccV: between(1, 30) }), v.strictObject({ high: HighPoint, low: LowPoint })])),
  /** Folder for what must survive a restart, and for the log; relative to this file. */
  stateDir: v.optional(path, "."),
  /** The link's socket, relative to this file; worked out from `stateDir` when it is left out. */
  socket: v.exactOptional(path),
  /** Who may connect: the controller's own user, or its group too. */
  access: v.optional(v.picklist(["owner", "group"]), "owner"),
  log: v.optional(Log, {}),
  /** The front panel; left out, there is none. */
  panel: v.exactOptional(PanelFile),
  /** A forked controller with no client ends itself after its lease, its stop and this much more, ms. */
  orphanGraceMs: v.optional(between(0, 3_600_000), 30_000),
});
/** What may be written into the file. */
export type ControllerConfigFile = v.InferInput<typeof ControllerConfigFile>;
type Parsed = v.InferOutput<typeof ControllerConfigFile>;

export type DriverConfig = Parsed["driver"];

export interface ControllerConfig {
  readonly charger: string;
  readonly driver: DriverConfig;
  readonly evse: EvseConfig;
  readonly calibration: PilotCalibration;
  readonly stateDir: string;
  /** Where the link listens: a socket path or the name of a pipe. */
  readonly socket: string;
  readonly access: "owner" | "group";
  readonly log: { readonly fileBytes: number; readonly files: number };
  /** Null without a front panel. */
  readonly panel: PanelConfig | null;
  readonly orphanGrace: Millis;
  /** @see fingerprintOf */
  readonly fingerprint: string;
}

/** Tells two configuration files apart; a controller says in its welcome which one it runs on. */
export const fingerprintOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

type Migration = (file: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** One pure step for each version that ever was: `MIGRATIONS[n]` makes a file of version n + 1 from one of version n. */
const MIGRATIONS: readonly Migration[] = [];

/** The file as the present version would have written it. @throws ConfigError when it has no version or one that this release cannot know. */
export function migrateControllerConfig(
  file: Readonly<Record<string, unknown>>,
  migrations: readonly Migration[] = MIGRATIONS,
  current = CONTROLLER_CONFIG_VERSION,
): Readonly<Record<string, unknown>> {
  const version = file.version;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw new ConfigError(
      "configInvalid",
      `version: expected a whole number from 1 to ${current}, got ${JSON.stringify(version) ?? "nothing"}.`,
    );
  }
  if (version > current) {
    throw new ConfigError(
      "configNewer",
      `The configuration is of version ${version}, this release knows versions up to ${current}; install a newer release, or write the file anew.`,
    );
  }
  return migrations.slice(version - 1).reduce((older, migrate, index) => ({ ...migrate(older), version: version + index + 1 }), file);
}

function evseOf(file: Parsed): EvseConfig {
  const { ratings, supply, lease, wakeUp, temperature } = file;
  return {
    ratings: {
      hardware: Amps(ratings.hardwareA),
      breaker: Amps(ratings.breakerA),
      cable: Amps(ratings.cableA),
      continuousFactor: ratings.continuousFactor,
    },
    supply: { volts: Volts(supply.voltageV), phases: supply.phases, poles: supply.poles },
    ventilation: file.ventilation,
    groundMonitor: file.groundMonitor,
    autoReset: file.autoReset,
    lease: { defaultFor: Millis(lease.defaultForMs), fallback: Amps(lease.fallbackA) },
    wakeUp: { method: wakeUp.method, afterMs: Millis(wakeUp.afterMs) },
    faultPilot: file.faultPilot,
    authorisation: file.authorisation,
    meter: file.meter,
    temperature: {
      sensor: temperature.sensor,
      derateHalf: Celsius(temperature.derateHalfC),
      derateQuarter: Celsius(temperature.derateQuarterC),
      stop: Celsius(temperature.stopC),
      restore: Celsius(temperature.restoreC),
    },
    startDelayMax: Millis(file.startDelayMaxMs),
    simplifiedCar: file.simplifiedCar,
    inlet: file.inlet,
  };
}

/** @throws ConfigError where what was measured cannot be this board's */
function checkPilotSense({ pilotSense, driver }: Parsed): void {
  if (driver.kind === "sim" || pilotSense === undefined) return;
  const { referenceV } = layoutOf(driver).adc;
  if ("high" in pilotSense ? pilotSense.high.adcV > referenceV : Math.abs(pilotSense.vccV / referenceV - 1) > SUPPLY_TOLERANCE)
    throw new ConfigError("configInvalid", `pilotSense: this board's converter has ${referenceV} V; measure again.`);
}

function calibrationOf({ pilotSense, driver }: Parsed): PilotCalibration {
  const drawn = driver.kind === "sim" ? { divider: DEFAULT_DIVIDER, vcc: DEFAULT_VCC } : dividerOf(layoutOf(driver));
  if (pilotSense !== undefined && "high" in pilotSense) {
    const point = (p: { adcV: number; pilotV: number }) => ({ adcV: Volts(p.adcV), pilotV: Volts(p.pilotV) });
    const nominal = driver.kind === "sim" || drawn === null ? null : calibrationOfDivider(drawn);
    return calibrationOfTwoPoints({ high: point(pilotSense.high), low: point(pilotSense.low), nominal });
  }
  if (drawn === null) {
    throw new ConfigError(
      "configInvalid",
      "pilotSense: expected two measured points, because this board's divider is not known: \"j1772 calibrate\" or the charger node's button measures them.",
    );
  }
  return calibrationOfDivider(pilotSense === undefined ? drawn : { ...drawn, vcc: Volts(pilotSense.vccV) });
}

/** @throws ConfigError where the settings claim what the board does not have */
function checkBoard({ driver, supply, groundMonitor, temperature, meter, ventilation, inlet }: Parsed): void {
  if (driver.kind === "sim") return;
  const claims = { poles: supply.poles, groundMonitor, temperatureSensor: temperature.sensor, meter, ventilation, inlet };
  const wrong = disagreements(layoutOf(driver), claims);
  if (wrong.length > 0) throw new ConfigError("configInvalid", `${wrong.join("; ")}.`);
}

/** @throws ConfigError where the board has no place for what is configured */
function panelIn({ panel, driver }: Parsed): PanelConfig | null {
  return panel === undefined ? null : panelOf(panel, driver.kind, driver.kind === "pigpiod" ? layoutOf(driver) : null);
}

/**
 * Reads a configuration file's text.
 * @param folder the file's folder, to which its relative paths refer
 * @throws ConfigError `configNotJson`, `configNewer` or `configInvalid`, naming every field that is wrong
 */
export function parseControllerConfig(text: string, folder: string): ControllerConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError("configNotJson", `Expected JSON: ${(cause as Error).message}.`, { cause });
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) throw new ConfigError("configNotJson", "Expected a JSON object.");
  const parsed = v.safeParse(ControllerConfigFile, migrateControllerConfig(raw as Record<string, unknown>));
  if (!parsed.success) throw new ConfigError("configInvalid", `${explain(parsed.issues)}.`);
  const file = parsed.output;
  checkBoard(file);
  checkPilotSense(file);
  const at = (place: string): string => (isAbsolute(place) || place.startsWith(PIPES) ? place : resolve(folder, place));
  const stateDir = at(file.stateDir);
  return {
    charger: file.charger,
    driver:
      file.driver.kind === "sim" && file.driver.witness !== undefined ? { ...file.driver, witness: at(file.driver.witness) } : file.driver,
    evse: evseOf(file),
    calibration: calibrationOf(file),
    stateDir,
    socket: file.socket === undefined ? linkPath(stateDir, file.charger) : at(file.socket),
    access: file.access,
    log: file.log,
    panel: panelIn(file),
    orphanGrace: Millis(file.orphanGraceMs),
    fingerprint: fingerprintOf(text),
  };
}
