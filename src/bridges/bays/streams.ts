/** Pages that listen, by what they show. Bounded: a flood of listeners is refused, whoever they are. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../http/answer.ts";
import { EventStream, type Timer } from "../http/event-stream.ts";
import type { Keeper, Topic } from "./keeper.ts";

const MOST_PAGES = 2000;
/** Of one channel or one person: a few tabs and phones. */
const MOST_EACH = 20;
const PATIENCE = 10_000;
const BEAT = 20_000;

interface Line {
  readonly stream: EventStream;
  readonly stop: () => void;
}

export class Streams {
  readonly #keeper: Keeper;
  readonly #timer: Timer;
  readonly #lines = new Map<Topic, Line>();
  #pages = 0;

  constructor(keeper: Keeper, timer: Timer) {
    this.#keeper = keeper;
    this.#timer = timer;
  }

  get pages(): number {
    return this.#pages;
  }

  /** @throws Refusal tooManyClients */
  open(topic: Topic, request: IncomingMessage, response: ServerResponse): void {
    if (this.#pages >= MOST_PAGES) throw new Refusal(503, "tooManyClients", "Too many pages are open.", { "Retry-After": "30" });
    // Gone before it was heard: nothing would ever say that it has left.
    if (response.destroyed) return;
    const { stream, stop } = this.#lines.get(topic) ?? this.#newLine(topic);
    stream.open(request, response);
    this.#pages++;
    response.on("close", () => {
      this.#pages--;
      if (stream.clients > 0 || this.#lines.get(topic)?.stream !== stream) return;
      stop();
      stream.close();
      this.#lines.delete(topic);
    });
  }

  close(): void {
    for (const { stream, stop } of this.#lines.values()) {
      stop();
      stream.close();
    }
    this.#lines.clear();
  }

  #newLine(topic: Topic): Line {
    const stream = new EventStream({
      timer: this.#timer,
      mostClients: topic === "board" ? MOST_PAGES : MOST_EACH,
      patienceMs: PATIENCE,
      beatMs: BEAT,
      whole: () => ({ event: "changed", data: {} }),
    });
    const line = { stream, stop: this.#keeper.watch(topic, () => stream.publish({ event: "changed", data: {} })) };
    this.#lines.set(topic, line);
    return line;
  }
}
