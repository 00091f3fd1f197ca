/** The virtual Pi on the network: the daemon's socket, and a control line beside it. Real time drives it. */
import { createServer, type Server, type Socket } from "node:net";
import { ControlLine } from "./control-line.ts";
import { Session } from "./session.ts";
import type { VirtualPi } from "./virtual-pi.ts";

/** A client that has not read this much will not, bytes. */
const UNREAD_BYTES = 1_000_000;
/** The host's timers are no finer, ms. */
const FINEST_MS = 1;
/** What is due sooner is waited for, up to so long, ms: a client that asks one thing at a time would wait a timer for each. */
const SOON_MS = 0.02;
const WAITED_MS = 0.1;
/** It looks at least this often, so that the world goes on while nobody asks, ms. */
const AT_LEAST_EVERY_MS = 50;

/** The machine's monotonic clock, the same in every process on it, ms. */
export const machineMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Port of the control line; 0 takes any free one, null has none. */
  readonly controlPort: number | null;
  /** Addresses to listen on. The daemon with `-l` listens on ::1. */
  readonly hosts?: readonly string[];
}

export class VirtualPiServer {
  readonly #pi: VirtualPi;
  readonly #options: ServerOptions;
  readonly #sessions = new Set<Session>();
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];
  #timer: NodeJS.Timeout | null = null;
  #dueMs = Number.POSITIVE_INFINITY;
  #worstLateMs = 0;
  #port = 0;
  #controlPort: number | null = null;

  constructor(pi: VirtualPi, options: ServerOptions) {
    this.#pi = pi;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  get controlPort(): number | null {
    return this.#controlPort;
  }

  /** Listens on every address that this machine has. @throws Error when none can be had */
  async listen(): Promise<void> {
    const { port, controlPort, hosts = ["127.0.0.1", "::1"] } = this.#options;
    this.#port = await this.#open(hosts, port, (socket) => this.#serve(socket));
    if (controlPort !== null) this.#controlPort = await this.#open(hosts, controlPort, (socket) => this.#control(socket));
    this.#turn();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** One port on all addresses; those that the machine does not have are left out, but one must be there. */
  async #open(hosts: readonly string[], wanted: number, serve: (socket: Socket) => void): Promise<number> {
    let port = wanted;
    let failure: unknown = null;
    let opened = 0;
    for (const host of hosts) {
      try {
        port = await this.#listenOn(host, port, serve);
        opened += 1;
      } catch (error) {
        failure = error;
      }
    }
    if (opened === 0) throw failure;
    return port;
  }

  #listenOn(host: string, port: number, serve: (socket: Socket) => void): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      serve(socket);
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        this.#servers.push(server);
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  #serve(socket: Socket): void {
    const session = new Session(this.#pi, (bytes) => {
      if (socket.writableLength > UNREAD_BYTES) socket.destroy();
      else socket.write(bytes);
    });
    this.#sessions.add(session);
    socket.on("data", (bytes) => {
      this.#catchUp();
      try {
        session.receive(bytes);
      } catch {
        socket.destroy();
      }
      this.#turn();
    });
    socket.on("close", () => {
      this.#catchUp();
      session.close();
      this.#sessions.delete(session);
    });
  }

  #control(socket: Socket): void {
    const line = new ControlLine(
      this.#pi,
      (text) => socket.write(text),
      () => this.#takeLateness(),
    );
    socket.setEncoding("utf8").on("data", (text: string) => {
      // What arrived on other connections before is carried out before.
      setImmediate(() => {
        this.#catchUp();
        line.receive(text);
        this.#turn();
      });
    });
  }

  #catchUp(): void {
    this.#pi.agenda.runUntil(machineMs());
  }

  /** Lets happen what is due, sends what was answered, and comes back when something is due again. */
  #turn(): void {
    const startedMs = machineMs();
    this.#worstLateMs = Math.max(this.#worstLateMs, startedMs - this.#dueMs);
    do this.#catchUp();
    while (this.#pi.agenda.nextAt - machineMs() < SOON_MS && machineMs() - startedMs < WAITED_MS);
    for (const session of this.#sessions) session.flush();
    if (this.#timer !== null) clearTimeout(this.#timer);
    const wait = Math.min(AT_LEAST_EVERY_MS, Math.max(FINEST_MS, this.#pi.agenda.nextAt - machineMs()));
    this.#dueMs = machineMs() + wait;
    this.#timer = setTimeout(() => this.#turn(), wait);
  }

  /** How late this process came to what was due, at worst, since that was last asked, ms: what no real Pi would do. */
  #takeLateness(): number {
    const worst = this.#worstLateMs;
    this.#worstLateMs = 0;
    return worst;
  }
}
