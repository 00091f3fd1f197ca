/** One client's connection: its requests wait their turn and are carried out one after another, each in the time it takes. */
import { COMMAND } from "#pi/protocol/commands";
import { encodeReply, type Request, requestReader } from "#pi/protocol/frames";
import type { Actor } from "./agenda.ts";
import type { VirtualPi } from "./virtual-pi.ts";

/** Replies are handed on together when they come to this much, bytes. */
const TOGETHER = 4096;

export class Session implements Actor {
  nextAt = Number.POSITIVE_INFINITY;
  readonly #pi: VirtualPi;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #reader = requestReader();
  #queue: Request[] = [];
  #taken = 0;
  #replies: Uint8Array[] = [];
  #replyBytes = 0;
  /** The stream of reports this connection has become; null while it is none. */
  #reports: number | null = null;

  constructor(pi: VirtualPi, send: (bytes: Uint8Array) => void) {
    this.#pi = pi;
    this.#send = send;
    pi.agenda.add(this);
  }

  /** Bytes that arrived now. @throws RangeError when they are no requests */
  receive(bytes: Uint8Array): void {
    this.#reader.feed(bytes, (request) => this.#queue.push({ ...request, extension: new Uint8Array(request.extension) }));
    if (this.nextAt === Number.POSITIVE_INFINITY) this.#scheduleAfter(this.#pi.agenda.clock.ms);
  }

  act(at: number): void {
    const request = this.#queue[this.#taken];
    if (request === undefined) return;
    this.#taken += 1;
    if (this.#taken === this.#queue.length) {
      this.#queue = [];
      this.#taken = 0;
    }
    this.#answer(request);
    this.#scheduleAfter(at);
  }

  /** Sends what has been answered. */
  flush(): void {
    if (this.#replies.length === 0) return;
    const bytes = Buffer.concat(this.#replies);
    this.#replies = [];
    this.#replyBytes = 0;
    this.#send(bytes);
  }

  /** The client is gone. What it set stays as it is. */
  close(): void {
    this.#pi.agenda.remove(this);
    if (this.#reports !== null) this.#pi.notifier.close(this.#reports);
  }

  #scheduleAfter(at: number): void {
    const request = this.#queue[this.#taken];
    this.nextAt = request === undefined ? Number.POSITIVE_INFINITY : at + this.#pi.durationMs(request);
  }

  #answer(request: Request): void {
    const answer = request.command === COMMAND.NOIB ? this.#openReports() : this.#pi.execute(request);
    const reply = typeof answer === "number" ? encodeReply(request, answer) : encodeReply(request, answer.length, answer);
    this.#put(reply);
  }

  #openReports(): number {
    this.#reports = this.#pi.notifier.open((report) => this.#put(report));
    return this.#reports;
  }

  #put(bytes: Uint8Array): void {
    this.#replies.push(bytes);
    this.#replyBytes += bytes.length;
    if (this.#replyBytes >= TOGETHER) this.flush();
  }
}
