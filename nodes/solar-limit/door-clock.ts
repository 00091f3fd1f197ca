/** Time at the door: a message's wall time becomes a point on the monotonic clock, and nothing inside knows wall time. */
import { Instant, type WallTime } from "#core/units/units";
import type { Scheduler } from "../shared/scheduler.ts";

/** What the limiter needs of time; tests move it. */
export interface SolarTime extends Scheduler {
  now(): Instant;
}

/** The wall clock was set when it moves this far against the monotonic one, ms. */
const CLOCK_WAS_SET = 1000;
/** Stamps below this are seconds since 1970, not milliseconds. */
const SECONDS_UNTIL = 1e11;
/** A date with a time of day; anything looser is read differently by different engines. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

export class DoorClock {
  readonly #time: SolarTime;
  #offset: number;
  #timesSet = 0;

  constructor(time: SolarTime) {
    this.#time = time;
    this.#offset = time.wall() - time.now();
  }

  /** The same stamp gives the same instant each time, unless the wall clock was set in between. */
  instantOf(wall: number): Instant {
    this.#follow();
    return Instant(wall - this.#offset);
  }

  /** How often the wall clock was set so far: after that, a time of day is another moment. */
  get timesSet(): number {
    this.#follow();
    return this.#timesSet;
  }

  #follow(): void {
    const offset = this.#time.wall() - this.#time.now();
    if (Math.abs(offset - this.#offset) <= CLOCK_WAS_SET) return;
    this.#offset = offset;
    this.#timesSet += 1;
  }
}

/**
 * Wall time that a message names: milliseconds or seconds since 1970, ISO text or a Date.
 * @returns null when there is none; undefined when it cannot be read.
 */
export function wallTimeOf(value: unknown): WallTime | null | undefined {
  if (value === undefined || value === null || value === "") return null;
  if (value instanceof Date) return readable(value.getTime());
  if (typeof value === "string") {
    if (/^\d{9,14}(\.\d+)?$/.test(value)) return wallTimeOf(Number(value));
    return ISO_TIME.test(value) ? readable(Date.parse(value)) : undefined;
  }
  return typeof value === "number" ? readable(value < SECONDS_UNTIL ? value * 1000 : value) : undefined;
}

const readable = (ms: number): WallTime | undefined => (Number.isFinite(ms) && ms > 0 ? (ms as WallTime) : undefined);

/** The next time the clock on the wall shows this hour and minute. */
export function nextTimeOfDay(hour: number, minute: number, wall: WallTime): WallTime {
  const time = new Date(wall);
  time.setHours(hour, minute, 0, 0);
  if (time.getTime() <= wall) time.setDate(time.getDate() + 1);
  return time.getTime() as WallTime;
}

/** Local time of day in hours; 17.5 is half past five. */
export const hourOfDay = (wall: WallTime): number => {
  const time = new Date(wall);
  return time.getHours() + time.getMinutes() / 60;
};

/** Whether an hour lies in a window of the day, which may go past midnight. Equal ends make no window. */
export const isWithin = (hour: number, from: number, to: number): boolean =>
  from <= to ? hour >= from && hour < to : hour >= from || hour < to;
