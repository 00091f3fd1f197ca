/** Reads a power, current, percentage, energy or price out of whatever a flow delivers. */
import type { Rejection } from "./gate.ts";

export type ReadingKind = "power" | "current" | "percent" | "energy" | "voltage" | "plain";
export type ParsedReading = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: Rejection };

/** Factor to W, A, %, Wh or V for each unit a kind understands; the empty unit is the base unit. */
const UNITS: Readonly<Record<ReadingKind, Readonly<Record<string, number>>>> = {
  power: { "": 1, w: 1, kw: 1e3, mw: 1e6, va: 1, kva: 1e3 },
  current: { "": 1, a: 1, ma: 1e-3 },
  percent: { "": 1, "%": 1 },
  energy: { "": 1, wh: 1, kwh: 1e3, mwh: 1e6 },
  voltage: { "": 1, v: 1, mv: 1e-3, kv: 1e3 },
  plain: { "": 1 },
};

/** Milliwatts are no household unit, so "mW" would read as megawatts: it is refused instead. */
const REFUSED_SPELLING = /^mWh?$/;
const NOT_AVAILABLE = new Set(["unavailable", "unknown", "none", "null", "undefined", "offline", "n/a", "na", "-", "--", ""]);
const NUMBER_AND_UNIT = /^([+-]?)(\d+(?:[.,]\d+)?|[.,]\d+)(e[+-]?\d{1,3})?\s*([a-z%]*)$/i;
/** "1,234" is a thousand in one country and one and a bit in the next. */
const AMBIGUOUS_COMMA = /^\d{1,3},\d{3}$/;
const MINUS_SIGNS = /^[−–]/;
const LONGEST_TEXT = 64;
const STEP_OF_PATH = /[^.[\]]+/g;

const refuse = (reason: Rejection): ParsedReading => ({ ok: false, reason });

/** What a dotted path ("a.b[0].c") leads to in `value`; the value itself for an empty path, undefined when the path ends early. */
export function follow(value: unknown, path: string): unknown {
  let here = value;
  for (const key of path.match(STEP_OF_PATH) ?? []) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}

function parseText(text: string, kind: ReadingKind): ParsedReading {
  const trimmed = text.trim().replace(MINUS_SIGNS, "-");
  if (NOT_AVAILABLE.has(trimmed.toLowerCase())) return refuse("unavailable");
  if (trimmed.length > LONGEST_TEXT) return refuse("notANumber");
  const [, sign, digits = "", exponent = "", unit = ""] = NUMBER_AND_UNIT.exec(trimmed) ?? [];
  if (digits === "") return refuse("notANumber");
  if (AMBIGUOUS_COMMA.test(digits)) return refuse("ambiguous");
  const factor = REFUSED_SPELLING.test(unit) ? undefined : UNITS[kind][unit.toLowerCase()];
  if (factor === undefined) return refuse("unit");
  const value = Number(`${digits.replace(",", ".")}${exponent}`) * factor * (sign === "-" ? -1 : 1);
  return Number.isFinite(value) ? { ok: true, value } : refuse("notANumber");
}

/**
 * A number in the base unit of `kind` (W, A, %, Wh, V).
 * Takes numbers, numeric text with or without a unit ("-1.2 kW", "800", "6,5 A") and objects with a property path.
 * @returns a reason instead of throwing when there is nothing to read.
 */
export function parseReading(value: unknown, kind: ReadingKind, path = ""): ParsedReading {
  const found = path === "" ? value : follow(value, path);
  if (typeof found === "number") return Number.isFinite(found) ? { ok: true, value: found } : refuse("notANumber");
  if (typeof found === "string") return parseText(found, kind);
  return refuse(found === null || found === undefined ? "unavailable" : "notANumber");
}
