/** Reads the configuration file from the disk. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError } from "#core/errors";
import { type ControllerConfig, parseControllerConfig } from "#link/controller-config";

/** A configuration's text. @throws ConfigError `configMissing` whose message begins with the path */
export function configText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError("configMissing", `${path}: cannot be read: ${(cause as Error).message}.`, { cause });
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
