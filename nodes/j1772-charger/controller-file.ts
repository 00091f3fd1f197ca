/** The form's settings as the file a controller starts from, and where its files live. */
import { join, resolve } from "node:path";
import { ConfigError } from "#core/errors";
import { CONTROLLER_CONFIG_VERSION, type ControllerConfigFile, parseControllerConfig } from "#link/controller-config";
import { linkPath } from "#link/link-path";
import { fittedOn, layoutOf, type PiDriver, readPiDriver } from "#link/pi-driver";
import type { ConfigOf } from "../shared/fields.ts";
import { type ChargerNode, INTERLOCK_FIELDS } from "./j1772-charger.schema.ts";
import { panelSettings } from "./panel-settings.ts";

export type ChargerConfig = ConfigOf<typeof ChargerNode.fields>;

/** Everything of one charger is in one folder: settings, state, log, socket. */
export interface ControllerFiles {
  readonly folder: string;
  readonly config: string;
  readonly socket: string;
}

/** A node inside a subflow has an id with characters of its own; a folder name takes only these. */
const safe = (id: string): string => id.replace(/[^A-Za-z0-9_-]/g, "_");

export function controllerFiles(userDir: string, id: string): ControllerFiles {
  const folder = join(resolve(userDir), "j1772", safe(id));
  return {
    folder,
    config: join(folder, "controller.json"),
    socket: linkPath(folder, "controller"),
  };
}

/** "host", "host:port" or "[address]:port"; nothing is this machine. @throws ConfigError */
export function daemonAt(address: string): { host?: string; port?: number } {
  if (address === "") return {};
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new ConfigError(
      "badField",
      `daemonAddress: expected host, host:port or [address]:port, got "${address}". Open the node and correct it.`,
    );
  }
  return port === undefined ? { host } : { host, port: Number(port) };
}

export function customLayout({ board, customPins }: Pick<ChargerConfig, "board" | "customPins">): { layout?: unknown } {
  if (board !== "custom") return {};
  try {
    return { layout: JSON.parse(customPins) };
  } catch (cause) {
    throw new ConfigError(
      "badField",
      `customPins: expected the pins as JSON (${(cause as Error).message}). Open the node and correct it.`,
      { cause },
    );
  }
}

/** @throws ConfigError naming what is missing: an interlock that nobody answers for, a pin that is two things */
function piDriver(config: ChargerConfig, kind: PiDriver["kind"]): PiDriver {
  return readPiDriver({
    kind,
    preset: config.board,
    interlocks: INTERLOCK_FIELDS.filter((name) => config[name]) satisfies PiDriver["interlocks"],
    ...customLayout(config),
    ...(kind === "pigpiod" ? daemonAt(config.daemonAddress) : {}),
  });
}

/** The pilot's two measured points. @throws ConfigError when only some of the four values are there */
function pilotSense({ highAdcV, highPilotV, lowAdcV, lowPilotV }: ChargerConfig): Pick<ControllerConfigFile, "pilotSense"> {
  if (highAdcV === null && highPilotV === null && lowAdcV === null && lowPilotV === null) return {};
  if (highAdcV === null || highPilotV === null || lowAdcV === null || lowPilotV === null) {
    throw new ConfigError("badField", "highAdcV, highPilotV, lowAdcV, lowPilotV: expected all four or none. Open the node and correct it.");
  }
  return { pilotSense: { high: { adcV: highAdcV, pilotV: highPilotV }, low: { adcV: lowAdcV, pilotV: lowPilotV } } };
}

/** What differs from charger to charger by its hardware. */
function hardwareOf(config: ChargerConfig): Pick<ControllerConfigFile, "driver" | "groundMonitor" | "meter" | "inlet" | "pilotSense"> & {
  readonly poles: 1 | 2 | 3 | 4;
  readonly temperatureSensor: "fitted" | "notFitted";
} {
  if (config.driver !== "pigpiod" && config.driver !== "pigpio") {
    const { poles, groundMonitor, meter, inlet, temperatureSensor } = config;
    return { driver: { kind: "sim" }, poles, groundMonitor, meter, inlet, temperatureSensor };
  }
  const driver = piDriver(config, config.driver);
  return { driver, ...fittedOn(layoutOf(driver)), meter: "none", inlet: "tethered", ...pilotSense(config) };
}

/**
 * The text of the controller's file.
 * @throws ConfigError naming what does not fit together, so that no controller is started in vain.
 */
export function controllerFileText(config: ChargerConfig, files: ControllerFiles): string {
  const { poles, temperatureSensor, ...hardware } = hardwareOf(config);
  const file: ControllerConfigFile = {
    version: CONTROLLER_CONFIG_VERSION,
    charger: config.name,
    ...hardware,
    ratings: {
      hardwareA: config.hardwareA,
      breakerA: config.breakerA,
      cableA: config.cableA,
      continuousFactor: config.continuousPercent === 80 ? 0.8 : 1,
    },
    supply: { voltageV: config.volts, phases: config.phases, poles },
    ventilation: config.ventilation,
    autoReset: config.autoReset,
    lease: { defaultForMs: config.leaseS * 1000, fallbackA: config.fallbackA },
    wakeUp: { method: config.wakeUp, afterMs: config.wakeUpAfterS * 1000 },
    faultPilot: config.faultPilot,
    authorisation: config.authorisation,
    temperature: {
      sensor: temperatureSensor,
      derateHalfC: config.derateHalfC,
      derateQuarterC: config.derateQuarterC,
      stopC: config.stopC,
      restoreC: config.restoreC,
    },
    startDelayMaxMs: config.startDelayMaxS * 1000,
    simplifiedCar: config.simplifiedCar,
    ...panelSettings(config),
    socket: files.socket,
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  parseControllerConfig(text, files.folder);
  return text;
}
