/** Reads the configuration file from the disk. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError } from "#core/errors";
import { type ControllerConfig, parseControllerConfig } from "#link/controller-config";

/** What came instead of a file's text, and what to do, by the system's code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "found no file; check the path",
  ENOTDIR: "found no file; check the path",
  EISDIR: "found a folder; name the file in it",
  EACCES: "this user may not read them; let it, or run this as one who may",
};

/** A configuration's text. @throws ConfigError `configMissing` whose message begins with the path */
export function configText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? `cannot read them: ${message}`;
    throw new ConfigError("configMissing", `${path}: expected a controller's settings, ${reason}.`, { cause });
  }
}

/** @throws ConfigError whose message begins with the file's path: `configMissing` when it cannot be read, or as `parseControllerConfig` says. */
export function loadControllerConfig(file: string): ControllerConfig {
  const path = resolve(file);
  const text = configText(path);
  try {
    return parseControllerConfig(text, dirname(path));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}
