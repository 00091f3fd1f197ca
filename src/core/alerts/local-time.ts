/** The clock on somebody's wall: a wall time and a time zone give the hour that rules for people speak of, daylight saving included. */
import { localTime } from "#core/session/time-zone";
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

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** @param zone a time zone that exists */
export function localTimeOf(wall: WallTime, zone: string): LocalTime {
  const { year, month, day, hour, minute } = localTime(wall, zone);
  return { date: `${year}-${twoDigits(month)}-${twoDigits(day)}`, minute: hour * 60 + minute };
}

/** "21:30" as minutes since midnight; null when it is no time of day. */
export function minuteOfDay(text: string): MinuteOfDay | null {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hour === undefined ? null : Number(hour) * 60 + Number(minute);
}

export const isWithin = (minute: MinuteOfDay, { from, to }: DailyWindow): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;
