/** The form's settings as the file a controller starts from, and where its files live. */
import { join, resolve } from "node:path";
import { CONTROLLER_CONFIG_VERSION, type ControllerConfigFile, parseControllerConfig } from "#link/controller-config";
import { linkPath } from "#link/link-path";
import type { ConfigOf } from "../shared/fields.ts";
import type { ChargerNode } from "./j1772-charger.schema.ts";

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

/**
 * The text of the controller's file.
 * @throws ConfigError naming what does not fit together, so that no controller is started in vain.
 */
export function controllerFileText(config: ChargerConfig, files: ControllerFiles): string {
  const file: ControllerConfigFile = {
    version: CONTROLLER_CONFIG_VERSION,
    charger: config.name,
    driver: { kind: "sim" },
    ratings: {
      hardwareA: config.hardwareA,
      breakerA: config.breakerA,
      cableA: config.cableA,
      continuousFactor: config.continuousPercent === 80 ? 0.8 : 1,
    },
    supply: { voltageV: config.volts, phases: config.phases, poles: config.poles },
    ventilation: config.ventilation,
    groundMonitor: config.groundMonitor,
    autoReset: config.autoReset,
    lease: { defaultForMs: config.leaseS * 1000, fallbackA: config.fallbackA },
    wakeUp: { method: config.wakeUp, afterMs: config.wakeUpAfterS * 1000 },
    faultPilot: config.faultPilot,
    authorisation: config.authorisation,
    meter: config.meter,
    temperature: {
      sensor: config.temperatureSensor,
      derateHalfC: config.derateHalfC,
      derateQuarterC: config.derateQuarterC,
      stopC: config.stopC,
      restoreC: config.restoreC,
    },
    startDelayMaxMs: config.startDelayMaxS * 1000,
    simplifiedCar: config.simplifiedCar,
    inlet: config.inlet,
    socket: files.socket,
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  parseControllerConfig(text, files.folder);
  return text;
}
