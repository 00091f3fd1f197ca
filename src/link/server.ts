/**
 * The controller's end of the link: a Unix socket or a named pipe on which clients are heard in turn.
 * However much they send, the server works on it for about a millisecond at a time, so that the safety loop keeps its beat (F-33).
 */
import { createServer, type Server, type Socket } from "node:net";
import { StoreUnavailable } from "#core/errors";
import { Connection, type LinkHost } from "./connection.ts";
import { encodeFrame } from "./framing.ts";
import type { EventMessage, StatusMessage } from "./messages.ts";
import type { TruthMessage } from "./sim-truth.ts";

/** Longest the server works on frames before it lets the event loop turn, ms. */
const TURN = 1;
const MOST_CLIENTS = 32;
/** Connections beyond this are dropped by the operating system's side, without a word. */
const MOST_SOCKETS = 64;
/** Events remembered for clients that come back. */
const REMEMBERED_EVENTS = 256;

const codeOf = (error: unknown): string | undefined => (error instanceof Error && "code" in error ? String(error.code) : undefined);

export interface LinkServerOptions {
  /** Socket path or name of a pipe. Who may connect is up to the path's owner. */
  readonly path: string;
  readonly host: Omit<LinkHost, "eventsSince">;
}

export class LinkServer {
  readonly #options: LinkServerOptions;
  readonly #host: LinkHost;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  /** Connections that may have something to take, in the order they are served. */
  readonly #ready = new Set<Connection>();
  readonly #events: { readonly id: string; readonly line: string }[] = [];
  #turnComing = false;

  constructor(options: LinkServerOptions) {
    this.#options = options;
    const host = options.host;
    this.#host = {
      welcome: () => host.welcome(),
      status: () => host.status(),
      truth: () => host.truth(),
      request: (request, client) => host.request(request, client),
      eventsSince: (id) => this.#eventsSince(id),
    };
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = MOST_SOCKETS;
  }

  /** Clients that said hello. */
  get clients(): number {
    let clients = 0;
    for (const connection of this.#connections) if (connection.client !== null) clients += 1;
    return clients;
  }

  /** @throws StoreUnavailable `socketTaken` when the path is in use, `socketUnavailable` when it cannot be used. */
  listen(): Promise<void> {
    const { path } = this.#options;
    return new Promise<void>((resolve, reject) => {
      const refuse = (cause: Error): void => {
        const taken = codeOf(cause) === "EADDRINUSE";
        reject(
          new StoreUnavailable(
            taken ? "socketTaken" : "socketUnavailable",
            taken ? `Another controller listens on ${path}.` : `Cannot listen on ${path}: ${cause.message}.`,
            { cause },
          ),
        );
      };
      this.#server.once("error", refuse);
      this.#server.listen(path, () => {
        this.#server.off("error", refuse);
        this.#server.on("error", () => {});
        resolve();
      });
    });
  }

  publishStatus(status: StatusMessage): void {
    if (this.#connections.size === 0) return;
    const line = encodeFrame({ frame: "status", status });
    for (const connection of this.#connections) connection.sendStatus(line);
  }

  publishEvent(event: EventMessage): void {
    const line = encodeFrame({ frame: "event", event });
    this.#events.push({ id: event.id, line });
    if (this.#events.length > REMEMBERED_EVENTS) this.#events.shift();
    for (const connection of this.#connections) connection.sendEvent(line);
  }

  /** Sends what `truth` gives to those who follow it; does not ask when nobody does. */
  publishTruth(truth: () => TruthMessage | null): void {
    let line: string | null = null;
    for (const connection of this.#connections) {
      if (!connection.followsTruth) continue;
      if (line === null) {
        const known = truth();
        if (known === null) return;
        line = encodeFrame({ frame: "truth", truth: known });
      }
      connection.sendTruth(line);
    }
  }

  /** Says goodbye to everyone and gives the path back. */
  async close(reason: string): Promise<void> {
    for (const connection of this.#connections) connection.hangUp("shuttingDown", reason);
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection = new Connection(
      socket,
      this.#host,
      () => this.#wake(connection),
      () => {
        this.#connections.delete(connection);
        this.#ready.delete(connection);
      },
    );
    this.#connections.add(connection);
    if (this.#connections.size > MOST_CLIENTS) {
      connection.hangUp("tooManyClients", `${MOST_CLIENTS} clients are connected; close one first.`);
    }
  }

  #wake(connection: Connection): void {
    this.#ready.add(connection);
    if (this.#turnComing) return;
    this.#turnComing = true;
    setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#turnComing = false;
    const until = performance.now() + TURN;
    for (const connection of this.#ready) {
      this.#ready.delete(connection);
      // Put back at the end: everyone is served before anyone is served again.
      if (connection.takeOne()) this.#ready.add(connection);
      if (performance.now() >= until) break;
    }
    const [next] = this.#ready;
    if (next !== undefined) this.#wake(next);
  }

  #eventsSince(id: string): readonly string[] {
    const seen = this.#events.findIndex((event) => event.id === id);
    return this.#events.slice(seen + 1).map((event) => event.line);
  }
}
