/** A web server with nothing behind it: what a process of this kind takes by itself. */
import { once } from "node:events";
import { createServer } from "node:http";

const server = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
await once(server, "listening");
process.on("message", () => {
  globalThis.gc?.();
  process.send?.({ residentMiB: process.memoryUsage().rss / 2 ** 20 });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port: 0, members: [] });
