/** `npm run bench:sessions`: the stores as they ship, so it builds first. */
import { join } from "node:path";
import { buildIfStale } from "../tools/start/build.ts";

buildIfStale(join(import.meta.dirname, ".."));
await import("./sessions/run.ts");
