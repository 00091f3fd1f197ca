/** Sessions in PostgreSQL: many chargers, sites and writers in one database. */
import type { Removed, RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";
import type { EventQuery, SessionStore } from "#ports/session-store";
import { appendBatch } from "./append.ts";
import { Connection, type Patience } from "./connection.ts";
import { documentPages, writeDocuments } from "./documents.ts";
import { migrateTo } from "./migrations/schema.ts";
import { checkpointOf, eventPages, samplePages, sessionById, sessionPages } from "./read.ts";
import { retain } from "./retain.ts";
import { totals } from "./totals.ts";

export class PostgresStore implements SessionStore, DocumentStore {
  readonly #connection: Connection;
  #ready: Promise<void> | null = null;

  /**
   * Connects when first asked, makes or renews its tables then, and connects again whenever it must.
   * @param url `postgres://user:password@host:port/database?schema=NAME`; the schema is `j1772` unless named. Neither kept nor shown.
   * @throws ConfigError for a URL that is none
   */
  constructor(url: string, patience?: Patience) {
    this.#connection = new Connection(url, patience);
  }

  async append(batch: SessionBatch): Promise<void> {
    const { schema } = await this.#opened();
    await this.#connection.transaction((asker) => appendBatch(asker, schema, batch));
  }

  async checkpoint(charger: string): Promise<Checkpoint | null> {
    const connection = await this.#opened();
    return checkpointOf(connection, connection.schema, charger);
  }

  async session(id: string): Promise<SessionRecord | null> {
    const connection = await this.#opened();
    return sessionById(connection, connection.schema, id);
  }

  async *sessions(query: SessionQuery): AsyncGenerator<readonly SessionRecord[]> {
    const connection = await this.#opened();
    yield* sessionPages(connection, connection.schema, query);
  }

  async *samples(session: string): AsyncGenerator<readonly SessionSample[]> {
    const connection = await this.#opened();
    yield* samplePages(connection, connection.schema, session);
  }

  async *events(query: EventQuery): AsyncGenerator<readonly LoggedEvent[]> {
    const connection = await this.#opened();
    yield* eventPages(connection, connection.schema, query);
  }

  async totals(query: TotalsQuery): Promise<readonly Total[]> {
    return totals(await this.#opened(), query);
  }

  async retain(policy: RetentionPolicy, at: WallTime): Promise<Removed> {
    return retain(await this.#opened(), policy, at);
  }

  async *load(site: string): AsyncGenerator<readonly StoredDocument[]> {
    const connection = await this.#opened();
    yield* documentPages(connection, connection.schema, site);
  }

  async write(site: string, changes: readonly DocumentChange[]): Promise<void> {
    const { schema } = await this.#opened();
    await this.#connection.transaction((asker) => writeDocuments(asker, schema, site, changes));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** The tables are looked after once; where that failed, the next question tries again. */
  async #opened(): Promise<Connection> {
    this.#ready ??= migrateTo(this.#connection);
    try {
      await this.#ready;
    } catch (failure) {
      this.#ready = null;
      throw failure;
    }
    return this.#connection;
  }
}
