/**
 * Keeps a site's desk: reads it from the store at start, and after each turn writes what changed, delivers what is to be told and wakes
 * the pages that show something new. A turn itself never waits; what could not be written is tried again, newest state first and last.
 */
import { type Chance, Desk } from "#core/bays/desk";
import type { Change, Effects } from "#core/bays/notice";
import type { Moment } from "#core/bays/site";
import type { DocumentStore } from "#ports/document-store";
import { type Delivery, deliveriesOf } from "./delivery.ts";
import { readDocument, writtenChange } from "./documents.ts";
import type { Secrets } from "./secrets.ts";
import type { SiteFacts } from "./site-facts.ts";

export interface KeeperWorld {
  readonly store: DocumentStore;
  /** Under which the store keeps this site's documents. */
  readonly collection: string;
  readonly secrets: Secrets;
  readonly chance: Chance;
  readonly now: () => Moment;
  /** @returns what calls it off */
  readonly after: (ms: number, then: () => void) => () => void;
  readonly deliver: (delivery: Delivery) => void;
  /** Something an operator should know, in words. */
  readonly problem: (text: string) => void;
}

/** What a page watches. */
export type Topic = "board" | `person ${string}` | `channel ${string}`;

/** Offers and reminders are due to the second; nothing here is quicker. */
const TICK = 1000;
/** A store that is away is asked again after this long, ms. */
const RETRY = 5000;

export class Keeper {
  readonly site: SiteFacts;
  readonly secrets: Secrets;
  readonly #world: KeeperWorld;
  readonly #desk: Desk;
  readonly #watchers = new Map<Topic, Set<() => void>>();
  #unwritten = new Map<string, Change>();
  #writing: Promise<void> | null = null;
  #cancelTick: () => void = () => {};
  #cancelRetry: () => void = () => {};
  #closed = false;

  constructor(site: SiteFacts, world: KeeperWorld) {
    this.site = site;
    this.secrets = world.secrets;
    this.#world = world;
    this.#desk = new Desk(site.plans, world.chance, world.now(), site.rules);
  }

  /** Takes up what was kept, then lets time pass. @throws what the store throws */
  async open(): Promise<void> {
    let strange = 0;
    for await (const page of this.#world.store.load(this.#world.collection)) {
      for (const document of page) {
        const kept = readDocument(document);
        if (kept === null) strange++;
        else this.#desk.restore(kept, this.#world.now());
      }
    }
    if (strange > 0) this.#world.problem(`${strange} kept documents could not be read and were left alone.`);
    this.#tick();
  }

  now(): Moment {
    return this.#world.now();
  }

  /** Looks at the desk without changing it. */
  look<T>(look: (desk: Desk, now: Moment) => T): T {
    return look(this.#desk, this.#world.now());
  }

  /** Does something at the desk, and sees to everything that follows. */
  turn<T>(action: (desk: Desk, now: Moment) => T): T {
    const result = action(this.#desk, this.#world.now());
    const effects = this.#desk.take();
    this.#settle(effects);
    this.#tell(effects);
    return result;
  }

  /** As `turn`, for a stranger: whoever hears of it is told after the stranger was answered, who must not see by the time whether anybody did. */
  turnForStranger<T>(action: (desk: Desk, now: Moment) => T): T {
    const result = action(this.#desk, this.#world.now());
    const effects = this.#desk.take();
    this.#settle(effects);
    setImmediate(() => this.#tell(effects));
    return result;
  }

  /** Calls `wake` after each turn that changed what the topic shows. @returns stops it */
  watch(topic: Topic, wake: () => void): () => void {
    const watchers = this.#watchers.get(topic) ?? new Set();
    this.#watchers.set(topic, watchers.add(wake));
    return () => {
      watchers.delete(wake);
      if (watchers.size === 0 && this.#watchers.get(topic) === watchers) this.#watchers.delete(topic);
    };
  }

  /** Resolves when nothing waits to be written, or the store has just refused. */
  async written(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Writes what is left. What the store does not take now is lost to it, and said. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTick();
    this.#cancelRetry();
    this.#write();
    await this.written();
    if (this.#unwritten.size > 0) this.#world.problem(`${this.#unwritten.size} changes could not be written before the end.`);
  }

  #tick(): void {
    if (this.#closed) return;
    this.#cancelTick = this.#world.after(TICK, () => {
      this.turn((desk, now) => desk.tick(now));
      this.#tick();
    });
  }

  #tell({ notices }: Effects): void {
    for (const notice of notices) {
      for (const delivery of deliveriesOf(notice, this.#desk, this.site, this.secrets, this.#world.now())) this.#world.deliver(delivery);
    }
  }

  #settle({ changes, touched }: Effects): void {
    for (const change of changes) this.#unwritten.set(`${change.kind} ${change.id}`, change);
    if (changes.length > 0) this.#write();
    if (touched.board) this.#wake("board");
    for (const person of touched.persons) this.#wake(`person ${person}`);
    for (const channel of touched.channels) this.#wake(`channel ${channel}`);
  }

  #wake(topic: Topic): void {
    for (const wake of [...(this.#watchers.get(topic) ?? [])]) wake();
  }

  /** One write at a time; what changes meanwhile goes with the next. */
  #write(): void {
    if (this.#writing !== null || this.#unwritten.size === 0) return;
    const batch = this.#unwritten;
    this.#unwritten = new Map();
    this.#cancelRetry();
    this.#writing = this.#world.store
      .write(this.#world.collection, [...batch.values()].map(writtenChange))
      .then(
        () => true,
        (error: unknown) => {
          this.#unwritten = new Map([...batch, ...this.#unwritten]);
          this.#world.problem(
            `${batch.size} changes could not be written and will be tried again: ${error instanceof Error ? error.message : error}`,
          );
          return false;
        },
      )
      .then((isWritten) => {
        this.#writing = null;
        if (isWritten) this.#write();
        else if (!this.#closed) this.#cancelRetry = this.#world.after(RETRY, () => this.#write());
      });
  }
}
