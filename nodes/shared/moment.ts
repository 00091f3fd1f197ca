/** A point in time as messages have it: ISO text with its zone, or since 1970 in milliseconds or seconds. */
import { MessageError } from "#core/errors";
import { WallTime } from "#core/units/units";
import { shown } from "./shown.ts";

/** Numbers below this are seconds since 1970, not milliseconds. */
const SECONDS_UNTIL = 1e11;
/** A clock that says so was never set. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
/** With a zone; without one, nobody knows which moment is meant. */
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})$/i;
const DIGITS = /^\d{9,14}(\.\d+)?$/;

/** Null when it is no moment. */
export function readMoment(value: unknown): WallTime | null {
  if (value instanceof Date) return within(value.getTime());
  if (typeof value === "number") return within(value < SECONDS_UNTIL ? value * 1000 : value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (DIGITS.test(text)) return readMoment(Number(text));
  return ISO_MOMENT.test(text) ? within(Date.parse(text.replace(/\s(?=[Z+-])/i, "").replace(" ", "T"))) : null;
}

/** @throws MessageError badTime. */
export function momentOf(name: string, value: unknown): WallTime {
  const moment = readMoment(value);
  if (moment === null) {
    throw new MessageError(
      "badTime",
      `${name}: expected ISO text with its zone (2026-03-29T12:00:00Z), or ms or s since 1970, got ${shown(value)}.`,
    );
  }
  return moment;
}

const within = (ms: number): WallTime | null => (ms >= EARLIEST && ms < LATEST ? WallTime(ms) : null);
