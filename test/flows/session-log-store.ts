/** A store in memory that a test can look into and make refuse. */
import type { SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { EventQuery } from "#ports/session-store";
import { MemoryStore } from "#store/memory";
import type { StoreHandle, StoreHealth, StoreListener } from "../../nodes/shared/store-handle.ts";

export class SmallStore extends MemoryStore {
  /** Newest revision of each session that was appended. */
  readonly records = new Map<string, SessionRecord>();
  /** All that was appended, in that order. */
  readonly kept = { samples: [] as SessionSample[], events: [] as LoggedEvent[], checkpoints: [] as Checkpoint[] };
  /** What the store answers with from now on, instead of doing as it is told. */
  refuses: Error | null = null;
  /** What it has counted, whatever it keeps; null to let it count. */
  counts: readonly Total[] | null = null;
  readonly asked: TotalsQuery[] = [];

  override async append(batch: SessionBatch): Promise<void> {
    this.#mayRefuse();
    await super.append(batch);
    for (const { id } of batch.records) {
      const kept = await super.session(id);
      if (kept !== null) this.records.set(id, kept);
    }
    this.kept.samples.push(...batch.samples);
    this.kept.events.push(...batch.events);
    this.kept.checkpoints.push(...batch.checkpoints);
  }

  override async checkpoint(charger: string): Promise<Checkpoint | null> {
    this.#mayRefuse();
    return super.checkpoint(charger);
  }

  override async session(id: string): Promise<SessionRecord | null> {
    this.#mayRefuse();
    return super.session(id);
  }

  override sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
    return this.#unlessRefused(super.sessions(query));
  }

  override samples(session: string): AsyncIterable<readonly SessionSample[]> {
    return this.#unlessRefused(super.samples(session));
  }

  override events(query: EventQuery): AsyncIterable<readonly LoggedEvent[]> {
    return this.#unlessRefused(super.events(query));
  }

  override async totals(query: TotalsQuery): Promise<readonly Total[]> {
    this.#mayRefuse();
    this.asked.push(query);
    return this.counts ?? super.totals(query);
  }

  async *#unlessRefused<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
    this.#mayRefuse();
    yield* pages;
  }

  #mayRefuse(): void {
    if (this.refuses !== null) throw this.refuses;
  }
}

/** The store as the nodes get it. */
export class SmallHandle implements StoreHandle {
  readonly name = "small";
  readonly store = new SmallStore();
  readonly timeZone: string = "Europe/Berlin";
  readonly currency = "EUR";
  health: StoreHealth = { state: "open", why: null, waiting: 0 };
  readonly listeners = new Set<StoreListener>();

  announce(record: SessionRecord): void {
    for (const { session } of this.listeners) session?.(record);
  }

  listen(listener: StoreListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  become(health: StoreHealth): void {
    this.health = health;
    for (const { health: hear } of this.listeners) hear?.(health);
  }
}
