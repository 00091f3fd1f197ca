/** Numbers, money and times as a person reads them, in the page's language and on the store's clock. */
import { words } from "./words.ts";

const locale = words.language === "de" ? "de" : "en";
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const amps = (value: number): string => `${tenth.format(value)} A`;
/** Of a limit: without a decimal where it has none. */
export const limitAmps = (value: number): string =>
  `${Math.abs(value - Math.round(value)) < 0.05 ? whole.format(value) : tenth.format(value)} A`;
export const volts = (value: number): string => `${value < 0 ? "−" : "+"}${tenth.format(Math.abs(value))} V`;
export const mains = (value: number): string => `${whole.format(value)} V`;
export const degrees = (value: number): string => `${whole.format(value)} °C`;
export const percent = (value: number): string => `${whole.format(value)} %`;
export const exactPercent = (value: number): string => `${tenth.format(value)} %`;
/** A charge that has just begun shows that it grows. */
export const kwh = (wattHours: number): string => `${(wattHours > 0 && wattHours < 1000 ? hundredth : tenth).format(wattHours / 1000)} kWh`;
/** On a scale: no more decimals than its size needs. */
export const scaleKwh = (value: number, highest: number): string => `${(highest > 4 ? whole : tenth).format(value)} kWh`;
export const power = (watts: number): string => (Math.abs(watts) < 1000 ? `${whole.format(watts)} W` : `${tenth.format(watts / 1000)} kW`);
/** The number and its unit apart, for the large one. */
export const largePower = (watts: number): readonly [string, string] =>
  Math.abs(watts) < 1000 ? [whole.format(watts), "W"] : [tenth.format(watts / 1000), "kW"];

export function money(value: number | null, currency: string): string {
  if (value === null || currency === "") return "–";
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(value);
  } catch {
    return `${tenth.format(value)} ${currency}`;
  }
}

let timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** The server's clock ahead of this one, ms. */
let ahead = 0;
const formats = new Map<string, Intl.DateTimeFormat>();

export function useTimeZone(name: string): void {
  if (name === timeZone) return;
  timeZone = name;
  formats.clear();
}

export function useClock(serverNow: number): void {
  ahead = serverNow - Date.now();
}

/** The server's time now, ms since 1970. */
export const now = (): number => Date.now() + ahead;

function written(at: number, key: string, options: Intl.DateTimeFormatOptions): string {
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, known);
  return known.format(at);
}

const dayKey = (at: number): string => written(at, "key", { year: "numeric", month: "2-digit", day: "2-digit" });

export const clock = (at: number): string => written(at, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const dayAndMonth = (at: number): string => written(at, "day", { weekday: "short", day: "numeric", month: "short" });
export const fullDate = (at: number): string => written(at, "full", { year: "numeric", month: "short", day: "numeric" });

/** "14:02" today, "Tue, Oct 6, 14:02" on another day, with the year when it is long ago. */
export function when(at: number): string {
  if (dayKey(at) === dayKey(now())) return clock(at);
  return `${Math.abs(now() - at) < 200 * 86_400_000 ? dayAndMonth(at) : fullDate(at)}, ${clock(at)}`;
}

/** "4 min", "2:05 h". */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${Math.max(minutes, 1)} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

/** A local period's label in words: "Oct 2026", "Sun, Oct 25", "2026". Labels are dates of no zone. */
export function periodName(label: string, isShort = false): string {
  const [year = 0, month, day] = label.split("-").map(Number);
  const at = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (month === undefined) return label;
  const options: Intl.DateTimeFormatOptions =
    day === undefined
      ? isShort
        ? { month: "short" }
        : { month: "long", year: "numeric" }
      : isShort
        ? { day: "numeric" }
        : { weekday: "short", day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(at);
}

/** Year, month and day of a moment on the store's clock. */
export function localDate(at: number): readonly [number, number, number] {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric", day: "numeric" }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return [of("year"), of("month"), of("day")];
}
