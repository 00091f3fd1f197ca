/** Ports of this machine. */
import { createServer } from "node:net";

/** Listens on 127.0.0.1 for a moment. @returns the port that was had, or null when it could not be. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(null));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}

/** @returns true when nobody listens on 127.0.0.1:`port`. */
export const isFree = async (port: number): Promise<boolean> => (await tryPort(port)) !== null;

/** A port that nobody has. @throws Error when there is none. */
export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === null) {
    throw new Error("expected a free port on 127.0.0.1, found none");
  }
  return port;
}
