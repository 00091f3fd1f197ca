/** Takes in one thing that happened at the charger: kept once, and used for what reports do not say. */
import { change, type LedgerTurn, wallAt } from "#core/session/ledger-turn";
import { openAt } from "#core/session/opening-closing";
import type { LoggedEvent } from "#core/session/record";
import { type SessionBooks, withFault, withReason } from "#core/session/session-books";
import { type Stopped, stopToldBy } from "#core/session/stop-reasons";
import { type Instant, Seconds } from "#core/units/units";

/** Newer ids are enough: what is older than these comes too late to change anything, and a store keeps an event once anyway. */
const IDS_REMEMBERED = 64;
/** An event explains the stop that a report showed up to this long before. */
const EXPLAINS = Seconds(10);

/** @param at null for an event that came too late: it is kept and changes nothing */
export function takeEvent(turn: LedgerTurn, event: LoggedEvent, at: Instant | null): void {
  const { books } = turn;
  if (books.eventIds.includes(event.id)) return;
  books.eventIds = [...books.eventIds, event.id].slice(-IDS_REMEMBERED);
  if (event.type === "stateChanged" || event.type === "plugged") books.tellsChanges = true;
  if (at !== null) act(turn, event, at);
  turn.events.push({ ...event, session: sessionOf(turn, event) });
  turn.due = true;
}

/** Ours for the charger's. */
function sessionOf({ books }: LedgerTurn, { session }: LoggedEvent): string | null {
  if (books.session !== null && (session === null || session === books.session.chargerSession)) return books.session.id;
  return session !== null && session === books.last?.chargerSession ? books.last.id : null;
}

function act(turn: LedgerTurn, event: LoggedEvent, at: Instant): void {
  const { books } = turn;
  if (event.type === "plugged" && books.session === null) openAt(turn, event.session, at);
  if (event.type === "booted") books.bootedAt = at;
  if (event.type === "authorised" && event.reason !== null) authorise(turn, event.reason, at);
  const { session } = books;
  if (session === null || (event.session !== null && session.chargerSession !== null && event.session !== session.chargerSession)) return;
  // Of a car that left while the charger was away nobody knows when.
  if (event.type === "unplugged") change(turn, session, { leftAt: event.reason === "whileAway" ? session.countedTo : at });
  if (event.type === "booted" && books.heard?.vehicle === "charging") tell(turn, session, { reason: "powerLoss", isFault: false }, at);
  if (event.type === "deauthorised") tell(turn, session, { reason: "deauthorised", isFault: false }, at);
  if (event.type === "carFull") tell(turn, session, { reason: "carFull", isFault: false }, at);
  const told = event.type === "chargingStopped" ? stopToldBy(event.reason, event.fault) : null;
  if (told !== null) tell(turn, session, told, at);
  if (event.type === "fault" && event.fault !== null)
    turn.books.session = withFault(books.session ?? session, { at: wallAt(turn, at), name: event.fault, mrec: null });
}

function authorise({ books }: LedgerTurn, tag: string, at: Instant): void {
  if (books.session === null) books.tag = { tag, at };
  else books.session = { ...books.session, tag, changed: true };
}

/** Why charging stopped, or is about to be seen to have stopped. */
function tell(turn: LedgerTurn, session: SessionBooks, told: Stopped, at: Instant): void {
  const { stop } = session;
  if (stop === null) change(turn, session, { told: { ...told, at } });
  else if (at - stop.at <= EXPLAINS || told.reason === "carFull") turn.books.session = withReason(session, told);
}
