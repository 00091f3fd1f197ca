/** Puts two measured points into a controller's file: all of it or nothing, and nothing that a controller would refuse. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { parseControllerConfig } from "#link/controller-config";
import type { Points } from "#pi/calibration";
import { readJson } from "./target.ts";

/** @throws ConfigError when a controller would not start from it, or the system's error; the file is as it was then */
export function savePoints(file: string, { high, low }: Points): void {
  const text = `${JSON.stringify({ ...readJson(file), pilotSense: { high, low } }, null, 2)}\n`;
  parseControllerConfig(text, dirname(file));
  const { mode } = statSync(file);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(beside, "w", mode);
    try {
      writeSync(handle, text);
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
