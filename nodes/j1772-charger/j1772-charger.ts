import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "#core/errors";
import { connectLink } from "#link/client";
import type { ChargerHandle } from "../shared/charger-handle.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { Calibrations } from "./calibration.ts";
import { checkHardware, type Hardware, startCalibration } from "./calibration-process.ts";
import { type AdminRed, serveCalibrations } from "./calibration-routes.ts";
import type { ChargerFacts } from "./charger.ts";
import { type ChargerSettings, Chargers, type Log } from "./chargers.ts";
import { type ChargerConfig, controllerFiles, controllerFileText } from "./controller-file.ts";
import { ChargerNode } from "./j1772-charger.schema.ts";
import { ProcessLauncher } from "./process-launcher.ts";

const chargers = new Chargers(systemScheduler);

/** Registers the configuration node that is one charger. */
export default function register(RED: AdminRed): void {
  const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
  const calibrations = new Calibrations<Hardware>({
    scheduler: systemScheduler,
    statusOf: (id) => chargers.get(id)?.status ?? null,
    hold: (id) => chargers.hold(id),
    check: checkHardware,
    start: (id, hardware) => startCalibration(userDir, id, hardware),
  });
  serveCalibrations(RED, calibrations);

  RED.nodes.registerType(ChargerNode.type, function (this: FlowNode & { charger: ChargerHandle | null }, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    this.charger = null;
    try {
      const config = readConfig(ChargerNode.fields, raw, ChargerNode.migrations);
      this.charger = chargers.take(this.id, settingsOf(this, config, userDir));
    } catch (error) {
      this.error(error as Error);
      void chargers.drop(this.id);
    }

    // Closed but not removed is mostly a deployment, or the end of Node-RED: the session goes on, for as long as its lease.
    this.on("close", (removed, done) => {
      if (removed) {
        calibrations.end(this.id);
        void chargers.drop(this.id);
      } else {
        chargers.rest(this.id);
      }
      done();
    });
  });
}

function settingsOf(node: FlowNode, config: ChargerConfig, userDir: string): ChargerSettings {
  const facts: ChargerFacts = { name: config.name, supply: { volts: config.volts, phases: config.phases } };
  const log: Log = (text, level) => (level === "info" ? node.log(text) : node.warn(text));
  const connectTo = (socket: string) => (seen: string | undefined) => connectLink(socket, { client: "Node-RED", seen });
  if (config.driver === "service") {
    if (config.socketPath === "") throw new ConfigError("badField", "socketPath: expected the path of the service's socket, got nothing.");
    const keeper = { connect: connectTo(config.socketPath), launcher: null, scheduler: systemScheduler };
    return { facts, key: `service ${config.socketPath}`, keeper, log };
  }
  const files = controllerFiles(userDir, node.id);
  const text = controllerFileText(config, files);
  const keeper = { connect: connectTo(files.socket), launcher: new ProcessLauncher(files, text), scheduler: systemScheduler };
  return { facts, key: text, keeper, log };
}
