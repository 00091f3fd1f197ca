/** What is let go by age, in short steps, so that a batch never waits long behind them. An open session is never touched. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Removed, RetentionPolicy } from "#core/session/question";
import type { WallTime } from "#core/units/units";
import { superfluousTimes } from "../thinning.ts";
import { OPEN_END, type Row } from "./rows.ts";
import { inTransaction } from "./transaction.ts";

/** What one step takes on at most. */
const EVENTS_A_STEP = 1_000;
const SESSIONS_A_STEP = 4;

/** In this order: what goes as a whole need not be thinned before. */
const STAGES = ["sessions", "events", "samples", "thin"] as const;
type Stage = (typeof STAGES)[number];

/** How far it has come: the stage, and the session that was last looked at in it. */
export type RetentionMark = readonly [stage: number, after: number];

export interface RetentionStep {
  readonly removed: Removed;
  /** Null when nothing is left to do. */
  readonly next: RetentionMark | null;
}

const NOTHING: Removed = { samples: 0, events: 0, sessions: 0 };
const CLOSED = `revision IS NOT NULL AND ended < ${OPEN_END}`;
const IN_TURN = `number > ? ORDER BY number LIMIT ${SESSIONS_A_STEP}`;

export class Retention {
  readonly #db: DatabaseSync;
  readonly #endedBefore: StatementSync;
  readonly #sampledBefore: StatementSync;
  readonly #notThinned: StatementSync;
  readonly #times: StatementSync;
  readonly #setThinned: StatementSync;
  readonly #dropSession: StatementSync;
  readonly #dropEventsOf: StatementSync;
  readonly #dropEvents: StatementSync;
  readonly #dropSamples: StatementSync;
  readonly #dropSample: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#endedBefore = db.prepare(`SELECT number, id, revision FROM session
      WHERE (${CLOSED} AND max(ended, started) < ?1 OR revision IS NULL AND base < ?1) AND ${IN_TURN.replace("?", "?2")}`);
    this.#sampledBefore = db.prepare(`SELECT number, base FROM session
      WHERE ${CLOSED} AND EXISTS (SELECT 1 FROM sample WHERE session = number AND offset_ms < ? - base) AND ${IN_TURN}`);
    this.#notThinned = db.prepare(`SELECT number, base FROM session
      WHERE ${CLOSED} AND started < ?1 AND thinned < min(max(ended, started), ?1) AND ${IN_TURN.replace("?", "?2")}`);
    this.#times = db.prepare("SELECT offset_ms FROM sample WHERE session = ? ORDER BY offset_ms");
    this.#setThinned = db.prepare("UPDATE session SET thinned = ? WHERE number = ?");
    this.#dropSession = db.prepare("DELETE FROM session WHERE number = ?");
    this.#dropEventsOf = db.prepare("DELETE FROM event WHERE session = ?");
    this.#dropEvents = db.prepare(`DELETE FROM event WHERE number IN (
      SELECT number FROM event WHERE at < ? AND NOT EXISTS (
        SELECT 1 FROM session WHERE session.id = event.session AND revision IS NOT NULL AND ended = ${OPEN_END})
      LIMIT ${EVENTS_A_STEP})`);
    this.#dropSamples = db.prepare("DELETE FROM sample WHERE session = ? AND offset_ms < ?");
    this.#dropSample = db.prepare("DELETE FROM sample WHERE session = ? AND offset_ms = ?");
  }

  /** Goes on from `mark`; from the beginning with null. */
  step(policy: RetentionPolicy, at: WallTime, mark: RetentionMark | null): RetentionStep {
    const [index, after] = mark ?? [0, 0];
    const stage = STAGES[index];
    if (stage === undefined) return { removed: NOTHING, next: null };
    const age = ageOf(policy, stage);
    const { removed, next } =
      age === null ? { removed: NOTHING, next: null } : inTransaction(this.#db, () => this.#perform(stage, Math.round(at - age), after));
    return { removed, next: next === null ? [index + 1, 0] : [index, next] };
  }

  #perform(stage: Stage, before: number, after: number): { removed: Removed; next: number | null } {
    switch (stage) {
      case "sessions":
        return this.#each(this.#endedBefore.all(before, after), (row) => this.#forget(row));
      case "events": {
        const events = Number(this.#dropEvents.run(before).changes);
        return { removed: { ...NOTHING, events }, next: events < EVENTS_A_STEP ? null : after };
      }
      case "samples":
        return this.#each(this.#sampledBefore.all(before, after), ({ number, base }) => {
          const { changes } = this.#dropSamples.run(Number(number), before - Number(base));
          return { ...NOTHING, samples: Number(changes) };
        });
      case "thin":
        return this.#each(this.#notThinned.all(before, after), (row) => this.#thin(row, before));
    }
  }

  #each(rows: readonly Row[], remove: (row: Row) => Removed): { removed: Removed; next: number | null } {
    const removed = rows.map(remove).reduce(plus, NOTHING);
    return { removed, next: rows.length < SESSIONS_A_STEP ? null : Number(rows.at(-1)?.number) };
  }

  /** The session with all that belongs to it; samples whose session never came go the same way. */
  #forget({ number, id, revision }: Row): Removed {
    const samples = Number(this.#dropSamples.run(Number(number), Number.MAX_SAFE_INTEGER).changes);
    const events = Number(this.#dropEventsOf.run(String(id)).changes);
    this.#dropSession.run(Number(number));
    return { samples, events, sessions: revision === null ? 0 : 1 };
  }

  #thin({ number, base }: Row, before: number): Removed {
    const times = this.#times.all(Number(number)).map((row) => Number(base) + Number(row.offset_ms));
    const superfluous = superfluousTimes(times, before);
    for (const time of superfluous) this.#dropSample.run(Number(number), time - Number(base));
    this.#setThinned.run(before, Number(number));
    return { ...NOTHING, samples: superfluous.length };
  }
}

function ageOf(policy: RetentionPolicy, stage: Stage): number | null {
  switch (stage) {
    case "sessions":
      return policy.dropSessionsAfterMs;
    case "events":
      return policy.dropEventsAfterMs;
    case "samples":
      return policy.dropSamplesAfterMs;
    case "thin":
      return policy.thinSamplesAfterMs;
  }
}

export const plus = (a: Removed, b: Removed): Removed => ({
  samples: a.samples + b.samples,
  events: a.events + b.events,
  sessions: a.sessions + b.sessions,
});
