/**
 * What an energy counter proves. It is believed when it grows as fast as a charger can; anything else (a fall, a jump) is doubted until
 * the next reading goes on from there, and then counts from there: a meter that was reset or replaced makes no energy.
 */
import { energyOf, type Instant, Millis, type Watts } from "#core/units/units";

/** A coarse counter makes a whole step at once, Wh. */
const COARSEST_STEP = 1000;
/** A counter that rounds may fall by this, Wh. */
const JITTER = 1;
/** Where counters start over, Wh. */
const ROLLOVERS: readonly number[] = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32];

export interface MeterCounter {
  readonly of: "life" | "session";
  /** The highest reading believed, Wh. */
  readonly markWh: number;
  readonly readAt: Instant;
  readonly grewAt: Instant;
  /** Energy booked from power while the counter was silent or in doubt: the counter has already been paid this. */
  readonly aheadWh: number;
  readonly doubt: { readonly wh: number; readonly at: Instant } | null;
}

export interface CounterReading {
  readonly counter: MeterCounter;
  /** Null when the reading proves nothing, not even that nothing flowed. */
  readonly gainedWh: number | null;
  readonly noticed: "rollover" | "replaced" | null;
}

export const counterFrom = (of: "life" | "session", markWh: number, at: Instant): MeterCounter => ({
  of,
  markWh,
  readAt: at,
  grewAt: at,
  aheadWh: 0,
  doubt: null,
});

/** @param most what may flow at the most, W */
export function readCounter(before: MeterCounter, wh: number, at: Instant, most: Watts): CounterReading {
  const mostSince = (since: Instant): number => energyOf(most, Millis(Math.max(0, at - since))) + COARSEST_STEP;
  const grown = wh - before.markWh;
  if (grown < 0 && grown >= -JITTER) return believed({ ...before, readAt: at, doubt: null }, 0, null);
  if (grown >= 0 && grown <= mostSince(before.grewAt)) return believed(grownTo(before, wh, grown, at), paid(before, grown), null);
  const rolled = ROLLOVERS.find((size) => before.markWh <= size && wh < before.markWh && grown + size <= mostSince(before.grewAt));
  if (rolled !== undefined) return believed(grownTo(before, wh, grown + rolled, at), paid(before, grown + rolled), "rollover");
  const { doubt } = before;
  if (doubt !== null && wh >= doubt.wh && wh - doubt.wh <= mostSince(doubt.at))
    return believed(counterFrom(before.of, wh, at), wh - doubt.wh, "replaced");
  return { counter: { ...before, readAt: at, doubt: { wh, at } }, gainedWh: null, noticed: null };
}

/** More time has passed than the monotonic clock knows. */
export const withMoreTime = (counter: MeterCounter, by: Millis): MeterCounter => ({
  ...counter,
  grewAt: (counter.grewAt - by) as Instant,
  doubt: counter.doubt === null ? null : { ...counter.doubt, at: (counter.doubt.at - by) as Instant },
});

/** Energy was booked from power: the counter owes it. */
export const withAhead = (counter: MeterCounter, wh: number): MeterCounter =>
  wh > 0 ? { ...counter, aheadWh: counter.aheadWh + wh } : counter;

const paid = ({ aheadWh }: MeterCounter, grown: number): number => Math.max(0, grown - aheadWh);

const grownTo = (before: MeterCounter, wh: number, grown: number, at: Instant): MeterCounter => ({
  ...before,
  markWh: wh,
  readAt: at,
  grewAt: grown > 0 ? at : before.grewAt,
  aheadWh: Math.max(0, before.aheadWh - grown),
  doubt: null,
});

const believed = (counter: MeterCounter, gainedWh: number, noticed: CounterReading["noticed"]): CounterReading => ({
  counter,
  gainedWh,
  noticed,
});
