/** Pages that listen, by what they show. Bounded: a flood of listeners is refused, whoever they are, and one address leaves room for others. */
import { Refusal } from "../http/answer.ts";
import { EventStream, type Timer } from "../http/event-stream.ts";
import type { Keeper, Topic } from "./keeper.ts";
import type { Visit } from "./visit.ts";

const MOST_PAGES = 2000;
/** From behind one address: a whole office with two tabs each. */
const MOST_FROM_ONE_ADDRESS = 200;
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
  readonly #pagesFrom = new Map<string, number>();
  #pages = 0;

  constructor(keeper: Keeper, timer: Timer) {
    this.#keeper = keeper;
    this.#timer = timer;
  }

  get pages(): number {
    return this.#pages;
  }

  /** @throws Refusal tooManyClients */
  open(topic: Topic, visit: Visit): void {
    const { request, response } = visit;
    const { addressBlock } = visit.scanner();
    const fromThere = this.#pagesFrom.get(addressBlock) ?? 0;
    if (this.#pages >= MOST_PAGES || fromThere >= MOST_FROM_ONE_ADDRESS)
      throw new Refusal(503, "tooManyClients", "Too many pages are open.", { "Retry-After": "30" });
    // Gone before it was heard: nothing would ever say that it has left.
    if (response.destroyed) return;
    const { stream, stop } = this.#lines.get(topic) ?? this.#newLine(topic);
    stream.open(request, response);
    this.#pages++;
    this.#pagesFrom.set(addressBlock, fromThere + 1);
    response.on("close", () => {
      this.#left(addressBlock);
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

  #left(addressBlock: string): void {
    this.#pages--;
    const others = (this.#pagesFrom.get(addressBlock) ?? 1) - 1;
    if (others === 0) this.#pagesFrom.delete(addressBlock);
    else this.#pagesFrom.set(addressBlock, others);
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
