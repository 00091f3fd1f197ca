/** Puts two measured points into a controller's file: all of it or nothing, and nothing that a controller would refuse. */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { StoreUnavailable } from "#core/errors";
import { parseControllerConfig } from "#link/controller-config";
import type { Points } from "#pi/calibration";
import { readJson, withInterlocks } from "./target.ts";

/** Nobody measures for nothing. @throws StoreUnavailable where the file could not be replaced */
export function mustBeSaveable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StoreUnavailable(
      "notSaveable",
      `Expected to be allowed to write in ${dirname(file)}, this user is not: run this as its owner (sudo), or without --config to see the values only.`,
      { cause },
    );
  }
}

/** @throws ConfigError when a controller would not start from it, the word for the interlocks aside, or the system's error; the file is as it was then */
export function savePoints(file: string, { high, low }: Points): void {
  const settings = { ...readJson(file), pilotSense: { high, low } };
  parseControllerConfig(JSON.stringify(withInterlocks(settings).answered), dirname(file));
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const { mode, uid, gid } = statSync(file);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(beside, "w", mode);
    try {
      writeSync(handle, text);
      // Whoever reads it goes on being allowed to, where root calibrates for a service's user.
      if (process.getuid?.() === 0) fchownSync(handle, uid, gid);
      fchmodSync(handle, mode & 0o777);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
