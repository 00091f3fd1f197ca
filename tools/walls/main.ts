/** `npm run walls`: holds the tree against the laws of import, purity and habit. Exit code 1 when one is broken. */
import { join } from "node:path";
import { findBadHabits } from "./habits.ts";
import { findForbiddenImports } from "./imports.ts";
import { findImpurities } from "./purity.ts";

const root = join(import.meta.dirname, "../..");
const imports = await findForbiddenImports(root, join(root, ".dependency-cruiser.mjs"));
const broken = [...imports, ...findImpurities(root), ...findBadHabits(root)];

for (const { law, where, what } of broken) {
  console.error(`${law}: ${where} ${what}`);
}
console.log(broken.length === 0 ? "The walls stand." : `${broken.length} broken.`);
process.exitCode = broken.length === 0 ? 0 : 1;
