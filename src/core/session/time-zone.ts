/** The local time of a zone, from the rules that the machine's own calendar knows. Pure: the same question always has the same answer. */
import type { WallTime } from "#core/units/units";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** Shorter than any two changes of a zone's clock are apart (Morocco's Ramadan: four weeks). */
const PROBE = 7 * DAY;

/** What is asked for outside the time surveyed is surveyed with this much around it. */
const MARGIN = 366 * DAY;

/** Nobody charged before 1970; beyond 2200 a zone keeps the offset it has then. */
const LAST_SURVEYED = 7_258_118_400_000;

/** A stretch of time with one offset: local time = UTC + `offsetMs`. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offsetMs: number;
}

interface Zone {
  readonly offsetAt: (at: number) => number;
  /** Known so far, side by side. */
  stretches: readonly Stretch[];
}

/** A date of the Gregorian calendar; months count from 1. Months and days may run over: 2026-13-01 is 1 January 2027. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface LocalTime extends LocalDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const ZONES = new Map<string, Zone>();

/** Whether `name` is an IANA time zone known here. */
export function isTimeZone(name: string): boolean {
  try {
    return zoneOf(name) !== undefined;
  } catch {
    return false;
  }
}

/** @throws RangeError for a name that is no zone */
function zoneOf(name: string): Zone {
  const known = ZONES.get(name);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const offsetAt = (at: number): number => {
    const whole = Math.floor(at / 1000) * 1000;
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (format.format(whole).match(/\d+/g) ?? []).map(Number);
    return (dayNumber({ year, month, day }) * 24 + hour) * HOUR + minute * MINUTE + second * 1000 - whole;
  };
  const zone: Zone = { offsetAt, stretches: [] };
  ZONES.set(name, zone);
  return zone;
}

/** Days from 1 January 1970 to that date. */
export function dayNumber({ year, month, day }: LocalDate): number {
  const years = year + Math.floor((month - 1) / 12);
  const months = ((((month - 1) % 12) + 12) % 12) + 1;
  // Counted from March, so that a leap day comes last.
  const shifted = months > 2 ? years : years - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (months + (months > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** The date that is `days` after 1 January 1970. */
export function dateOf(days: number): LocalDate {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

/** Stretches that cover `from` to `until`, and more. */
function stretchesOver(name: string, early: number, late: number): readonly Stretch[] {
  const zone = zoneOf(name);
  const from = Math.min(Math.max(early, 0), LAST_SURVEYED);
  const until = Math.min(Math.max(late, 0), LAST_SURVEYED);
  const first = zone.stretches[0];
  const last = zone.stretches.at(-1);
  if (first === undefined || last === undefined || from < first.from || until > last.until) {
    const low = Math.floor(Math.min(from - MARGIN, first?.from ?? from) / PROBE) * PROBE;
    const high = Math.ceil(Math.max(until + MARGIN, last?.until ?? until) / PROBE) * PROBE;
    zone.stretches = surveyed(zone, low, high);
  }
  return zone.stretches;
}

function surveyed({ offsetAt }: Zone, low: number, high: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let from = low;
  let offsetMs = offsetAt(low);
  for (let at = low; at < high; at += PROBE) {
    const next = offsetAt(at + PROBE);
    if (next === offsetMs) continue;
    let [before, after] = [at, at + PROBE];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (offsetAt(middle) === offsetMs) before = middle;
      else after = middle;
    }
    found.push({ from, until: after, offsetMs });
    from = after;
    offsetMs = next;
  }
  found.push({ from, until: high, offsetMs });
  return found;
}

/** Local time less UTC at `at`, ms. @throws RangeError for a name that is no zone */
export function offsetAt(at: WallTime, name: string): number {
  const stretches = stretchesOver(name, at, at);
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.until ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return stretches[low]?.offsetMs ?? 0;
}

/** Local day of `at`, in days since 1 January 1970. */
export const localDay = (at: WallTime, name: string): number => Math.floor((at + offsetAt(at, name)) / DAY);

/** What the clock on the wall shows at `at`. */
export function localTime(at: WallTime, name: string): LocalTime {
  const local = at + offsetAt(at, name);
  const days = Math.floor(local / DAY);
  const seconds = Math.floor((local - days * DAY) / 1000);
  return {
    ...dateOf(days),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
}

/**
 * The first moment of a local day: where midnight does not exist, when the clock jumps over it; where it comes twice, the first time. Of a
 * day that a zone left out, the begin of the next.
 */
export function startOfDay(day: number, name: string): WallTime {
  const midnight = day * DAY;
  const stretches = stretchesOver(name, midnight - 2 * DAY, midnight + 2 * DAY);
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { until, offsetMs } = stretches[middle] ?? { until: 0, offsetMs: 0 };
    // Local times of a zone never fall behind by a day, so an older stretch that ends before midnight is out of question.
    if (until + offsetMs <= midnight && until <= midnight - DAY) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < stretches.length; index += 1) {
    const stretch = stretches[index];
    if (stretch !== undefined && stretch.until + stretch.offsetMs > midnight)
      return Math.max(stretch.from, midnight - stretch.offsetMs) as WallTime;
  }
  return midnight as WallTime;
}

/** The local date at `at`. @throws RangeError for a name that is no zone */
export const localDateOf = (at: WallTime, name: string): LocalDate => dateOf(localDay(at, name));

/** The first moment of a local date, see `startOfDay`. @throws RangeError for a name that is no zone */
export const startOfLocalDay = (date: LocalDate, name: string): WallTime => startOfDay(dayNumber(date), name);
