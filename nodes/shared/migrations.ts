/** Old flows keep working: a stored node names the version it was written by, and pure steps bring it up to date. */
import { ConfigError } from "#core/errors";

export type Stored = Readonly<Record<string, unknown>>;

/** Step `n` (from 0) turns a node of version `n + 1` into one of version `n + 2`. */
export type Migrations = readonly ((old: Stored) => Stored)[];

/** The version this code writes. */
export const versionAfter = (migrations: Migrations): number => migrations.length + 1;

/**
 * Brings a stored node up to the current version. A node without a version is of version 1.
 * @throws ConfigError badVersion when the version is not one, newerVersion when it was written by a newer package.
 */
export function migrate(stored: Stored, migrations: Migrations): Stored {
  const current = versionAfter(migrations);
  const version = stored.version === undefined ? 1 : Number(stored.version);
  if (!Number.isInteger(version) || version < 1) {
    throw new ConfigError("badVersion", `version: expected 1 to ${current}, got ${String(stored.version).slice(0, 40)}`);
  }
  if (version > current) {
    throw new ConfigError(
      "newerVersion",
      `This node was saved by a newer version of the package (its format is ${version}, this package knows up to ${current}). Update the package.`,
    );
  }
  const upgraded = migrations.slice(version - 1).reduce((node, step) => step(node), stored);
  return { ...upgraded, version: current };
}
