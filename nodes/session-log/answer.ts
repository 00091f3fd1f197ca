/** Asks the store, and writes what it says as the question wants it. Rows pass through in pages; a long answer is never held whole. */
import { setImmediate } from "node:timers/promises";
import { MessageError } from "#core/errors";
import type { Total, TotalsQuery } from "#core/session/question";
import type { WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { type Column, csvHead, csvRows } from "../shared/csv.ts";
import {
  averageColumns,
  averageRow,
  eventColumns,
  type LocalTime,
  sampleColumns,
  sessionColumns,
  sessionRow,
  totalColumns,
  totalRow,
} from "../shared/session-rows.ts";
import type { AnswerForm, AskedRows } from "./question-input.ts";
import { lastDays } from "./time-range.ts";

export interface AnswerContext {
  readonly store: SessionStore;
  readonly timeZone: string;
  readonly now: WallTime;
  readonly local: LocalTime;
}

/** One message's share of an answer. */
export interface AnswerPart {
  readonly payload: unknown;
  /** Rows in this part. */
  readonly rows: number;
  readonly isLast: boolean;
}

/** More than this in one message is a mistake; ask for parts. */
const MOST_ROWS_AT_ONCE = 100_000;

/** As many rows are written in far less than the 20 ms that Node-RED may be kept waiting, on a small machine too. */
const ROWS_IN_ONE_GO = 50;

/** Rows of one kind, in pages, and how they look as CSV. `one`: the answer is a single thing, not a list. */
interface Table<Row> {
  readonly pages: AsyncIterable<readonly Row[]>;
  readonly columns: readonly Column<Row>[];
  readonly one: boolean;
}

/**
 * The parts of an answer, the last one marked; an answer without rows has one part.
 * @throws MessageError tooMuch when it does not fit in one message; StoreUnavailable and StoreCorrupt from the store.
 */
export async function* answer(asked: AskedRows, form: AnswerForm, context: AnswerContext): AsyncGenerator<AnswerPart> {
  const { store, local } = context;
  // Each kind of row is written with its own columns; what they have in common is that they are written alike.
  switch (asked.ask) {
    case "sessions":
      return yield* written(sessionsOf(asked, context), form);
    case "last":
    case "session":
      return yield* written(sessionOf(asked, context), form);
    case "totals":
      return yield* written(totalsOf(asked.query, false, context), form);
    case "cost":
      return yield* written(totalsOf(asked.query, asked.query.by.length === 0, context), form);
    case "averages":
      return yield* written(averagesOf(asked, context), form);
    case "samples":
      return yield* written({ pages: mapped(store.samples(asked.id), asIs), columns: sampleColumns(local), one: false }, form);
    case "events":
      return yield* written({ pages: mapped(store.events(asked.query), asIs), columns: eventColumns(local), one: false }, form);
  }
}

type Of<A extends AskedRows["ask"]> = Extract<AskedRows, { readonly ask: A }>;

function sessionsOf({ query }: Of<"sessions">, { store, local }: AnswerContext): Table<ReturnType<typeof sessionRow>> {
  return { pages: mapped(store.sessions(query), sessionRow), columns: sessionColumns(local), one: false };
}

function sessionOf(question: Of<"last" | "session">, { store, local }: AnswerContext): Table<ReturnType<typeof sessionRow>> {
  const found =
    question.ask === "last"
      ? store.sessions({ from: null, until: null, charger: question.charger, user: question.user, order: "newest", limit: 1 })
      : one(store.session(question.id));
  return { pages: mapped(found, sessionRow), columns: sessionColumns(local), one: true };
}

function totalsOf(query: TotalsQuery, isOne: boolean, { store, local }: AnswerContext): Table<ReturnType<typeof totalRow>> {
  return { pages: mapped(page(store.totals(query)), totalRow), columns: totalColumns(local), one: isOne };
}

function averagesOf({ days, charger, user }: Of<"averages">, context: AnswerContext): Table<ReturnType<typeof averageRow>> {
  const { store, timeZone, now, local } = context;
  const rows = async (): Promise<ReturnType<typeof averageRow>[]> => {
    const found: ReturnType<typeof averageRow>[] = [];
    for (const count of days) {
      const range = lastDays(count, { now, timeZone });
      const totals = await store.totals({ ...range, charger, user, per: "all", by: [], timeZone });
      found.push(averageRow(count, totals[0] ?? nothingOf(range)));
    }
    return found;
  };
  return { pages: page(rows()), columns: averageColumns(local), one: false };
}

const nothingOf = (range: Pick<Total, "from" | "until">): Total => ({
  ...range,
  charger: null,
  user: null,
  sessions: 0,
  energyWh: 0,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  unknownWh: 0,
  chargingMs: 0,
  cost: null,
  pricedWh: 0,
  co2G: null,
  chargingDays: 0,
});

const asIs = <Row>(row: Row): Row => row;

async function* page<Row>(rows: Promise<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  yield await rows;
}

async function* one<Row>(row: Promise<Row | null>): AsyncGenerator<readonly Row[]> {
  const found = await row;
  yield found === null ? [] : [found];
}

/** Turns rows into others, a few at a time: what else Node-RED has to do goes on in between. */
async function* mapped<From, To>(pages: AsyncIterable<readonly From[]>, map: (from: From) => To): AsyncGenerator<readonly To[]> {
  for await (const rows of pages) {
    for (let at = 0; at < rows.length; at += ROWS_IN_ONE_GO) {
      yield rows.slice(at, at + ROWS_IN_ONE_GO).map(map);
      await setImmediate();
    }
  }
}

async function* written<Row>(table: Table<Row>, form: AnswerForm): AsyncGenerator<AnswerPart> {
  const { pages, columns, one: isOne } = table;
  const { rowsPerPart } = form;
  if (isOne || rowsPerPart === null) {
    yield await whole(table, form);
    return;
  }
  let isFirst = true;
  for await (const { rows, isLast } of inParts(pages, rowsPerPart)) {
    yield { payload: form.as === "objects" ? rows : text(rows, columns, form.as, form, isFirst), rows: rows.length, isLast };
    isFirst = false;
  }
}

async function whole<Row>({ pages, columns, one: isOne }: Table<Row>, form: AnswerForm): Promise<AnswerPart> {
  const objects: Row[] = [];
  const texts: string[] = form.as === "csv" ? [csvHead(columns, form.csv)] : [];
  let count = 0;
  for await (const rows of pages) {
    count += rows.length;
    if (count > MOST_ROWS_AT_ONCE) {
      throw new MessageError(
        "tooMuch",
        `The answer has more than ${MOST_ROWS_AT_ONCE} rows; ask for a shorter range, or for parts: {"parts": true}.`,
      );
    }
    if (form.as === "objects") objects.push(...rows);
    else texts.push(text(rows, columns, form.as, form, false));
  }
  const payload = form.as === "objects" ? (isOne ? (objects[0] ?? null) : objects) : texts.join("");
  return { payload, rows: count, isLast: true };
}

/** Pages of another size; the last one is known to be the last, also when the rows end with a page. */
async function* inParts<Row>(
  pages: AsyncIterable<readonly Row[]>,
  size: number,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly isLast: boolean }> {
  let held: Row[] = [];
  for await (const some of pages) {
    held.push(...some);
    while (held.length > size) {
      yield { rows: held.slice(0, size), isLast: false };
      held = held.slice(size);
    }
  }
  yield { rows: held, isLast: true };
}

/** @param withHead the head of a table is written once */
function text<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  as: "lines" | "csv",
  { csv }: AnswerForm,
  withHead: boolean,
): string {
  if (as === "lines") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  return (withHead ? csvHead(columns, csv) : "") + csvRows(columns, rows, csv);
}
