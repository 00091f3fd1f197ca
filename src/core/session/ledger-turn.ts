/** One input's way through the books: what it changes, and what is to be written down and told. Private to this room. */
import type { LedgerConfig } from "#core/session/ledger-config";
import type { LedgerBooks } from "#core/session/ledger-state";
import type { LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import { recordOf, type SessionBooks } from "#core/session/session-books";
import type { Instant, WallTime } from "#core/units/units";

export type SessionNews =
  | { readonly kind: "sessionOpened"; readonly record: SessionRecord }
  | { readonly kind: "sessionChanged"; readonly record: SessionRecord }
  | { readonly kind: "sessionEnded"; readonly record: SessionRecord };

export interface LedgerNow {
  readonly at: Instant;
  readonly wall: WallTime;
  /** Gives a new UUID at each call. */
  readonly newId: () => string;
}

type Draft = { -readonly [Key in keyof LedgerBooks]: LedgerBooks[Key] };

export interface LedgerTurn {
  readonly config: LedgerConfig;
  readonly now: LedgerNow;
  readonly books: Draft;
  readonly samples: SessionSample[];
  readonly events: LoggedEvent[];
  readonly closed: SessionRecord[];
  readonly news: SessionNews[];
  /** Worth writing down at once. */
  due: boolean;
}

export const beginTurn = (config: LedgerConfig, books: LedgerBooks, now: LedgerNow): LedgerTurn => ({
  config,
  now,
  books: { ...books },
  samples: [],
  events: [],
  closed: [],
  news: [],
  due: false,
});

/** The wall time at `at`, in the time of the open session; whole milliseconds, as it is kept. */
export const wallAt = ({ books, now }: LedgerTurn, at: Instant): WallTime =>
  Math.round(at + (books.wallBaseMs ?? now.wall - now.at) + (books.session?.shiftMs ?? 0)) as WallTime;

/** Something the ledger itself noticed. */
export function note(turn: LedgerTurn, type: string, evidence: LoggedEvent["evidence"], reason: string | null = null): void {
  const { books, now, config } = turn;
  turn.events.push({
    id: now.newId(),
    charger: config.charger,
    session: books.session?.id ?? null,
    at: now.wall,
    type,
    reason,
    fault: null,
    evidence,
  });
  turn.due = true;
}

export const change = (turn: LedgerTurn, books: SessionBooks, changes: Partial<SessionBooks>): SessionBooks => {
  const next = { ...books, ...changes };
  turn.books.session = next;
  return next;
};

/** The record of the open session as it is handed out next: with a revision of its own. */
export function nextRecord(turn: LedgerTurn, session: SessionBooks): SessionRecord {
  const next = change(turn, session, { revision: session.revision + 1, changed: false });
  return recordOf(next, turn.config.charger);
}
