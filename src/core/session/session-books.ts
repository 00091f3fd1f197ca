/** The books of the session that is open: what is known of it so far, and the record that it makes. */
import {
  type EnergyTotals,
  energyOfTotals,
  type Mixture,
  NO_ENERGY,
  NO_MIXTURE,
  rounded,
  writtenTotals,
} from "#core/session/energy-totals";
import type { EndReason, Interruption, SessionFault, SessionRecord, SessionSample } from "#core/session/record";
import type { Stopped } from "#core/session/stop-reasons";
import { type Instant, type Millis, Seconds, type WallTime } from "#core/units/units";

/** A session that goes on and off all day keeps its first ones. */
const MOST_INTERRUPTIONS = 100;
const MOST_FAULTS = 50;
/** An event and a report speak of the same fault when their times differ by no more. */
const SAME_FAULT = Seconds(5);

export interface Stop extends Stopped {
  readonly at: Instant;
}

export interface SessionBooks {
  readonly id: string;
  /** The charger's own name for it; null when it has none. */
  readonly chargerSession: string | null;
  readonly revision: number;
  readonly user: string | null;
  readonly tag: string | null;
  readonly startedAt: WallTime;
  /** Added to the wall clock, so that its times do not run backwards when the clock is set back. */
  readonly shiftMs: number;
  /** Until when time is counted. */
  readonly countedTo: Instant;
  readonly connectedMs: number;
  readonly chargingMs: number;
  readonly totals: EnergyTotals;
  readonly mixture: Mixture;
  /** When energy was last booked; null before the first time. */
  readonly bookedAt: Instant | null;
  /** Energy that came in a lump after a gap: no part of the mean power. */
  readonly caughtUpWh: number;
  /** The car's power as the counter shows it, W. */
  readonly drawnW: number | null;
  readonly meterStartWh: number | null;
  readonly meterStopWh: number | null;
  readonly maxPowerW: number | null;
  readonly offeredMinA: number | null;
  readonly offeredMaxA: number | null;
  readonly peakTemperatureC: number | null;
  readonly carSocPercent: number | null;
  readonly interruptions: readonly Interruption[];
  readonly faults: readonly SessionFault[];
  readonly gaps: number;
  /** The car has charged. */
  readonly begun: boolean;
  /** Why it did not charge, of a car that never did. */
  readonly shown: Stopped | null;
  /** Since when and why it does not charge; null while it does. */
  readonly stop: Stop | null;
  /** Why charging stopped, said by an event whose report is still to come. */
  readonly told: Stop | null;
  /** The charger said that the car was unplugged then; its last report is still to come. */
  readonly leftAt: Instant | null;
  readonly sampled: { readonly at: WallTime; readonly totals: EnergyTotals } | null;
  /** A time for a sample at which there was nothing new; it marks where energy begins to rise again. */
  readonly flatAt: WallTime | null;
  /** Since it was last handed out. */
  readonly changed: boolean;
}

export interface Opening {
  readonly id: string;
  readonly chargerSession: string | null;
  readonly startedAt: WallTime;
  readonly at: Instant;
  readonly tag: string | null;
}

export const openBooks = ({ id, chargerSession, startedAt, at, tag }: Opening): SessionBooks => ({
  id,
  chargerSession,
  revision: 0,
  user: null,
  tag,
  startedAt,
  shiftMs: 0,
  countedTo: at,
  connectedMs: 0,
  chargingMs: 0,
  totals: NO_ENERGY,
  mixture: NO_MIXTURE,
  bookedAt: null,
  caughtUpWh: 0,
  drawnW: null,
  meterStartWh: null,
  meterStopWh: null,
  maxPowerW: null,
  offeredMinA: null,
  offeredMaxA: null,
  peakTemperatureC: null,
  carSocPercent: null,
  interruptions: [],
  faults: [],
  gaps: 0,
  begun: false,
  shown: null,
  stop: null,
  told: null,
  leftAt: null,
  sampled: null,
  flatAt: null,
  changed: true,
});

/** Over the time it charged; null when nobody measured, or when it never did. */
function meanPowerOf({ chargingMs, totals, caughtUpWh, maxPowerW, meterStartWh }: SessionBooks): number | null {
  const energyWh = energyOfTotals(totals);
  const isMeasured = energyWh > 0 || maxPowerW !== null || meterStartWh !== null;
  return isMeasured && chargingMs > 0 ? rounded(Math.max(0, ((energyWh - caughtUpWh) * 3_600_000) / chargingMs)) : null;
}

/** The record of `books` as it stands. */
export function recordOf(books: SessionBooks, charger: string): SessionRecord {
  const { id, revision, user, tag, startedAt, meterStartWh, meterStopWh, interruptions, faults, gaps } = books;
  return {
    id,
    revision,
    charger,
    user,
    tag,
    startedAt,
    endedAt: null,
    connectedMs: Math.round(books.connectedMs),
    chargingMs: Math.round(books.chargingMs),
    ...writtenTotals(books.totals),
    meterStartWh: meterStartWh === null ? null : rounded(meterStartWh),
    meterStopWh: meterStopWh === null ? null : rounded(meterStopWh),
    maxPowerW: books.maxPowerW,
    meanPowerW: meanPowerOf(books),
    offeredMinA: books.offeredMinA,
    offeredMaxA: books.offeredMaxA,
    peakTemperatureC: books.peakTemperatureC,
    interruptions,
    faults,
    endReason: null,
    gaps,
  };
}

/** What `recordOf` makes of the session when it is over. The stop it ended with is no interruption. */
export function closedRecord(books: SessionBooks, charger: string, endedAt: WallTime, endReason: EndReason): SessionRecord {
  const interruptions = books.interruptions.filter(({ until }) => until !== null);
  return { ...recordOf({ ...books, interruptions }, charger), endedAt: Math.max(endedAt, books.startedAt) as WallTime, endReason };
}

/**
 * Ends a record that no ledger knows: its books were lost. It ends when it was last written of, and nobody knows why.
 * @param last its newest sample; null when there is none
 */
export function closedOrphan(record: SessionRecord, last: SessionSample | null): SessionRecord {
  const known = Math.max(record.startedAt + record.connectedMs, last?.at ?? 0);
  return {
    ...record,
    revision: record.revision + 1,
    interruptions: record.interruptions.filter(({ until }) => until !== null),
    endedAt: known as WallTime,
    endReason: "unknown",
    gaps: record.gaps + 1,
  };
}

export function interrupted(books: SessionBooks, stop: Stop, at: WallTime): SessionBooks {
  const full = books.interruptions.length >= MOST_INTERRUPTIONS;
  const interruptions = full ? books.interruptions : [...books.interruptions, { at, until: null, reason: stop.reason }];
  return { ...books, stop, told: null, interruptions, changed: true };
}

/** A better reason for the stop under way has become known. */
export const withReason = (books: SessionBooks, { reason, isFault }: Stopped): SessionBooks => ({
  ...books,
  stop: books.stop === null ? null : { ...books.stop, reason, isFault },
  interruptions: books.interruptions.map((stretch) => (stretch.until === null ? { ...stretch, reason } : stretch)),
  changed: true,
});

export const chargingAgain = (books: SessionBooks, at: WallTime): SessionBooks => ({
  ...books,
  begun: true,
  stop: null,
  told: null,
  interruptions: books.interruptions.map((stretch) => (stretch.until === null ? { ...stretch, until: at } : stretch)),
  changed: true,
});

export function withFault(books: SessionBooks, fault: SessionFault): SessionBooks {
  const known = books.faults.findIndex(({ name, at }) => name === fault.name && Math.abs(at - fault.at) <= SAME_FAULT);
  const before = books.faults[known];
  if (before === undefined)
    return books.faults.length < MOST_FAULTS ? { ...books, faults: [...books.faults, fault], changed: true } : books;
  if (before.mrec !== null || fault.mrec === null) return books;
  return { ...books, faults: books.faults.with(known, { ...before, mrec: fault.mrec }), changed: true };
}

/** Moves its instants by `by`: the monotonic clock began anew. */
export const shiftedBooks = (books: SessionBooks, by: Millis, excess: Millis): SessionBooks => ({
  ...books,
  shiftMs: books.shiftMs + excess,
  countedTo: (books.countedTo + by) as Instant,
  bookedAt: books.bookedAt === null ? null : ((books.bookedAt + by) as Instant),
  stop: shiftedStop(books.stop, by),
  told: shiftedStop(books.told, by),
  leftAt: books.leftAt === null ? null : ((books.leftAt + by) as Instant),
});

const shiftedStop = (stop: Stop | null, by: Millis): Stop | null => (stop === null ? null : { ...stop, at: (stop.at + by) as Instant });
