/** Local dates as people write them, and what local periods are called. */
import { type CalendarPeriod, dateOf, type LocalDate, localDateOf, localDay, startOfLocalDay } from "#core/session/calendar";
import type { WallTime } from "#core/units/units";

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-10-25`, `2026-W43`, `2026-10`, `2026`. @param from any moment of the period */
export function labelOf(from: WallTime, period: CalendarPeriod, timeZone: string): string {
  const { year, month, day } = localDateOf(from, timeZone);
  switch (period) {
    case "day":
      return `${year}-${two(month)}-${two(day)}`;
    case "week":
      return isoWeek(localDay(from, timeZone));
    case "month":
      return `${year}-${two(month)}`;
    case "year":
      return String(year);
  }
}

/** The week that Thursday belongs to (ISO 8601); 1 January 1970 was a Thursday. */
function isoWeek(day: number): string {
  const thursday = day - ((((day + 3) % 7) + 7) % 7) + 3;
  const { year } = dateOf(thursday);
  let week = 1;
  while (dateOf(thursday - 7 * week).year === year) week += 1;
  return `${year}-W${two(week)}`;
}

const LOCAL_PERIOD = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const EARLIEST = 2000;
const LATEST = 2199;

/** The begin and the end of `2026`, `2026-10` or `2026-10-25`; null when it is none of them. */
export function localPeriod(text: string, timeZone: string): { readonly from: WallTime; readonly until: WallTime } | null {
  const [, years, months, days] = LOCAL_PERIOD.exec(text) ?? [];
  if (years === undefined) return null;
  const first: LocalDate = { year: Number(years), month: Number(months ?? 1), day: Number(days ?? 1) };
  if (first.year < EARLIEST || first.year > LATEST || !exists(first)) return null;
  const next = {
    year: first.year + (months === undefined ? 1 : 0),
    month: first.month + (months !== undefined && days === undefined ? 1 : 0),
    day: first.day + (days === undefined ? 0 : 1),
  };
  return { from: startOfLocalDay(first, timeZone), until: startOfLocalDay(next, timeZone) };
}

function exists({ year, month, day }: LocalDate): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
