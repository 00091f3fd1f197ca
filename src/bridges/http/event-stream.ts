/**
 * Server-sent events to whoever listens. Clients are few and bounded; one that does not read is told only the newest when it reads again,
 * and is let go when it does not.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "./answer.ts";
import { BARE_SECURITY_HEADERS } from "./security-headers.ts";

/** Calls `then` once after `ms`. @returns what calls it off. */
export interface Timer {
  after(ms: number, then: () => void): () => void;
}

export interface EventStreamOptions {
  readonly timer: Timer;
  /** Browsers that may listen at once. */
  readonly mostClients: number;
  /** How long a client that does not read is waited for, ms. */
  readonly patienceMs: number;
  /** Something is sent at least this often, so that a client knows the line is alive, ms. */
  readonly beatMs: number;
  /** Everything a client must know to begin with, or to catch up. */
  readonly whole: () => StreamEvent;
}

export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A browser tries again after this long, ms. */
const RETRY = 1500;

const framed = ({ event, data }: StreamEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

interface Client {
  readonly response: ServerResponse;
  /** Set while it does not read: what lets it go. */
  giveUp: (() => void) | null;
}

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #clients = new Set<Client>();
  #cancelBeat: (() => void) | null = null;
  #closed = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Takes a client on; it hears the whole at once. @throws Refusal tooManyClients. */
  open(request: IncomingMessage, response: ServerResponse): void {
    if (this.#closed || this.#clients.size >= this.#options.mostClients) {
      throw new Refusal(
        503,
        "tooManyClients",
        `At most ${this.#options.mostClients} pages can listen at once. Close one, or try again later.`,
        {
          "Retry-After": "30",
        },
      );
    }
    if (response.destroyed) return;
    const client: Client = { response, giveUp: null };
    this.#clients.add(client);
    response.on("close", () => this.#drop(client));
    response.on("error", () => this.#drop(client));
    request.socket?.setNoDelay(true);
    response.writeHead(200, {
      ...BARE_SECURITY_HEADERS,
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    this.#write(client, `retry: ${RETRY}\n\n${framed(this.#options.whole())}`);
    if (this.#cancelBeat === null) this.#beat();
  }

  publish(event: StreamEvent): void {
    if (this.#clients.size === 0) return;
    const text = framed(event);
    for (const client of this.#clients) this.#write(client, text);
  }

  /** Ends every stream; browsers come back by themselves. */
  close(): void {
    this.#closed = true;
    this.#cancelBeat?.();
    for (const { response, giveUp } of this.#clients) {
      giveUp?.();
      response.end();
    }
    this.#clients.clear();
  }

  #write(client: Client, text: string): void {
    if (client.giveUp !== null || client.response.write(text)) return;
    client.giveUp = this.#options.timer.after(this.#options.patienceMs, () => client.response.destroy());
    client.response.once("drain", () => {
      client.giveUp?.();
      client.giveUp = null;
      if (this.#clients.has(client)) this.#write(client, framed(this.#options.whole()));
    });
  }

  #drop(client: Client): void {
    client.giveUp?.();
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#cancelBeat?.();
    this.#cancelBeat = null;
  }

  #beat(): void {
    this.#cancelBeat = this.#options.timer.after(this.#options.beatMs, () => {
      this.publish({ event: "beat", data: {} });
      this.#beat();
    });
  }
}
