/** Ports of this machine. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Listens on 127.0.0.1 for a moment. @returns true when nobody else listens on 127.0.0.1:`port`. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Below the ports that systems give to outgoing connections: one of those may be gone before anybody listens there. */
const LEAST = 20_000;
const BELOW = 32_000;
const TRIES = 100;

/** A port that nobody has. @throws Error when there is none. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(LEAST, BELOW);
    if (await isFree(port)) return port;
  }
  throw new Error(`expected a free port on 127.0.0.1 from ${LEAST} to ${BELOW - 1}, found none in ${TRIES} tries`);
}
