/** What may be asked of the history over HTTP, read from a query; whatever is odd is refused in words. */
import { Refusal } from "#bridges/http/answer";
import type { Period, SessionQuery, TimeRange, TotalsQuery } from "#core/session/question";
import { WallTime } from "#core/units/units";
import { localPeriod } from "./local-date.ts";

const PERIODS: readonly Period[] = ["day", "week", "month", "year", "all"];
const DAY = 86_400_000;
/** The longest range for each period: enough to see, not enough to hurt. */
const LONGEST: Readonly<Record<Period, number>> = {
  day: 400 * DAY,
  week: 6 * 366 * DAY,
  month: 31 * 366 * DAY,
  year: 201 * 366 * DAY,
  all: 201 * 366 * DAY,
};
const MOST_SESSIONS = 500;
const USUAL_SESSIONS = 50;
const LONGEST_NAME = 64;
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

type Query = ReadonlyMap<string, string>;

const refuse = (name: string, expected: string, got: string): never => {
  throw new Refusal(400, "badQuery", `${name}: expected ${expected}, got "${got.slice(0, 40)}".`);
};

/** The query's parameters, each known and given once. @throws Refusal badQuery. */
export function parametersOf(url: string, known: readonly string[]): Query {
  const found = new Map<string, string>();
  for (const [name, value] of new URL(url, "http://page").searchParams) {
    if (!known.includes(name)) refuse("query", known.length === 0 ? "no parameters" : `only ${known.join(", ")}`, name);
    if (found.has(name)) refuse(name, "to be given once", value);
    if (value !== "") found.set(name, value);
  }
  return found;
}

export const SESSIONS_PARAMETERS = ["from", "until", "charger", "user", "limit", "history"] as const;
export const TOTALS_PARAMETERS = ["per", "from", "until", "charger", "user", "by", "history"] as const;

/** Which history is meant: the charger's own, or the sample. */
export function historyOf(query: Query): "own" | "sample" {
  const history = query.get("history") ?? "own";
  return history === "own" || history === "sample" ? history : refuse("history", "own or sample", history);
}

export function sessionQuery(query: Query, timeZone: string, most: number = MOST_SESSIONS): SessionQuery {
  return { ...rangeOf(query, timeZone), ...whoOf(query), order: "newest", limit: limitOf(query.get("limit"), most) };
}

export function totalsQuery(query: Query, timeZone: string): TotalsQuery {
  const per = query.get("per") ?? "month";
  const period = PERIODS.find((known) => known === per) ?? refuse("per", PERIODS.join(", "), per);
  const range = rangeOf(query, timeZone);
  const isBounded = range.from !== null && range.until !== null;
  if (!isBounded && (period === "day" || period === "week")) {
    throw new Refusal(
      400,
      "rangeTooLong",
      `from, until: expected both, at most ${LONGEST[period] / DAY} days apart, for totals of each ${period}.`,
    );
  }
  if (range.from !== null && range.until !== null && range.until - range.from > LONGEST[period]) {
    throw new Refusal(
      400,
      "rangeTooLong",
      `from, until: expected at most ${LONGEST[period] / DAY} days between them for totals of each ${period}.`,
    );
  }
  const by = query.get("by");
  if (by !== undefined && by !== "charger" && by !== "user") refuse("by", "charger or user", by);
  return { ...range, ...whoOf(query), per: period, by: by === "charger" || by === "user" ? [by] : [], timeZone };
}

function whoOf(query: Query): { charger: string | null; user: string | null } {
  const nameOf = (key: string): string | null => {
    const name = query.get(key) ?? null;
    return name !== null && name.length > LONGEST_NAME ? refuse(key, `at most ${LONGEST_NAME} characters`, name) : name;
  };
  return { charger: nameOf("charger"), user: nameOf("user") };
}

/** A local date stands for its begin in `from` and for its end in `until`: `from=2026-10&until=2026-10` is October. */
export function rangeOf(query: Query, timeZone: string): TimeRange {
  const from = momentOf("from", query.get("from"), timeZone);
  const until = momentOf("until", query.get("until"), timeZone);
  if (from !== null && until !== null && until <= from) {
    throw new Refusal(400, "badRange", "until: expected a time after from.");
  }
  return { from, until };
}

function momentOf(name: "from" | "until", text: string | undefined, timeZone: string): WallTime | null {
  if (text === undefined) return null;
  const local = localPeriod(text, timeZone);
  if (local !== null) return local[name];
  const ms = /^\d{12,13}$/.test(text) ? Number(text) : ISO_MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms >= EARLIEST && ms < LATEST)) refuse(name, "2026, 2026-10, 2026-10-25, 2026-10-25T12:00:00Z or ms since 1970", text);
  return WallTime(ms);
}

function limitOf(text: string | undefined, most: number): number {
  if (text === undefined) return Math.min(USUAL_SESSIONS, most);
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= most ? limit : refuse("limit", `1 to ${most}`, text);
}
