/** Which release this is. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version in the nearest package.json above this file, in sources and in the build; "unknown" when there is none. */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
    if (dirname(folder) === folder) return "unknown";
  }
}
