/** The one folder of a demo: Node-RED's settings, its flows, and the charger's files. */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const SETTINGS_FILE = "settings.js";
export const FLOWS_FILE = "flows.json";
/** Node-RED's own words while it runs. */
export const LOG_FILE = "node-red.log";
/** Where each charger keeps its files. */
export const CHARGER_FOLDER = "j1772";
/** Flows that `--fresh` put aside. */
const KEPT_FLOWS = "flows.before-fresh.json";

const settings = (secret: string): string => `/** Settings of the demo's Node-RED. Yours to change: written once, never overwritten. */
module.exports = {
  uiHost: "127.0.0.1",
  flowFile: "${FLOWS_FILE}",
  flowFilePretty: true,
  credentialSecret: "${secret}",
  // Nothing here asks the network: no update checks, no palette installs.
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false }, modules: { allowInstall: false } },
  editorTheme: { tours: false, palette: { catalogues: [] } },
  runtimeState: { enabled: true, ui: false },
  diagnostics: { enabled: true, ui: true },
  logging: { console: { level: "info", metrics: false, audit: false } },
};
`;

/**
 * Makes the folder ready: what is missing is written, what is there stays as it is.
 * With `fresh` the example and a charger without history are put in place; the flows that were there are kept beside it.
 * @returns whether the example was put in place.
 */
export function prepareFolder(folder: string, example: string, fresh: boolean): boolean {
  mkdirSync(folder, { recursive: true });
  const settingsFile = join(folder, SETTINGS_FILE);
  const isNew = !existsSync(settingsFile);
  if (isNew && readdirSync(folder).length > 0) {
    throw new Error(`${folder}: expected an empty folder or one that npm start made, found other files. Choose another with --dir.`);
  }
  if (isNew) {
    writeFileSync(settingsFile, settings(randomBytes(24).toString("hex")), { mode: 0o600 });
    writeFileSync(join(folder, "package.json"), '{ "name": "j1772-demo", "private": true }\n');
  }
  const flows = join(folder, FLOWS_FILE);
  if (fresh && existsSync(flows)) {
    renameSync(flows, join(folder, KEPT_FLOWS));
    rmSync(join(folder, CHARGER_FOLDER), { recursive: true, force: true });
  }
  if (existsSync(flows)) {
    return false;
  }
  copyFileSync(example, flows);
  return true;
}
