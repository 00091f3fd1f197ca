/** The books of one charger: what it says goes in, what is to be kept comes out. Pure; its state is its own checkpoint. */
import { arrive, type Timed } from "#core/session/arrivals";
import { checkpointText, readCheckpoint } from "#core/session/checkpoint";
import type { LedgerConfig } from "#core/session/ledger-config";
import { emptyBooks, type LedgerBooks, movedToThisRun } from "#core/session/ledger-state";
import { beginTurn, type LedgerNow, type LedgerTurn, nextRecord, note, type SessionNews } from "#core/session/ledger-turn";
import { withMoreTime } from "#core/session/meter-counter";
import type { LedgerInput } from "#core/session/observation";
import type { SessionBatch } from "#core/session/record";
import { takeEvent } from "#core/session/take-event";
import { closeWhenLeft, takeReport } from "#core/session/take-report";
import { mixUpTo, takeSite } from "#core/session/take-site";
import { withSlots } from "#core/session/tariff";
import { type Instant, Millis, Minutes, Seconds, type WallTime } from "#core/units/units";

export { ledgerConfig } from "#core/session/ledger-config";
export type { LedgerConfig, LedgerNow, SessionNews };

/** A wall clock that differs by more from the monotonic one was set. */
const STEPPED_BY = Seconds(2);
/** A step worth an event. */
const STEP_WORTH_TELLING = Minutes(1);

/** Plain JSON. What is in it is the ledger's own business. */
export interface LedgerState {
  readonly config: LedgerConfig;
  readonly books: unknown;
}

const known = (state: LedgerState): LedgerBooks => state.books as LedgerBooks;

export const createLedger = (config: LedgerConfig): LedgerState => ({ config, books: emptyBooks(config) });

export interface Resumed {
  readonly state: LedgerState;
  /** Null when it goes on; else why it starts afresh, in words. The session that was open is then an orphan, see `closedOrphan`. */
  readonly afresh: string | null;
}

/** Goes on from a checkpoint. Never throws. */
export function resumeLedger(config: LedgerConfig, checkpointState: string): Resumed {
  const found = readCheckpoint(checkpointState, config);
  if (typeof found === "string") return { state: createLedger(config), afresh: found };
  return { state: { config, books: { ...found, resumed: true } }, afresh: null };
}

/** The id of the session that is open; null when none is. */
export const openSessionId = (state: LedgerState): string | null => known(state).session?.id ?? null;

export interface Recorded {
  readonly state: LedgerState;
  /** To be appended to the store, all or nothing; null when nothing is due. */
  readonly batch: SessionBatch | null;
  readonly news: readonly SessionNews[];
}

/** All that a checkpoint holds, as of now. */
export const checkpointOf = (state: LedgerState): string => checkpointText(known(state));

/** Takes in `input` at `now`. Never throws. Send a tick every second while nobody speaks. */
export function record(state: LedgerState, input: LedgerInput, now: LedgerNow): Recorded {
  const turn = beginTurn(state.config, known(state), now);
  minding(turn);
  if (input.kind === "tariff") {
    // What flowed until now has the prices that were known until now: of those long past none is kept.
    mixUpTo(turn, now.at);
    turn.books.slots = withSlots(turn.books.slots, input.slots, now.wall);
  }
  const timed: Timed | null = input.kind === "tariff" || input.kind === "tick" ? null : input;
  const { arrivals, ready, late } = arrive(turn.books.arrivals, timed, turn.now, state.config.settle);
  turn.books.arrivals = arrivals;
  for (const { at, input: message } of ready) take(turn, message, at);
  // What happened must be kept, even when it came too late to matter.
  if (late?.kind === "event") takeEvent(turn, late.event, null);
  closeWhenLeft(turn);
  return recorded(turn);
}

/** Hands out the open session as it stands, before its keeper goes. Nothing is due of a charger without a session. */
export function handOut(state: LedgerState, now: LedgerNow): Recorded {
  const turn = beginTurn(state.config, known(state), now);
  minding(turn);
  turn.due = turn.books.session !== null;
  return recorded(turn);
}

const recorded = (turn: LedgerTurn): Recorded => {
  const batch = batchOf(turn);
  return { state: { config: turn.config, books: turn.books }, batch, news: turn.news };
};

function take(turn: LedgerTurn, message: Timed, at: Instant): void {
  const { heard, site } = turn.books;
  if (message.kind === "report") takeReport(turn, message.report, notBefore(heard, at));
  else if (message.kind === "event") takeEvent(turn, message.event, at);
  else takeSite(turn, message.reading, notBefore(site, at));
}

/** What carries a time may be older than what came without one. */
const notBefore = (newest: { readonly at: Instant } | null, at: Instant): Instant => Math.max(at, newest?.at ?? at) as Instant;

/** Keeps the two clocks together. */
function minding(turn: LedgerTurn): void {
  const { at, wall } = turn.now;
  const base = wall - at;
  if (turn.books.resumed) Object.assign(turn.books, movedToThisRun(turn.books, at, wall));
  const before = turn.books.wallBaseMs;
  turn.books.at = at;
  turn.books.wallBaseMs = before === null ? base : before;
  if (before === null || Math.abs(base - before) <= STEPPED_BY) return;
  const by = base - before;
  turn.books.wallBaseMs = base;
  const { session, counter } = turn.books;
  if (session !== null) turn.books.session = { ...session, shiftMs: Math.max(0, session.shiftMs - by) };
  // A machine that slept has a monotonic clock that slept too; the meter did not.
  if (counter !== null && by > 0) turn.books.counter = withMoreTime(counter, Millis(by));
  if (Math.abs(by) >= STEP_WORTH_TELLING) note(turn, "clockStepped", { byMs: Math.round(by) });
}

function batchOf(turn: LedgerTurn): SessionBatch | null {
  const { books, now, config } = turn;
  const { session, keptAt } = books;
  const since = keptAt === null ? Number.POSITIVE_INFINITY : now.at - keptAt;
  const flows = session?.changed === true && since >= config.keepEvery;
  // A plugged car from which nothing flows: often enough that a restart is not taken for a gap.
  const idles = session !== null && since >= config.longestGap / 2;
  if (!turn.due && !flows && !idles && turn.samples.length === 0) return null;
  const records = [...turn.closed];
  if (session !== null) {
    const isNew = session.revision === 0;
    const next = nextRecord(turn, session);
    records.push(next);
    turn.news.push({ kind: isNew ? "sessionOpened" : "sessionChanged", record: next });
  }
  books.keptAt = now.at;
  books.keptWall = Math.max(now.wall, books.keptWall ?? now.wall) as WallTime;
  const checkpoint = { charger: config.charger, at: books.keptWall, state: checkpointText(books) };
  return { records, samples: turn.samples, events: turn.events, checkpoints: [checkpoint] };
}
