/** Answers in pages: each page is a question of its own that goes on where the last one ended, so nothing is held between two. */
import type { SessionFilter, SessionQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import type { EventQuery } from "#ports/session-store";
import { FIGURES, type SampleBlock, samplesOf } from "./blocks.ts";
import { CHECKPOINT_COLUMNS, columnOf, EVENT_COLUMNS, fieldList, instantOf, millisecondsOf, SESSION_COLUMNS } from "./columns.ts";
import type { Asker } from "./connection.ts";

const SESSIONS_A_PAGE = 250;
const EVENTS_A_PAGE = 500;
/** A day of samples. */
const BLOCKS_A_PAGE = 24;

/** A condition that grows: text and values side by side, so that no value is ever part of the text. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #terms: string[] = [];

  /** @param term with `?` for each of the values */
  add(term: string, ...values: readonly unknown[]): void {
    const rest = values.values();
    this.#terms.push(`(${term.replace(/\?/g, () => this.value(rest.next().value))})`);
  }

  /** @returns how to write `value` elsewhere in the same statement */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  toString(): string {
    return this.#terms.length === 0 ? "true" : this.#terms.join(" and ");
  }
}

/** The sessions that a filter is about, as `matches` in src/store/filter.ts has it. */
export function sessionConditions({ from, until, charger, user }: SessionFilter): Conditions {
  const where = new Conditions();
  if (charger !== null) where.add("charger = ?", charger);
  if (user !== null) where.add(`"user" = ?`, user);
  if (until !== null) where.add(`started_at < ${instantOf("?")}`, until);
  if (from !== null) where.add(`ended_at is null or ended_at > ${instantOf("?")} or started_at >= ${instantOf("?")}`, from, from);
  return where;
}

export async function sessionById(asker: Asker, schema: string, id: string): Promise<SessionRecord | null> {
  const [found] = await asker.ask<SessionRecord>(`select ${fieldList(SESSION_COLUMNS)} from ${schema}.session where id = $1`, [id]);
  return found ?? null;
}

export async function checkpointOf(asker: Asker, schema: string, charger: string): Promise<Checkpoint | null> {
  const [found] = await asker.ask<Checkpoint>(`select ${fieldList(CHECKPOINT_COLUMNS)} from ${schema}.checkpoint where charger = $1`, [
    charger,
  ]);
  return found ?? null;
}

export async function* sessionPages(asker: Asker, schema: string, query: SessionQuery): AsyncGenerator<readonly SessionRecord[]> {
  const [beyond, direction] = query.order === "newest" ? ["<", "desc"] : [">", "asc"];
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  for (let last: SessionRecord | undefined; left > 0; ) {
    const where = sessionConditions(query);
    if (last !== undefined) where.add(`(started_at, id) ${beyond} (${instantOf("?")}, ?)`, last.startedAt, last.id);
    const wanted = Math.min(left, SESSIONS_A_PAGE);
    const page = await asker.ask<SessionRecord>(
      `select ${fieldList(SESSION_COLUMNS)} from ${schema}.session where ${where}
       order by started_at ${direction}, id ${direction} limit ${wanted}`,
      where.values,
    );
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
    left -= page.length;
    last = page.at(-1);
  }
}

/** Arrays come as JSON, which is read faster than PostgreSQL's own way of writing them. */
const BLOCK_FIELDS = `session, ${millisecondsOf("at")} as at, to_json(offset_ms) as offset, ${FIGURES.map((figure) => `to_json(${columnOf(figure)}) as "${figure}"`).join(", ")}`;

export async function* samplePages(asker: Asker, schema: string, session: string): AsyncGenerator<readonly SessionSample[]> {
  for (let last: SampleBlock | undefined; ; ) {
    const blocks: SampleBlock[] = await asker.ask<SampleBlock>(
      `select ${BLOCK_FIELDS} from ${schema}.sample_block
       where session = $1 and ($2::float8 is null or at > ${instantOf("$2")}) order by sample_block.at limit ${BLOCKS_A_PAGE}`,
      [session, last?.at ?? null],
    );
    if (blocks.length > 0) yield blocks.flatMap(samplesOf);
    if (blocks.length < BLOCKS_A_PAGE) return;
    last = blocks.at(-1);
  }
}

/** Events of one moment come in the order in which they were kept. */
export async function* eventPages(asker: Asker, schema: string, query: EventQuery): AsyncGenerator<readonly LoggedEvent[]> {
  for (let last: (LoggedEvent & { number: number }) | undefined; ; ) {
    const where = new Conditions();
    if (query.session !== null) where.add("session = ?", query.session);
    if (query.charger !== null) where.add("charger = ?", query.charger);
    if (query.from !== null) where.add(`at >= ${instantOf("?")}`, query.from);
    if (query.until !== null) where.add(`at < ${instantOf("?")}`, query.until);
    if (last !== undefined) where.add(`(at, number) > (${instantOf("?")}, ?)`, last.at, last.number);
    const page: (LoggedEvent & { number: number })[] = await asker.ask(
      `select ${fieldList(EVENT_COLUMNS)}, number::float8 as number from ${schema}.event where ${where} order by event.at, event.number limit ${EVENTS_A_PAGE}`,
      where.values,
    );
    if (page.length > 0) yield page.map(({ number, ...event }) => event);
    if (page.length < EVENTS_A_PAGE) return;
    last = page.at(-1);
  }
}
