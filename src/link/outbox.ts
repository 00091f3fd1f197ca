/** What waits for a client that reads slowly: every event up to a bound, of the status and the truth only the newest. */
import type { Socket } from "node:net";

/** Bytes handed to the socket before the outbox starts to hold things back. */
const IN_FLIGHT = 65_536;
/** Events kept for a client that does not read; one more and it is dropped. */
const MOST_EVENTS = 256;

export class Outbox {
  readonly #socket: Socket;
  readonly #events: string[] = [];
  #status: string | null = null;
  #truth: string | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** True while the client has not read what it was sent; answer nothing more until then. */
  get isFull(): boolean {
    return this.#socket.writableLength >= IN_FLIGHT;
  }

  reply(line: string): void {
    this.#socket.write(line);
  }

  status(line: string): void {
    if (this.isFull) this.#status = line;
    else this.#socket.write(line);
  }

  truth(line: string): void {
    if (this.isFull) this.#truth = line;
    else this.#socket.write(line);
  }

  /** False when the client is too slow to be told everything. */
  event(line: string): boolean {
    if (!this.isFull && this.#events.length === 0) this.#socket.write(line);
    else if (this.#events.push(line) > MOST_EVENTS) return false;
    return true;
  }

  /** Sends what waited, as far as the client takes it: events in order, then the newest status and truth. */
  flush(): void {
    let sent = 0;
    for (const line of this.#events) {
      if (this.isFull) break;
      this.#socket.write(line);
      sent += 1;
    }
    this.#events.splice(0, sent);
    if (this.#status !== null && !this.isFull) {
      this.#socket.write(this.#status);
      this.#status = null;
    }
    if (this.#truth !== null && !this.isFull) {
      this.#socket.write(this.#truth);
      this.#truth = null;
    }
  }
}
