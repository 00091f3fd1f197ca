/**
 * The controller's end of the link: a Unix socket or a named pipe on which clients are heard in turn.
 * However much they send, the server works on it for about a millisecond at a time, so that the safety loop keeps its beat (F-33).
 */
import { chmodSync, lstatSync, mkdirSync, type Stats, statSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { ConfigError, StoreUnavailable } from "#core/errors";
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
/** A live controller accepts at once; one that is stopped has its backlog accept for it. */
const PROBE = 1_000;

const OWNER_ONLY = 0o600;
const OWNER_AND_GROUP = 0o660;
const PRIVATE_FOLDER = 0o700;

const codeOf = (error: unknown): string | undefined => (error instanceof Error && "code" in error ? String(error.code) : undefined);

/** True when something accepts connections on `path`. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PROBE, () => settle(true));
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}

export interface LinkServerOptions {
  readonly path: string;
  readonly host: Omit<LinkHost, "eventsSince">;
  /** Who may connect: the controller's own user, or its group too. Nobody else ever. */
  readonly access: "owner" | "group";
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

  /** @throws StoreUnavailable when another controller answers there or the socket cannot be made; ConfigError when the path cannot be a socket. */
  async listen(): Promise<void> {
    const { path, access } = this.#options;
    const isFile = process.platform !== "win32";
    if (isFile) await makeRoom(path);
    await new Promise<void>((resolve, reject) => {
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
    if (isFile) chmodSync(path, access === "group" ? OWNER_AND_GROUP : OWNER_ONLY);
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

/** Makes the folder for a socket and removes what a dead controller left there. */
async function makeRoom(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  checkFolder(dirname(path));
  const found = lstatOrNull(path);
  if (found === null) return;
  if (!found.isSocket()) throw new ConfigError("notASocket", `${path} is there and is not a socket; choose another path or remove it.`);
  if (await answers(path)) throw new StoreUnavailable("socketTaken", `Another controller listens on ${path}.`);
  unlinkSync(path);
}

/** A folder that others may write to lets them put their own socket in the place of ours, unless it is sticky like /tmp. */
function checkFolder(folder: string): void {
  const { mode } = statSync(folder);
  const writableByOthers = (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
  if (writableByOthers)
    throw new ConfigError("openFolder", `Everyone may write to ${folder}; choose a private folder for the link's socket.`);
}

function lstatOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
