/** What people ask of the log, read into a question. Nothing is guessed: what cannot be read is refused. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { Period, SessionFilter, SessionQuery, TotalsQuery } from "#core/session/question";
import type { WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import type { EventQuery } from "#ports/session-store";
import type { CsvStyle } from "../shared/csv.ts";
import { shown } from "../shared/shown.ts";
import { OLD_LOGS, type OldLog, oldLogOf } from "./old-log-names.ts";
import { rangeOf } from "./time-range.ts";

/** How the answer is written, and in how many messages. */
export interface AnswerForm {
  readonly as: "objects" | "csv" | "lines";
  readonly csv: CsvStyle;
  /** Rows in each message of an answer in parts; null for all in one. */
  readonly rowsPerPart: number | null;
}

/** What is answered in rows. */
export type AskedRows =
  | { readonly ask: "sessions"; readonly query: SessionQuery }
  | { readonly ask: "totals"; readonly query: TotalsQuery }
  | { readonly ask: "cost"; readonly query: TotalsQuery }
  | { readonly ask: "averages"; readonly days: readonly number[]; readonly charger: string | null; readonly user: string | null }
  | { readonly ask: "last"; readonly charger: string | null; readonly user: string | null }
  | { readonly ask: "session"; readonly id: string }
  | { readonly ask: "samples"; readonly id: string }
  | { readonly ask: "events"; readonly query: EventQuery };
export interface AskedLog {
  readonly ask: "log";
  readonly log: OldLog;
  readonly charger: string | null;
  readonly from: WallTime | null;
}

/** A log is a text and has no other form. */
export type Question =
  | { readonly of: "rows"; readonly asked: AskedRows; readonly form: AnswerForm }
  | { readonly of: "log"; readonly asked: AskedLog };

export interface QuestionContext {
  readonly now: WallTime;
  /** IANA name. */
  readonly timeZone: string;
  readonly csv: CsvStyle;
  readonly rowsPerPart: number;
}

const ASKS = ["sessions", "totals", "cost", "averages", "last", "session", "samples", "events", "log"] as const;
type Ask = (typeof ASKS)[number];
const PERIODS: readonly Period[] = ["day", "week", "month", "year", "all"];

const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64));
const time = v.union([v.pipe(v.number(), v.finite()), v.string(), v.date(), v.null()]);
const by = v.picklist(["charger", "user"]);
/** Digits count, and so does "true": a web address knows text only. */
const digits = v.pipe(v.string(), v.regex(/^\d{1,7}$/), v.transform(Number));
const whole = (least: number, most: number) => v.pipe(v.union([v.number(), digits]), v.integer(), v.minValue(least), v.maxValue(most));
const yes = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((text) => text === "true"),
);

/** Keys that any question may have; the others belong to some. */
const Common = {
  ask: v.optional(v.picklist(ASKS)),
  as: v.optional(v.picklist(["objects", "csv", "lines"])),
  parts: v.optional(v.union([v.boolean(), yes, whole(1, 10_000)])),
  csv: v.optional(
    v.strictObject({
      separator: v.optional(v.picklist([",", ";", "\t"])),
      decimal: v.optional(v.picklist([".", ","])),
      bom: v.optional(v.boolean()),
      safe: v.optional(v.boolean()),
    }),
  ),
};
const Range = { range: v.optional(word), from: v.optional(time), until: v.optional(time) };
const Who = { charger: v.optional(v.nullable(word)), user: v.optional(v.nullable(word)) };

const SCHEMAS = {
  sessions: v.strictObject({
    ...Common,
    ...Range,
    ...Who,
    order: v.optional(v.picklist(["newest", "oldest"])),
    limit: v.optional(v.nullable(whole(1, 1_000_000))),
  }),
  totals: v.strictObject({
    ...Common,
    ...Range,
    ...Who,
    per: v.optional(v.picklist(PERIODS)),
    by: v.optional(v.union([by, v.pipe(v.array(by), v.maxLength(2))])),
  }),
  cost: v.strictObject({ ...Common, ...Range, ...Who, by: v.optional(v.union([by, v.pipe(v.array(by), v.maxLength(2))])) }),
  averages: v.strictObject({
    ...Common,
    ...Who,
    days: v.optional(v.union([whole(1, 36_600), v.pipe(v.array(whole(1, 36_600)), v.minLength(1), v.maxLength(12))])),
  }),
  last: v.strictObject({ ...Common, ...Who }),
  session: v.strictObject({ ...Common, id: word }),
  samples: v.strictObject({ ...Common, id: word }),
  events: v.strictObject({ ...Common, ...Range, charger: Who.charger, session: v.optional(v.nullable(word)) }),
  log: v.strictObject({ ...Common, ...Range, charger: Who.charger, log: v.optional(word) }),
};
type Read<A extends Ask> = v.InferOutput<(typeof SCHEMAS)[A]>;

/** What plain text under a topic fills in: `sessions` with "last year", `session` with its id. */
const TEXT_MEANS: Readonly<Record<Ask, string | null>> = {
  sessions: "range",
  totals: "range",
  cost: "range",
  averages: null,
  last: "charger",
  session: "id",
  samples: "id",
  events: "range",
  log: "range",
};
const USUAL_DAYS = [5, 30, 90] as const;

/** What a topic asks, with what it says of the question already; null when it asks nothing. */
export function askOf(topic: unknown): { readonly ask: Ask; readonly log?: OldLog } | null {
  if (typeof topic !== "string" || topic.length > 64) return null;
  const log = oldLogOf(topic);
  if (log !== null) return { ask: "log", log };
  const ask = ASKS.find((name) => name === topic.trim().toLowerCase());
  return ask === undefined || ask === "log" ? null : { ask };
}

/** Whether an object asks something, rightly or not. */
export const isQuestion = (payload: unknown): payload is Readonly<Record<string, unknown>> & { readonly ask: unknown } =>
  typeof payload === "object" && payload !== null && Object.hasOwn(payload, "ask");

/**
 * @param topic used when the payload does not say what it asks
 * @throws MessageError unknownQuestion, badShape, badTime, badRange, unknownLog.
 */
export function readQuestion(topic: unknown, payload: unknown, context: QuestionContext): Question {
  const byTopic = askOf(topic);
  const said = isQuestion(payload) ? payload.ask : byTopic?.ask;
  const ask = ASKS.find((name) => name === said);
  if (ask === undefined) {
    throw new MessageError("unknownQuestion", `ask: expected one of ${ASKS.join(", ")}, got ${shown(said)}.`);
  }
  const filled = { ...(byTopic?.log === undefined ? {} : { log: byTopic.log }), ...wishes(ask, payload) };
  if (ask === "log") return { of: "log", asked: askedLog(filled, context) };
  const common = v.safeParse(v.object(Common), filled);
  if (!common.success) throw new MessageError("badShape", `${ask}: ${explain(common.issues)}.`);
  return { of: "rows", asked: askedRows(ask, filled, context), form: formOf(common.output, context) };
}

function askedRows(ask: Exclude<Ask, "log">, filled: Readonly<Record<string, unknown>>, context: QuestionContext): AskedRows {
  switch (ask) {
    case "sessions": {
      const read = parsed(ask, filled);
      return { ask, query: { ...filterOf(read, context), order: read.order ?? "newest", limit: read.limit ?? null } };
    }
    case "totals": {
      const read = parsed(ask, filled);
      return { ask, query: totalsOf(read, read.per ?? "month", read.by, context) };
    }
    case "cost": {
      const read = parsed(ask, filled);
      return { ask, query: totalsOf(read, "all", read.by, context) };
    }
    case "averages": {
      const { days, charger = null, user = null } = parsed(ask, filled);
      return { ask, days: days === undefined ? USUAL_DAYS : [days].flat(), charger, user };
    }
    case "last": {
      const { charger = null, user = null } = parsed(ask, filled);
      return { ask, charger, user };
    }
    case "session":
    case "samples":
      return { ask, id: parsed(ask, filled).id };
    case "events": {
      const read = parsed(ask, filled);
      return { ask, query: { ...rangeOf(read, context), charger: read.charger ?? null, session: read.session ?? null } };
    }
  }
}

function askedLog(filled: Readonly<Record<string, unknown>>, context: QuestionContext): AskedLog {
  const read = parsed("log", filled);
  const log = oldLogOf(read.log ?? "");
  if (log === null) throw new MessageError("unknownLog", `log: expected one of ${OLD_LOGS.join(", ")}, got ${shown(read.log)}.`);
  return { ask: "log", log, charger: read.charger ?? null, from: rangeOf(read, context).from };
}

/** The question as an object, whatever form it came in. A button sends a time or nothing, which wishes nothing. */
function wishes(ask: Ask, payload: unknown): Readonly<Record<string, unknown>> {
  if (payload === undefined || payload === null || typeof payload === "number" || typeof payload === "boolean") return {};
  if (typeof payload === "object" && !Array.isArray(payload)) return payload as Readonly<Record<string, unknown>>;
  if (typeof payload !== "string")
    throw new MessageError("badShape", `msg.payload: expected a question as text or object, got ${shown(payload)}.`);
  const text = payload.trim();
  if (text === "") return {};
  const period = PERIODS.find((name) => name === text.toLowerCase());
  if (ask === "totals" && period !== undefined) return { per: period };
  const meaning = TEXT_MEANS[ask];
  if (meaning === null) throw new MessageError("badShape", `msg.payload: ${ask} takes an object or nothing, got ${shown(text)}.`);
  return { [meaning]: text };
}

function parsed<A extends Ask>(ask: A, wished: Readonly<Record<string, unknown>>): Read<A> {
  const result = v.safeParse(SCHEMAS[ask] as v.GenericSchema<unknown, Read<A>>, wished);
  if (!result.success) throw new MessageError("badShape", `${ask}: ${explain(result.issues)}.`);
  return result.output;
}

const filterOf = (read: Read<"sessions"> | Read<"totals"> | Read<"cost">, context: QuestionContext): SessionFilter => ({
  ...rangeOf(read, context),
  charger: read.charger ?? null,
  user: read.user ?? null,
});

const totalsOf = (
  read: Read<"totals"> | Read<"cost">,
  per: Period,
  apart: Read<"totals">["by"],
  context: QuestionContext,
): TotalsQuery => ({ ...filterOf(read, context), per, by: [...new Set([apart ?? []].flat())], timeZone: context.timeZone });

function formOf({ as = "objects", parts = false, csv }: Pick<Read<"last">, "as" | "parts" | "csv">, context: QuestionContext): AnswerForm {
  const wished = Object.fromEntries(Object.entries(csv ?? {}).filter(([, value]) => value !== undefined));
  const rowsPerPart = parts === true ? context.rowsPerPart : parts === false ? null : parts;
  return { as, csv: { ...context.csv, ...wished }, rowsPerPart };
}
