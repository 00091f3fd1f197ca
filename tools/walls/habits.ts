/** Laws of habit that no linter keeps: short files, no test narrowed or switched off, no compiler silenced, addons loaded by their driver alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceFiles } from "./source-files.ts";
import type { Violation } from "./violation.ts";

const FOLDERS = ["src", "nodes", "tools", "bench", "test"];
/** Longest source file, lines. */
export const LONGEST_FILE = 400;

const NARROWED_TEST = /^\s*(?:(?:describe|it|context|specify)\.(?:only|skip)\b|x(?:it|describe)\()/;
const SILENCED = /\/[/*]\s*(?:@ts-(?:ignore|expect-error|nocheck)|biome-ignore|c8 ignore)/;
/** A call that loads an addon for a Pi's pins, by whatever name. */
const LOADS_ADDON = /\b(?:require|import|load)\w*(?:\.\w+)?\(\s*["'`](?:pigpio|spi-device)["'`]/;
const SHIPPED = /^(?:src|nodes)\/(?!.*\.test\.ts$)/;
const ADDON_DRIVER = "src/drivers/pigpio/";

/** @returns each broken habit under `root`. */
export function findBadHabits(root: string): readonly Violation[] {
  return FOLDERS.flatMap((folder) => sourceFiles(root, folder)).flatMap((file) => habitsOf(file, readFileSync(join(root, file), "utf8")));
}

function habitsOf(file: string, text: string): Violation[] {
  const lines = text.trimEnd().split("\n");
  const found: Violation[] = [];
  if (lines.length > LONGEST_FILE) {
    found.push({ law: "files-are-short", where: file, what: `has ${lines.length} lines, at most ${LONGEST_FILE} are wanted` });
  }
  for (const [index, line] of lines.entries()) {
    if (NARROWED_TEST.test(line)) {
      found.push({ law: "every-test-runs", where: `${file}:${index + 1}`, what: line.trim() });
    }
    if (LOADS_ADDON.test(line) && SHIPPED.test(file) && !file.startsWith(ADDON_DRIVER)) {
      found.push({ law: "addons-have-one-driver", where: `${file}:${index + 1}`, what: line.trim() });
    }
    if (SILENCED.test(line)) {
      found.push({ law: "no-check-is-silenced", where: `${file}:${index + 1}`, what: line.trim() });
    }
  }
  return found;
}
