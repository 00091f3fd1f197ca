/** How a session begins and how it ends. */
import { change, type LedgerTurn, nextRecord, wallAt } from "#core/session/ledger-turn";
import { closedRecord, openBooks, type SessionBooks } from "#core/session/session-books";
import { endReasonOf, type Stopped } from "#core/session/stop-reasons";
import { type Instant, Minutes } from "#core/units/units";

/** An authorisation waits this long for its car. */
const TAG_WAITS = Minutes(5);

export function openAt(turn: LedgerTurn, chargerSession: string | null, at: Instant): SessionBooks {
  const { books, config } = turn;
  const tag = books.tag !== null && at - books.tag.at <= TAG_WAITS ? books.tag.tag : null;
  const session = openBooks({ id: turn.now.newId(), chargerSession, startedAt: wallAt(turn, at), at, tag });
  const { counter } = books;
  // What a life counter shows now is its start only if it was read a moment ago.
  const isFresh = counter !== null && counter.of === "life" && at - counter.readAt <= config.longestGap;
  if (!isFresh) books.counter = null;
  books.tag = null;
  books.mixedTo = at;
  books.session = isFresh ? { ...session, meterStartWh: counter.markWh, meterStopWh: counter.markWh } : session;
  turn.due = true;
  return books.session;
}

export interface Close {
  readonly at: Instant;
  /** What the last report shows of why the car did not charge. */
  readonly shown: Stopped | null;
  readonly whileCharging: boolean;
  /** Nobody saw it end. */
  readonly unseen: boolean;
}

export function closeAt(turn: LedgerTurn, { at, shown, whileCharging, unseen }: Close): void {
  const { books, config } = turn;
  if (books.session === null) return;
  const endedAt = wallAt(turn, at);
  // Its last record as an open one, and the revision after it.
  nextRecord(turn, books.session);
  const { session } = books;
  const lostPower = books.bootedAt !== null && books.bootedAt >= at;
  const stopped = session.stop ?? session.told ?? shown;
  const endReason = endReasonOf({
    whileCharging: whileCharging && session.stop === null && session.told === null,
    stopped,
    stoppedForMs: session.begun && session.stop !== null ? at - session.stop.at : null,
    carSocPercent: session.carSocPercent,
    unseen: unseen ? (lostPower ? "powerLoss" : "silence") : null,
  });
  const record = closedRecord(session, config.charger, endedAt, endReason);
  turn.closed.push(record);
  turn.news.push({ kind: "sessionEnded", record });
  turn.due = true;
  books.session = null;
  books.last = { id: session.id, chargerSession: session.chargerSession };
  books.mixedTo = null;
}

/** The session that is open has a better name now. */
export const named = (turn: LedgerTurn, session: SessionBooks, chargerSession: string | null): SessionBooks =>
  chargerSession === null || session.chargerSession !== null ? session : change(turn, session, { chargerSession });
