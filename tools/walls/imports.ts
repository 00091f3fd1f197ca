/** Laws of import: who may import whom, as `.dependency-cruiser.mjs` says. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import type { Violation } from "./violation.ts";

const FOLDERS = ["src", "nodes", "tools", "bench", "test"];

/**
 * Reads every import under `root` and holds it against the laws.
 * @returns what breaks a law; empty when nothing does.
 */
export async function findForbiddenImports(root: string, laws: string): Promise<readonly Violation[]> {
  const options = await extractDepcruiseOptions(laws);
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, { ...options, baseDir: root });
  if (typeof output === "string") {
    throw new Error(`dependency-cruiser: expected a result object, got text: ${output.slice(0, 200)}`);
  }
  if (output.summary.totalCruised === 0) {
    throw new Error(`dependency-cruiser: expected files under ${root}, found none; the laws were not checked`);
  }
  return output.summary.violations.map((violation) => ({
    law: violation.rule.name,
    where: violation.from,
    what: `imports ${violation.cycle?.map((step) => step.name).join(" → ") ?? violation.to}`,
  }));
}
