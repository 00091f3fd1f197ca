/** What is asked of the file, a page at a time. It never changes anything. */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import type { EventQuery } from "#ports/session-store";
import { Conditions, sessionConditions } from "./conditions.ts";
import { EVENT_FIELDS, eventOf, RECORD_FIELDS, type Row, recordOf, SAMPLE_FIELDS, sampleOf } from "./rows.ts";
import { type Asker, totalsFrom } from "./totals.ts";

/** A part of a long answer. `next` goes on from there; null when this was the last. */
export interface Page<T, Mark> {
  readonly items: readonly T[];
  readonly next: Mark | null;
}

/** A page is turned into objects and copied to the main thread, both in well under the 20 ms that Node-RED may be held up. */
const SESSIONS_A_PAGE = 200;
const SAMPLES_A_PAGE = 1_000;
const EVENTS_A_PAGE = 400;
const TOTALS_A_PAGE = 400;

export type SessionMark = readonly [startedAt: number, id: string];
export type EventMark = readonly [at: number, number: number];

export class Reader {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #asker: Asker = {
    lists: (sql, values) => this.#lists(sql, values),
    first: (sql, values) => this.#statement(sql).get(...values),
  };
  /** Answers that are being handed over, by the number of their question. */
  readonly #answers = new Map<number, readonly Total[]>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  checkpoint(charger: string): Checkpoint | null {
    const row = this.#statement("SELECT charger, at, state FROM checkpoint WHERE charger = ?").get(charger);
    return row === undefined ? null : ({ ...row } as unknown as Checkpoint);
  }

  session(id: string): SessionRecord | null {
    const row = this.#statement(`SELECT ${RECORD_FIELDS} FROM session WHERE id = ? AND revision IS NOT NULL`).get(id);
    return row === undefined ? null : recordOf(row);
  }

  sessions(query: SessionQuery, after: SessionMark | null, most: number | null): Page<SessionRecord, SessionMark> {
    const newest = query.order === "newest";
    const where = sessionConditions(query);
    if (after !== null) where.add(`(started, id) ${newest ? "<" : ">"} (?, ?)`, ...after);
    const direction = newest ? "DESC" : "ASC";
    const limit = Math.min(SESSIONS_A_PAGE, most ?? SESSIONS_A_PAGE);
    const sql = `SELECT ${RECORD_FIELDS} FROM session ${where} ORDER BY started ${direction}, id ${direction} LIMIT ${limit}`;
    const items = this.#all(sql, where.values).map(recordOf);
    const last = items.at(-1);
    return { items, next: last === undefined || items.length < SESSIONS_A_PAGE ? null : [last.startedAt, last.id] };
  }

  samples(session: string, after: number | null): Page<SessionSample, number> {
    const place = this.#statement("SELECT number, base FROM session WHERE id = ?").get(session);
    if (place === undefined) return { items: [], next: null };
    const [number, base] = [Number(place.number), Number(place.base)];
    const sql = `SELECT ${SAMPLE_FIELDS} FROM sample WHERE session = ? AND offset_ms > ? ORDER BY offset_ms LIMIT ${SAMPLES_A_PAGE}`;
    const rows = this.#all(sql, [number, after ?? Number.MIN_SAFE_INTEGER]);
    const items = rows.map((row) => sampleOf(row, session, base));
    return { items, next: rows.length < SAMPLES_A_PAGE ? null : Number(rows.at(-1)?.offset_ms) };
  }

  events(query: EventQuery, after: EventMark | null): Page<LoggedEvent, EventMark> {
    const where = new Conditions();
    if (query.session !== null) where.add("session = ?", query.session);
    if (query.charger !== null) where.add("charger = ?", query.charger);
    if (query.from !== null) where.add("at >= ?", query.from);
    if (query.until !== null) where.add("at < ?", query.until);
    if (after !== null) where.add("(at, number) > (?, ?)", ...after);
    const rows = this.#all(`SELECT ${EVENT_FIELDS} FROM event ${where} ORDER BY at, number LIMIT ${EVENTS_A_PAGE}`, where.values);
    const last = rows.at(-1);
    const next: EventMark | null = last === undefined || rows.length < EVENTS_A_PAGE ? null : [Number(last.at), Number(last.number)];
    return { items: rows.map(eventOf), next };
  }

  /** @param question tells the pages of one answer from those of another */
  totals(query: TotalsQuery, question: number, after: number | null): Page<Total, number> {
    const answer = this.#answers.get(question) ?? totalsFrom(this.#asker, query);
    const from = after ?? 0;
    const until = from + TOTALS_A_PAGE;
    const next = until < answer.length ? until : null;
    if (next === null) this.#answers.delete(question);
    else this.#answers.set(question, answer);
    return { items: answer.slice(from, until), next };
  }

  #all(sql: string, values: readonly SQLInputValue[]): readonly Row[] {
    return this.#statement(sql).all(...values);
  }

  #lists(sql: string, values: readonly SQLInputValue[]): readonly (readonly unknown[])[] {
    const statement = this.#statement(`${sql} -- lists`);
    if (!("setReturnArrays" in statement)) return this.#all(sql, values).map((row) => Object.values(row));
    statement.setReturnArrays(true);
    return statement.all(...values) as unknown as readonly (readonly unknown[])[];
  }

  /** Few forms of questions exist, and preparing one costs more than many of the answers. */
  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
