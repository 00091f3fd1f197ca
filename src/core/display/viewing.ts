/**
 * What stands on a display as time goes by: news come, a clock runs while the car charges, what is to come gets nearer, pages turn.
 * The same for a display in a flow and for a panel on the board.
 */
import { type Display, displayOf, type Led, type Rows } from "#core/display/pages";
import { NOTHING_SEEN, type Seen } from "#core/display/seen";
import type { DisplayLanguage } from "#core/display/words";
import { type Instant, Millis } from "#core/units/units";

/** A page that somebody chose stays at least this long. */
const CHOSEN_STAYS = Millis(15_000);

export interface ViewingRules {
  readonly language: DisplayLanguage;
  /** Pages turn by themselves after this; ∞ for by button only. */
  readonly turnAfterMs: number;
  /** Without news for this long nothing is known. */
  readonly staleAfterMs: number;
}

/** When a limiter means to start or stop a car, as of `at`. */
export interface Outlook {
  readonly startsInMs: number | null;
  readonly stopsInMs: number | null;
  readonly at: Instant;
}

export interface Viewing {
  readonly seen: Seen;
  readonly heardAt: Instant;
  readonly sunPercent: number | null;
  readonly outlook: Outlook | null;
  /** From 0. */
  readonly page: number;
  readonly turnsAt: number;
}

/** What is shown: the page that is open, of those there are. */
export interface View {
  readonly rows: Rows;
  /** What the charger is doing, whatever page is open. */
  readonly first: Rows;
  readonly led: Led;
  readonly page: number;
  readonly pages: number;
}

export const beginViewing = (at: Instant, { turnAfterMs }: ViewingRules): Viewing => ({
  seen: NOTHING_SEEN,
  heardAt: at,
  sunPercent: null,
  outlook: null,
  page: 0,
  turnsAt: at + turnAfterMs,
});

/** News of the charger. What is new stands on the first page. */
export function hear(viewing: Viewing, seen: Seen, at: Instant, rules: ViewingRules): Viewing {
  const before = seenAt(viewing, at, rules).state;
  const sunPercent = seen.state === "notConnected" ? null : viewing.sunPercent;
  const heard = { ...viewing, seen, heardAt: at, sunPercent };
  return seen.state === before ? heard : { ...heard, page: 0, turnsAt: at + rules.turnAfterMs };
}

/** Somebody opens a page: a number from 0, or so many on from the open one, round and round. */
export function turn(viewing: Viewing, to: { readonly page: number } | { readonly by: number }, at: Instant, rules: ViewingRules): Viewing {
  const { length } = pagesAt(viewing, at, rules).pages;
  const page = "page" in to ? Math.min(to.page, length - 1) : (((viewing.page + to.by) % length) + length) % length;
  return { ...viewing, page, turnsAt: at + Math.max(CHOSEN_STAYS, rules.turnAfterMs) };
}

/** Time has passed: a page that has stood long enough turns, and one that is no more gives way. */
export function pass(viewing: Viewing, at: Instant, rules: ViewingRules): Viewing {
  const { length } = pagesAt(viewing, at, rules).pages;
  if (at >= viewing.turnsAt) return { ...viewing, page: (viewing.page + 1) % length, turnsAt: at + rules.turnAfterMs };
  return viewing.page < length ? viewing : { ...viewing, page: length - 1 };
}

export function viewAt(viewing: Viewing, at: Instant, rules: ViewingRules): View {
  const { led, pages } = pagesAt(viewing, at, rules);
  const [first] = pages;
  const page = Math.min(viewing.page, pages.length - 1);
  return { rows: pages[page] ?? first, first, led, page, pages: pages.length };
}

const pagesAt = (viewing: Viewing, at: Instant, rules: ViewingRules): Display => displayOf(seenAt(viewing, at, rules), rules.language);

function seenAt({ seen, heardAt, sunPercent, outlook }: Viewing, at: Instant, { staleAfterMs }: ViewingRules): Seen {
  const passed = at - heardAt;
  if (passed > staleAfterMs) return NOTHING_SEEN;
  const { chargingMs, fault } = seen;
  return {
    ...seen,
    chargingMs: chargingMs !== null && isClosed(seen) ? chargingMs + passed : chargingMs,
    fault: fault === null || fault.retryIn === null ? fault : { ...fault, retryIn: fault.retryIn - passed },
    sunPercent,
    next: outlook === null || at - outlook.at > staleAfterMs ? null : nextOf(seen, outlook, at),
  };
}

function nextOf(seen: Seen, { startsInMs, stopsInMs, at: saidAt }: Outlook, at: Instant): Seen["next"] {
  if (isClosed(seen)) return stopsInMs === null ? null : { what: "stops", in: stopsInMs - (at - saidAt) };
  const waits = seen.state === "paused" || seen.state === "waiting";
  return startsInMs === null || !waits ? null : { what: "starts", in: startsInMs - (at - saidAt) };
}

const isClosed = ({ state }: Seen): boolean => state === "charging" || state === "resting";
