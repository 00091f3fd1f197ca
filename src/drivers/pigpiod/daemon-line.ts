/** One connection to the daemon: requests go out at once, replies come back in their order. */
import { connect, type Socket } from "node:net";
import { DriverUnavailable } from "#core/errors";
import { commandName, errorText } from "#pi/protocol/commands";
import { encodeRequest, HEADER_BYTES, type Reply, replyReader } from "#pi/protocol/frames";

/** Where the daemon may listen when nobody says: with `-l` it takes ::1 where there is one, and not 127.0.0.1. */
export const LOOPBACKS = ["::1", "127.0.0.1"] as const;

const CONNECT_WITHIN = 1_000;
const HANGS_UP_WITHIN = 2_000;

export interface Place {
  readonly host: string;
  readonly port: number;
}

export const placeText = ({ host, port }: Place): string => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

/** A connected socket. @throws the socket's error, or a time-out */
export function reach({ host, port }: Place, within = CONNECT_WITHIN): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${within} ms`)), within);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** Ends a connection; what was sent before still arrives. A daemon that hangs never ends its side. */
export function hangUp(socket: Socket): void {
  socket.end();
  socket.unref();
  const timer = setTimeout(() => socket.destroy(), HANGS_UP_WITHIN);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}

/** The first of `hosts` where something listens. @throws DriverUnavailable `daemonUnreachable` */
export async function findDaemon(hosts: readonly string[], port: number): Promise<Place> {
  const tried: string[] = [];
  for (const host of hosts) {
    const place = { host, port };
    try {
      (await reach(place)).destroy();
      return place;
    } catch (error) {
      tried.push(`${placeText(place)}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
    }
  }
  throw new DriverUnavailable(
    "daemonUnreachable",
    `Expected the pigpio daemon, nobody answers (${tried.join(", ")}). Start it ("sudo pigpiod -l", or its systemd service), or correct host and port.`,
  );
}

export class DaemonLine {
  readonly #socket: Socket;
  readonly #reader = replyReader();
  #waiting: { readonly command: number; readonly hear: (reply: Reply) => void }[] = [];
  #taken = 0;
  #isLost = false;

  /** @param onLost called once, unless the line was closed here */
  constructor(socket: Socket, onLost: (why: string) => void) {
    this.#socket = socket;
    const lose = (why: string): void => {
      if (this.#isLost) return;
      this.#isLost = true;
      socket.destroy();
      onLost(why);
    };
    socket.on("data", (bytes) => {
      try {
        this.#reader.feed(bytes, (reply) => this.#take(reply));
      } catch (error) {
        lose(`it does not speak pigpio: ${(error as Error).message}`);
      }
    });
    socket.on("error", (error) => lose(error.message));
    socket.on("close", () => lose("it hung up"));
  }

  /** Sends requests as they are, with what hears each reply, in order. */
  send(bytes: Uint8Array, ...heard: readonly ((reply: Reply) => void)[]): void {
    if (this.#isLost) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (const hear of heard) {
      this.#waiting.push({ command: view.getUint32(at, true), hear });
      at += HEADER_BYTES + view.getUint32(at + 12, true);
    }
    this.#socket.write(bytes);
  }

  /** Asks one thing. @returns its result, an error being negative */
  ask(command: number, p1 = 0, p2 = 0, extension?: Uint8Array): Promise<Reply> {
    return new Promise((resolve) => this.send(encodeRequest(command, p1, p2, extension), resolve));
  }

  /** As `ask`, for what must succeed. @throws DriverUnavailable `daemonRefuses` with `what` it was for */
  async demand(what: string, command: number, p1 = 0, p2 = 0, extension?: Uint8Array): Promise<Reply> {
    const reply = await this.ask(command, p1, p2, extension);
    if (reply.result >= 0) return reply;
    const asked = `${commandName(command) ?? command} ${p1} ${p2}`;
    throw new DriverUnavailable("daemonRefuses", `${what}: the pigpio daemon refuses "${asked}" with ${errorText(reply.result)}.`);
  }

  /** Ends it; what was sent before still arrives. */
  close(): void {
    this.#isLost = true;
    hangUp(this.#socket);
  }

  #take(reply: Reply): void {
    const asked = this.#waiting[this.#taken];
    // One answer for another would turn a clock's tick into levels of pins.
    if (asked?.command !== reply.command)
      throw new RangeError(`expected an answer to ${asked?.command ?? "nothing"}, got one to ${reply.command}`);
    this.#taken += 1;
    if (this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
    }
    asked.hear(reply);
  }
}
