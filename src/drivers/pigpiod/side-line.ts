/**
 * A line to the daemon for what hangs beside the charger. The daemon serves each connection by a thread of its own, so a chip that hangs
 * the bus holds up this line and no other.
 */
import { DriverUnavailable } from "#core/errors";
import { COMMAND, errorText } from "#pi/protocol/commands";
import { encodeRequest, type Reply, words } from "#pi/protocol/frames";
import type { SideLine } from "#ports/side-line";
import { DaemonLine, findDaemon, LOOPBACKS, reach } from "./daemon-line.ts";

/** An answer that has not come after this does not come, ms: the kernel itself gives a bus a second. */
const ANSWERED_WITHIN = 2_000;
/** Steps of software PWM. */
const PWM_STEPS = 255;

export interface SideLineOptions {
  /** Null tries this machine's own addresses. */
  readonly host: string | null;
  readonly port: number;
  readonly bus: number;
}

/** @throws DriverUnavailable `daemonUnreachable`, or the socket's error */
export async function openSideLine({ host, port, bus }: SideLineOptions): Promise<SideLine> {
  const place = await findDaemon(host === null ? LOOPBACKS : [host], port);
  const socket = await reach(place);
  return new PigpiodSideLine((onLost) => new DaemonLine(socket, onLost), bus);
}

class PigpiodSideLine implements SideLine {
  readonly #line: DaemonLine;
  readonly #bus: number;
  /** What is told to everybody who waits when the line is lost. */
  readonly #waiting = new Set<(why: DriverUnavailable) => void>();
  #lost: DriverUnavailable | null = null;

  constructor(connect: (onLost: (why: string) => void) => DaemonLine, bus: number) {
    this.#line = connect((why) => this.#lose(`the pigpio daemon is gone (${why})`));
    this.#bus = bus;
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    await this.#transfer(address, (handle) => encodeRequest(COMMAND.I2CWD, handle, 0, bytes));
  }

  async read(address: number, register: number, count: number): Promise<Uint8Array> {
    const { data } = await this.#transfer(address, (handle) => encodeRequest(COMMAND.I2CRI, handle, register, words(count)));
    if (data.length < count)
      throw new DriverUnavailable("chipSilent", `chip ${hex(address)} on I2C bus ${this.#bus} gave ${data.length} of ${count} bytes`);
    return new Uint8Array(data);
  }

  async drive(gpio: number, share: number): Promise<void> {
    const request =
      share > 0 && share < 1
        ? encodeRequest(COMMAND.PWM, gpio, Math.round(share * PWM_STEPS))
        : encodeRequest(COMMAND.WRITE, gpio, share < 1 ? 0 : 1);
    const [reply] = await this.#ask(request);
    if (reply.result < 0)
      throw new DriverUnavailable("pinRefused", `the pigpio daemon refuses GPIO ${gpio} with ${errorText(reply.result)}`);
  }

  close(): void {
    this.#lost ??= new DriverUnavailable("lineLost", "the line was closed");
    this.#line.close();
  }

  /**
   * One transfer with a handle of its own, given back with it: the daemon keeps the handles of a process that was killed, and has few.
   * @throws DriverUnavailable `chipSilent`, `lineLost`
   */
  async #transfer(address: number, request: (handle: number) => Uint8Array): Promise<Reply> {
    const [opened] = await this.#ask(encodeRequest(COMMAND.I2CO, this.#bus, address, words(0)));
    if (opened.result < 0)
      throw new DriverUnavailable(
        "chipSilent",
        `the pigpio daemon has no I2C bus ${this.#bus} (${errorText(opened.result)}): switch it on with "dtparam=i2c_arm=on"`,
      );
    const [reply] = await this.#ask(request(opened.result), encodeRequest(COMMAND.I2CC, opened.result));
    if (reply.result < 0)
      throw new DriverUnavailable(
        "chipSilent",
        `chip ${hex(address)} on I2C bus ${this.#bus} does not answer (${errorText(reply.result)})`,
      );
    return reply;
  }

  /** Sends requests together. @returns the answer to the first, when all are answered. @throws DriverUnavailable `lineLost` */
  #ask(...requests: readonly Uint8Array[]): Promise<readonly [Reply, ...Reply[]]> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) return reject(this.#lost);
      const replies: Reply[] = [];
      const timer = setTimeout(() => this.#lose(`no answer within ${ANSWERED_WITHIN} ms`), ANSWERED_WITHIN);
      timer.unref();
      const fail = (why: DriverUnavailable): void => {
        clearTimeout(timer);
        reject(why);
      };
      this.#waiting.add(fail);
      const hear = (reply: Reply): void => {
        replies.push(reply);
        const [first, ...more] = replies;
        if (first === undefined || replies.length < requests.length) return;
        clearTimeout(timer);
        this.#waiting.delete(fail);
        resolve([first, ...more]);
      };
      this.#line.send(Buffer.concat(requests), ...requests.map(() => hear));
    });
  }

  #lose(why: string): void {
    if (this.#lost !== null) return;
    this.#lost = new DriverUnavailable("lineLost", why);
    this.#line.close();
    for (const fail of this.#waiting) fail(this.#lost);
    this.#waiting.clear();
  }
}

const hex = (address: number): string => `0x${address.toString(16)}`;
