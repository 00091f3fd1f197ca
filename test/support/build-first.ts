/** Processes and browsers run what was built: a suite that starts them builds first. */
import { join } from "node:path";
import { buildIfStale } from "../../tools/start/build.ts";

export function mochaGlobalSetup(): void {
  buildIfStale(join(import.meta.dirname, "../.."));
}
