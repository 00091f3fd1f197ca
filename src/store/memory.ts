/** A store in memory: for tests, and for what need not be kept. It is the plainest one that keeps the contract. */
import { StoreUnavailable } from "#core/errors";
import type { Removed, RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { totalsOf } from "#core/session/totals";
import type { WallTime } from "#core/units/units";
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";
import type { EventQuery, SessionStore } from "#ports/session-store";
import { isWithin, matches } from "./filter.ts";
import { MemoryDocuments } from "./memory-documents.ts";
import { mergedRecord, replacesCheckpoint } from "./merge.ts";
import { superfluousTimes } from "./thinning.ts";

const ITEMS_A_PAGE = 200;

export class MemoryStore implements SessionStore, DocumentStore {
  readonly #documents = new MemoryDocuments();
  readonly #records = new Map<string, SessionRecord>();
  /** By session and time. */
  readonly #samples = new Map<string, Map<number, SessionSample>>();
  readonly #events = new Map<string, LoggedEvent>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  #closed = false;

  async append(batch: SessionBatch): Promise<void> {
    this.#checkOpen();
    const { records, samples, events, checkpoints } = structuredClone(batch);
    if (events.some(({ type }) => type === null)) throw new TypeError("an event without a type");
    for (const record of records) {
      const kept = this.#records.get(record.id);
      this.#records.set(record.id, kept === undefined ? record : mergedRecord(kept, record));
    }
    for (const sample of samples) {
      const known = this.#samples.get(sample.session) ?? new Map<number, SessionSample>();
      this.#samples.set(sample.session, known);
      if (!known.has(sample.at)) known.set(sample.at, sample);
    }
    for (const event of events) if (!this.#events.has(event.id)) this.#events.set(event.id, event);
    for (const checkpoint of checkpoints) {
      const kept = this.#checkpoints.get(checkpoint.charger);
      if (kept === undefined || replacesCheckpoint(checkpoint, kept)) this.#checkpoints.set(checkpoint.charger, checkpoint);
    }
  }

  async checkpoint(charger: string): Promise<Checkpoint | null> {
    this.#checkOpen();
    return this.#checkpoints.get(charger) ?? null;
  }

  async session(id: string): Promise<SessionRecord | null> {
    this.#checkOpen();
    return this.#records.get(id) ?? null;
  }

  async *sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
    this.#checkOpen();
    const sign = query.order === "newest" ? -1 : 1;
    const ordered = this.#matching(query).sort((a, b) => sign * (a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1)));
    yield* pagesOf(ordered.slice(0, query.limit ?? ordered.length));
  }

  async *samples(session: string): AsyncIterable<readonly SessionSample[]> {
    this.#checkOpen();
    yield* pagesOf(this.#samplesOf(session));
  }

  async *events(query: EventQuery): AsyncIterable<readonly LoggedEvent[]> {
    this.#checkOpen();
    const wanted = [...this.#events.values()].filter(
      (event) =>
        isWithin(event.at, query) &&
        (query.charger === null || event.charger === query.charger) &&
        (query.session === null || event.session === query.session),
    );
    yield* pagesOf(wanted.sort((a, b) => a.at - b.at));
  }

  async totals(query: TotalsQuery): Promise<readonly Total[]> {
    this.#checkOpen();
    return totalsOf(
      query,
      this.#matching(query).map((record) => ({ record, samples: this.#samplesOf(record.id) })),
    );
  }

  async retain(policy: RetentionPolicy, at: WallTime): Promise<Removed> {
    this.#checkOpen();
    const removed = { samples: 0, events: 0, sessions: 0 };
    const beforeOf = (age: number | null): number => (age === null ? Number.NEGATIVE_INFINITY : at - age);
    const isOpen = (id: string | null): boolean => id !== null && this.#records.get(id)?.endedAt === null;
    for (const { id, startedAt, endedAt } of [...this.#records.values()]) {
      if (endedAt === null || Math.max(startedAt, endedAt) >= beforeOf(policy.dropSessionsAfterMs)) continue;
      removed.sessions += 1;
      removed.samples += this.#samples.get(id)?.size ?? 0;
      this.#records.delete(id);
      this.#samples.delete(id);
      removed.events += this.#dropEvents((event) => event.session === id);
    }
    removed.events += this.#dropEvents((event) => event.at < beforeOf(policy.dropEventsAfterMs) && !isOpen(event.session));
    for (const [id, samples] of this.#samples) {
      if (!this.#records.has(id) || isOpen(id)) continue;
      const old = [...samples.keys()].filter((time) => time < beforeOf(policy.dropSamplesAfterMs));
      for (const time of old) samples.delete(time);
      const times = [...samples.keys()].sort((a, b) => a - b);
      const superfluous = superfluousTimes(times, beforeOf(policy.thinSamplesAfterMs));
      for (const time of superfluous) samples.delete(time);
      removed.samples += old.length + superfluous.length;
    }
    return removed;
  }

  load(site: string): AsyncIterable<readonly StoredDocument[]> {
    this.#checkOpen();
    return this.#documents.load(site);
  }

  async write(site: string, changes: readonly DocumentChange[]): Promise<void> {
    this.#checkOpen();
    await this.#documents.write(site, changes);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("closed", "The store in memory was closed.");
  }

  #matching(query: Parameters<typeof matches>[1]): SessionRecord[] {
    return [...this.#records.values()].filter((record) => matches(record, query));
  }

  #samplesOf(session: string): readonly SessionSample[] {
    return [...(this.#samples.get(session)?.values() ?? [])].sort((a, b) => a.at - b.at);
  }

  #dropEvents(goes: (event: LoggedEvent) => boolean): number {
    const going = [...this.#events.values()].filter(goes);
    for (const { id } of going) this.#events.delete(id);
    return going.length;
  }
}

function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += ITEMS_A_PAGE) yield items.slice(at, at + ITEMS_A_PAGE);
}
