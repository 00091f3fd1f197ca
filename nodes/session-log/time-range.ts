/** Stretches of time as people name them, on the clock of the store: "this month", "30 days", 2026-03, or from one day to another. */
import { MessageError } from "#core/errors";
import {
  type CalendarPeriod,
  dateOf,
  dayNumber,
  localDateOf,
  localDay,
  offsetAt,
  periodAt,
  startOfDay,
  startOfLocalDay,
} from "#core/session/calendar";
import type { TimeRange } from "#core/session/question";
import { WallTime } from "#core/units/units";
import { readMoment } from "../shared/moment.ts";
import { shown } from "../shared/shown.ts";

export interface RangeWish {
  readonly range?: string | undefined;
  readonly from?: unknown;
  readonly until?: unknown;
}

export interface RangeContext {
  readonly now: WallTime;
  /** IANA name. */
  readonly timeZone: string;
}

const DAY = 86_400_000;
const ALWAYS: TimeRange = { from: null, until: null };
const WORDS = /^(?:(this|last)\s+(day|week|month|year)|(today|yesterday|all|ever))$/;
const COUNT = /^(?:the\s+)?(?:last\s+)?(\d{1,5})\s*(day|week|month|year)s?$/;
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const LOCAL_MOMENT = /^(\d{4})-(\d{2})-(\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/**
 * The stretch that a question names; all time when it names none.
 * @throws MessageError badRange, badTime.
 */
export function rangeOf({ range, from, until }: RangeWish, context: RangeContext): TimeRange {
  if (range !== undefined && (from !== undefined || until !== undefined)) {
    throw new MessageError("badRange", "range: expected either a range or from and until, got both.");
  }
  if (range !== undefined) return named(range, context);
  const whole: TimeRange = { from: edge("from", from, context), until: edge("until", until, context) };
  if (whole.from !== null && whole.until !== null && whole.until <= whole.from) {
    throw new MessageError("badRange", "until: expected a time after from. It is not part of the range; the first of April ends March.");
  }
  return whole;
}

/** So many local days up to and with today. */
export function lastDays(count: number, { now, timeZone }: RangeContext): TimeRange {
  const today = localDay(now, timeZone);
  return { from: startOfDay(today + 1 - count, timeZone), until: startOfDay(today + 1, timeZone) };
}

function named(text: string, context: RangeContext): TimeRange {
  const name = text.trim().toLowerCase();
  const [, which, unit, alone] = WORDS.exec(name) ?? [];
  if (alone === "all" || alone === "ever") return ALWAYS;
  if (alone === "today") return lastDays(1, context);
  if (alone === "yesterday") return before(lastDays(1, context), "day", context);
  if (unit !== undefined) {
    const present = periodAt(unit as CalendarPeriod, context.now, context.timeZone);
    return which === "this" ? present : before(present, unit as CalendarPeriod, context);
  }
  const [, count, of] = COUNT.exec(name) ?? [];
  if (count !== undefined && Number(count) > 0) return lastOf(Number(count), of as CalendarPeriod, context);
  const dated = datedRange(name, context);
  if (dated !== null) return dated;
  throw new MessageError(
    "badRange",
    `range: expected today, yesterday, this or last week, month or year, "30 days", 2026, 2026-03 or 2026-03-29, got ${shown(text)}.`,
  );
}

/** The period before one that begins with `from`. */
const before = ({ from }: TimeRange, per: CalendarPeriod, { timeZone }: RangeContext): TimeRange =>
  periodAt(per, WallTime((from ?? 0) - 1), timeZone);

/** Thirty days are thirty local days with today; two months go back to the day after the same day two months ago. */
function lastOf(count: number, unit: CalendarPeriod, context: RangeContext): TimeRange {
  if (unit === "day") return lastDays(count, context);
  if (unit === "week") return lastDays(count * 7, context);
  const { now, timeZone } = context;
  const today = localDateOf(now, timeZone);
  const tomorrow = { ...today, day: today.day + 1 };
  const first = unit === "month" ? { ...tomorrow, month: today.month - count } : { ...tomorrow, year: today.year - count };
  return { from: startOfLocalDay(first, timeZone), until: startOfLocalDay(tomorrow, timeZone) };
}

function datedRange(text: string, { timeZone }: RangeContext): TimeRange | null {
  const date = DATE.exec(text);
  if (date === null) return null;
  const [, year, month, day] = date;
  const first = dayOf(year, month ?? "1", day ?? "1");
  if (first === null) return null;
  const unit: CalendarPeriod = month === undefined ? "year" : day === undefined ? "month" : "day";
  return periodAt(unit, startOfDay(first, timeZone), timeZone);
}

/** Null for a date that no calendar has. */
function dayOf(year = "", month = "", day = ""): number | null {
  const number = dayNumber({ year: Number(year), month: Number(month), day: Number(day) });
  const back = dateOf(number);
  return Number(year) >= 1970 && back.month === Number(month) && back.day === Number(day) ? number : null;
}

/** A moment, or the beginning of what is named: of a day, a month, a year, "this week". Null for none. */
function edge(name: string, value: unknown, context: RangeContext): WallTime | null {
  if (value === undefined || value === null || value === "") return null;
  const moment = readMoment(value);
  if (moment !== null) return moment;
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    if (text === "now") return context.now;
    const local = localMoment(text.toUpperCase(), context.timeZone);
    if (local !== null) return local;
    try {
      return named(text, context).from;
    } catch {
      // It is told below what would have been understood.
    }
  }
  throw new MessageError(
    "badTime",
    `${name}: expected a date (2026-03-29), a time (2026-03-29T12:00, with or without zone), ms or s since 1970, or words like "this month", got ${shown(value)}.`,
  );
}

/**
 * The moment at which the store's clock shows `text` (`2026-03-29T12:00:00`); null when it is no such text or no date.
 * Where the clock is set back, the first of the two times; where it jumps ahead, as much later.
 */
export function localMoment(text: string, timeZone: string): WallTime | null {
  const [, year, month, day, hour, minute, second = "0"] = LOCAL_MOMENT.exec(text) ?? [];
  const date = dayOf(year, month, day);
  if (date === null) return null;
  const asUtc = WallTime(date * DAY + (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000);
  const [early, later] = [asUtc - DAY, asUtc + DAY].map((near) => WallTime(asUtc - offsetAt(WallTime(near), timeZone)));
  const isShown = (at: WallTime | undefined): at is WallTime => at !== undefined && at + offsetAt(at, timeZone) === asUtc;
  return isShown(early) || !isShown(later) ? (early ?? null) : later;
}
