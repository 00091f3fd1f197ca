/** "14:30" as people say it: the next one that comes, where they are. */
import { WallTime } from "#core/units/units";

const DAY = 86_400_000;

/** The wall time of the next `hour`:`minute` in the zone, `now` included; a time that a clock change leaves out is taken an hour later. */
export function nextTimeOfDay(now: WallTime, hour: number, minute: number, timeZone: string): WallTime {
  const shift = offsetAt(now, timeZone);
  const localMidnight = Math.floor((now + shift) / DAY) * DAY;
  for (const day of [0, 1, 2]) {
    const local = localMidnight + day * DAY + (hour * 60 + minute) * 60_000;
    const at = local - offsetAt(local - shift, timeZone);
    if (at >= now - 59_999) return WallTime(Math.max(at, now));
  }
  return now;
}

/** What the zone is ahead of UTC at that moment, ms. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - Math.floor(at / 1000) * 1000;
}
