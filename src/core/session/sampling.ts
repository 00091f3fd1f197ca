/**
 * Samples on whole UTC multiples of the interval: while the car charges, and around it wherever energy begins or ends to rise, so that a
 * straight line between two neighbours is true.
 */
import { type EnergyTotals, energyOfTotals, NO_ENERGY, totalsBetween, writtenTotals } from "#core/session/energy-totals";
import type { SessionSample } from "#core/session/record";
import type { SessionBooks } from "#core/session/session-books";
import { type Millis, Minutes, type WallTime } from "#core/units/units";

/** Every local midnight lies on one of world time. */
const QUARTER = Minutes(15);

export interface Moment {
  readonly wall: WallTime;
  readonly totals: EnergyTotals;
}

/** What the charger said at the end of the stretch. */
export interface Seen {
  readonly charging: boolean;
  readonly powerW: number | null;
  readonly currentA: number | null;
  readonly offeredA: number | null;
  readonly temperatureC: number | null;
}

export interface Sampled {
  readonly books: SessionBooks;
  readonly samples: readonly SessionSample[];
}

/** @param inGap nobody looked between the two moments: nothing is said of the time between */
export function sampledOver(books: SessionBooks, before: Moment, after: Moment, seen: Seen, every: Millis, inGap: boolean): Sampled {
  const at = inGap ? newestMultiple(after.wall, every) : sampleTime(before.wall, after.wall, every);
  if (at <= books.startedAt || at <= (books.sampled?.at ?? 0) || at <= (books.flatAt ?? 0)) return { books, samples: [] };
  if (at <= before.wall) return { books, samples: [] };
  const share = inGap ? 1 : (at - before.wall) / (after.wall - before.wall);
  const totals = totalsBetween(before.totals, after.totals, Math.min(1, share));
  const last = books.sampled?.totals ?? NO_ENERGY;
  const rises = energyOfTotals(totals) > energyOfTotals(last);
  if (!rises && !seen.charging) return { books: { ...books, flatAt: at }, samples: [] };
  const { flatAt } = books;
  const marks = rises && flatAt !== null && !inGap ? [sampleOf(books, flatAt, last, NOTHING_SEEN)] : [];
  const sample = sampleOf(books, at, totals, seen);
  return { books: { ...books, sampled: { at, totals }, flatAt: null }, samples: [...marks, sample] };
}

/** The quarter of an hour between the two moments, for a local day may begin there; else the newest multiple of the interval. */
function sampleTime(before: WallTime, after: WallTime, every: Millis): WallTime {
  const quarter = newestMultiple(after, QUARTER);
  return quarter > before ? quarter : newestMultiple(after, every);
}

const newestMultiple = (at: WallTime, every: Millis): WallTime => (Math.floor(at / every) * every) as WallTime;

const NOTHING_SEEN: Seen = { charging: false, powerW: null, currentA: null, offeredA: null, temperatureC: null };

function sampleOf({ id }: SessionBooks, at: WallTime, totals: EnergyTotals, seen: Seen): SessionSample {
  const { energyWh, sunWh, gridWh, batteryWh, cost } = writtenTotals(totals);
  const { powerW, currentA, offeredA, temperatureC } = seen;
  return { session: id, at, energyWh, sunWh, gridWh, batteryWh, cost, powerW, currentA, offeredA, temperatureC };
}
