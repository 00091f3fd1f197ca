/** The clock on somebody's wall: a wall time and a time zone give the hour that rules for people speak of, daylight saving included. */
import type { WallTime } from "#core/units/units";

/** Minutes since local midnight, 0 to 1439. */
export type MinuteOfDay = number;

export interface LocalTime {
  /** Local date, "2026-03-29": a day counts once, however often its clock was set. */
  readonly date: string;
  readonly minute: MinuteOfDay;
}

/** From one minute of the day to another, past midnight when the end is the smaller. Equal ends make no window. */
export interface DailyWindow {
  readonly from: MinuteOfDay;
  readonly to: MinuteOfDay;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/** Whether `zone` names a time zone, such as "Europe/Berlin". */
export function isTimeZone(zone: string): boolean {
  try {
    formatFor(zone);
    return true;
  } catch {
    return false;
  }
}

/** @param zone a time zone that exists; see `isTimeZone` */
export function localTimeOf(wall: WallTime, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatFor(zone)
      .formatToParts(wall)
      .map(({ type, value }) => [type, value]),
  );
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** "21:30" as minutes since midnight; null when it is no time of day. */
export function minuteOfDay(text: string): MinuteOfDay | null {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hour === undefined ? null : Number(hour) * 60 + Number(minute);
}

export const isWithin = (minute: MinuteOfDay, { from, to }: DailyWindow): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;
