/** Where sessions are kept. One contract suite (`src/store/contract.ts`) holds every store to this. */
import type { Removed, RetentionPolicy, SessionQuery, TimeRange, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";

export interface EventQuery extends TimeRange {
  readonly charger: string | null;
  readonly session: string | null;
}

/**
 * Every promise rejects with StoreUnavailable when the store cannot be reached (try again later) and with StoreCorrupt when it can be
 * reached and is not what it should be (a person is needed). Long answers come in pages, so that neither side holds them whole.
 */
export interface SessionStore {
  /**
   * Takes over a batch, all of it or nothing; durable when it resolves. Idempotent: of a record the highest revision stays, a sample is
   * kept once for each session and time, an event once for its id, a checkpoint when it is not older. Energy of a session never shrinks.
   */
  append(batch: SessionBatch): Promise<void>;
  /** Null for a charger that has none. */
  checkpoint(charger: string): Promise<Checkpoint | null>;
  session(id: string): Promise<SessionRecord | null>;
  sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]>;
  /** In the order of time. */
  samples(session: string): AsyncIterable<readonly SessionSample[]>;
  /** In the order of time. */
  events(query: EventQuery): AsyncIterable<readonly LoggedEvent[]>;
  /** One for each period and group in which anything happened, in the order of time; for "all" exactly one for each group. */
  totals(query: TotalsQuery): Promise<readonly Total[]>;
  /** @param at wall time from which ages count. Never touches an open session. */
  retain(policy: RetentionPolicy, at: WallTime): Promise<Removed>;
  close(): Promise<void>;
}
