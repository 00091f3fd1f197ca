/** The TypeScript files of a folder, by their paths from the root of the project. */
import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";

/** @returns paths with `/`, sorted; empty when the folder is not there. */
export function sourceFiles(root: string, folder: string): readonly string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) {
    return [];
  }
  return readdirSync(absolute, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .sort();
}
