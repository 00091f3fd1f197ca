/** A store whose code is loaded when it is first asked: a package that only one kind of store needs hurts only its user. */
import { ConfigError, StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { Removed, RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";
import type { EventQuery, SessionStore } from "#ports/session-store";

/** What a store of ours keeps: sessions, and the documents of shared sites. */
export type WholeStore = SessionStore & DocumentStore;

export class DeferredStore implements SessionStore, DocumentStore {
  readonly #load: () => Promise<WholeStore>;
  #store: Promise<WholeStore> | null = null;
  #closed = false;

  constructor(load: () => Promise<WholeStore>) {
    this.#load = load;
  }

  async append(batch: SessionBatch): Promise<void> {
    await (await this.#loaded()).append(batch);
  }
  async checkpoint(charger: string): Promise<Checkpoint | null> {
    return (await this.#loaded()).checkpoint(charger);
  }
  async session(id: string): Promise<SessionRecord | null> {
    return (await this.#loaded()).session(id);
  }
  async *sessions(query: SessionQuery): AsyncGenerator<readonly SessionRecord[]> {
    yield* (await this.#loaded()).sessions(query);
  }
  async *samples(session: string): AsyncGenerator<readonly SessionSample[]> {
    yield* (await this.#loaded()).samples(session);
  }
  async *events(query: EventQuery): AsyncGenerator<readonly LoggedEvent[]> {
    yield* (await this.#loaded()).events(query);
  }
  async totals(query: TotalsQuery): Promise<readonly Total[]> {
    return (await this.#loaded()).totals(query);
  }
  async retain(policy: RetentionPolicy, at: WallTime): Promise<Removed> {
    return (await this.#loaded()).retain(policy, at);
  }

  async *load(site: string): AsyncGenerator<readonly StoredDocument[]> {
    yield* (await this.#loaded()).load(site);
  }
  async write(site: string, changes: readonly DocumentChange[]): Promise<void> {
    await (await this.#loaded()).write(site, changes);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }

  #loaded(): Promise<WholeStore> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("closed", "The session store was closed."));
    this.#store ??= this.#load().catch((cause) => {
      this.#store = null;
      // Settings that cannot be used need a person; a module that is missing may come.
      if (cause instanceof ConfigError) throw new StoreCorrupt(cause.code, cause.message, { cause });
      throw new StoreUnavailable("notLoaded", `The code for this session store cannot be loaded: ${String(cause)}`, { cause });
    });
    return this.#store;
  }
}
