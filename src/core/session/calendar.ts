/** Local days, weeks, months and years as people know them: a day may have 23 or 25 hours. */
import type { Period } from "#core/session/question";
import { dateOf, dayNumber, localDay, startOfDay } from "#core/session/time-zone";
import type { WallTime } from "#core/units/units";

export {
  dateOf,
  dayNumber,
  isTimeZone,
  type LocalDate,
  type LocalTime,
  localDateOf,
  localDay,
  localTime,
  offsetAt,
  startOfDay,
  startOfLocalDay,
} from "#core/session/time-zone";

/** A period with a begin and an end. */
export type CalendarPeriod = Exclude<Period, "all">;

/** From `from` up to, not including, `until`. */
export interface LocalPeriod {
  readonly from: WallTime;
  readonly until: WallTime;
}

/** The first local day of the period that `day` is in. */
function firstDay(per: CalendarPeriod, day: number): number {
  if (per === "day") return day;
  // 1 January 1970 was a Thursday.
  if (per === "week") return day - ((((day + 3) % 7) + 7) % 7);
  const { year, month } = dateOf(day);
  return dayNumber({ year, month: per === "month" ? month : 1, day: 1 });
}

/** The first local day of the period after the one that begins with `day`. */
function dayAfter(per: CalendarPeriod, day: number): number {
  if (per === "day") return day + 1;
  if (per === "week") return day + 7;
  const { year, month } = dateOf(day);
  return dayNumber(per === "month" ? { year, month: month + 1, day: 1 } : { year: year + 1, month: 1, day: 1 });
}

/** The period that `at` is in. @throws RangeError for a name that is no time zone */
export function periodAt(per: CalendarPeriod, at: WallTime, timeZone: string): LocalPeriod {
  const first = firstDay(per, localDay(at, timeZone));
  return { from: startOfDay(first, timeZone), until: startOfDay(dayAfter(per, first), timeZone) };
}

/**
 * The periods that touch the time from `from` up to `until`, in order and side by side. None when that is empty. A day that a zone left out
 * is left out. @throws RangeError for a name that is no time zone
 */
export function periodsBetween(per: CalendarPeriod, from: WallTime, until: WallTime, timeZone: string): readonly LocalPeriod[] {
  const periods: LocalPeriod[] = [];
  if (!(until > from)) return periods;
  const last = localDay(until, timeZone);
  let day = firstDay(per, localDay(from, timeZone));
  let begin = startOfDay(day, timeZone);
  while (day <= last && begin < until) {
    const next = dayAfter(per, day);
    const end = startOfDay(next, timeZone);
    if (end > begin) periods.push({ from: begin, until: end });
    day = next;
    begin = end;
  }
  return periods;
}

/** The begin of the local day that is `days` before the one that `at` is in: with 0 its own midnight. */
export const daysBefore = (at: WallTime, days: number, timeZone: string): WallTime => startOfDay(localDay(at, timeZone) - days, timeZone);
