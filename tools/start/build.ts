/** Builds what is not up to date. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Compiles what changed; a second or so when nothing did. @throws Error when something does not compile; the compiler has said what. */
export function buildIfStale(project: string): void {
  execFileSync(process.execPath, [join(project, "tools/build.ts")], { cwd: project, stdio: ["ignore", "inherit", "inherit"] });
}
