/** The excess-power page of an off-grid battery monitor: each value twice, so that a torn page is noticed. */
import type { Millis, Watts } from "#core/units/units";

export interface ExcessPage {
  /** The monitor's own stamp, YYYYMMDDHHMMSS; a page with an unchanged stamp is old news. */
  readonly stamp: string;
  /** How old the values were when the page was made. */
  readonly age: Millis;
  /** How much more could be used now; negative asks to use less. */
  readonly excess: Watts;
  /** A load that is to be supplied in any case. */
  readonly minimum: Watts;
  /** The most that may be used; 0 W forbids charging. */
  readonly maximum: Watts;
}

export type ParsedPage = { readonly ok: true; readonly page: ExcessPage } | { readonly ok: false; readonly why: string };

const TAGS = /<[^>]*>/g;
const STAMPS = { current: /Current Time\s+(\S+)/g, stamp: /Timestamp\s+(\S+)/g } as const;
const VALUES = {
  excess: /Excess solar power available\s+(\S+)/g,
  minimum: /Minimum demand energy\s+(\S+)/g,
  maximum: /Maximum demand energy\s+(\S+)/g,
} as const;
const POWER = /^(-?\d{1,7}(?:\.\d{1,3})?)W$/;
const STAMP = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;
const LONGEST_PAGE = 4096;
/** Values older than this were not made for this charge. */
const OLDEST = 10 * 60_000;
/** A monitor's clock may run ahead of its web server's by this much. */
const CLOCK_SLACK = 5000;

const fail = (why: string): ParsedPage => ({ ok: false, why });

function found(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? "");
}

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
/** Days of the year before `month` (1 to 13). */
const daysBefore = (month: number, leap: boolean): number => (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0);

/** Milliseconds on the page's own calendar since the year 2000, or null when it is no date. Only differences of it mean anything. */
function timeOf(stamp: string): number | null {
  const parts = STAMP.exec(stamp)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const leap = isLeap(year);
  const isDay = year >= 2000 && month >= 1 && month <= 12 && day >= 1 && day <= daysBefore(month + 1, leap) - daysBefore(month, leap);
  if (!isDay || hour >= 24 || minute >= 60 || second >= 60) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 484;
  const days = (year - 2000) * 365 + leapDays + daysBefore(month, leap) + day - 1;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

function pairOf(name: string, text: string, pattern: RegExp): number | string {
  const values = found(text, pattern);
  if (values.length !== 2) return `${name}: expected the value twice, found it ${values.length} times`;
  const [first = "", second = ""] = values;
  if (first !== second) return `${name}: the two values differ (${first}, ${second})`;
  const power = POWER.exec(first)?.[1];
  return power === undefined ? `${name}: expected watts like -105W, got ${first.slice(0, 20)}` : Number(power);
}

/** Reads the page as plain text or with `<p>` lines. @returns what is wrong with it instead of throwing. */
export function parseExcessPage(body: string): ParsedPage {
  if (body.length > LONGEST_PAGE) return fail("page too long");
  const text = body.replace(TAGS, "\n");
  const [current, ...moreCurrents] = found(text, STAMPS.current);
  const [stamp, ...moreStamps] = found(text, STAMPS.stamp);
  if (current === undefined || stamp === undefined || moreCurrents.length + moreStamps.length > 0) {
    return fail("expected one Current Time and one Timestamp");
  }
  const now = timeOf(current);
  const then = timeOf(stamp);
  if (now === null || then === null) return fail("expected times as YYYYMMDDHHMMSS");
  if (then - now > CLOCK_SLACK) return fail("Timestamp is later than Current Time");
  const age = Math.max(0, now - then);
  if (age > OLDEST) return fail("values are more than ten minutes old");
  const excess = pairOf("Excess solar power available", text, VALUES.excess);
  const minimum = pairOf("Minimum demand energy", text, VALUES.minimum);
  const maximum = pairOf("Maximum demand energy", text, VALUES.maximum);
  if (typeof excess === "string") return fail(excess);
  if (typeof minimum === "string") return fail(minimum);
  if (typeof maximum === "string") return fail(maximum);
  if (minimum < 0 || maximum < 0) return fail("demand cannot be negative");
  return {
    ok: true,
    page: { stamp, age: age as Millis, excess: excess as Watts, minimum: minimum as Watts, maximum: maximum as Watts },
  };
}
