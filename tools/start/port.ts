/** Whether a port of this machine can be had. */
import { createServer } from "node:net";

/** @returns true when nobody listens on 127.0.0.1:`port`. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
