/** What a ledger remembers between two inputs. Plain JSON: it is its own checkpoint. Private to this room. */
import { type Arrivals, NO_ARRIVALS, shifted } from "#core/session/arrivals";
import type { LedgerConfig } from "#core/session/ledger-config";
import type { MeterCounter } from "#core/session/meter-counter";
import type { ChargerReport, SiteReading, TariffSlot } from "#core/session/observation";
import { type SessionBooks, shiftedBooks } from "#core/session/session-books";
import { type Instant, Millis, type WallTime } from "#core/units/units";

/** Raised when a checkpoint changes its meaning. */
export const LEDGER_VERSION = 1;

/** The newest report, as far as the next one needs it. */
export interface Heard {
  readonly at: Instant;
  readonly vehicle: NonNullable<ChargerReport["state"]>;
  readonly powerW: number | null;
  readonly session: string | null;
}

/** What the site's meters said last; powers may come one at a time. */
export interface SiteHeard {
  /** Of the newest of them. */
  readonly at: Instant;
  readonly reading: SiteReading;
  /** Of each power that did not come with the newest. */
  readonly saidAt?: Partial<Record<SitePower, Instant>>;
}

export type SitePower = "gridW" | "sunW" | "batteryW";

export interface LedgerBooks {
  readonly version: typeof LEDGER_VERSION;
  readonly charger: string;
  /** Of the newest input; null before the first. */
  readonly at: Instant | null;
  /** Wall time less monotonic time; null before the first input. */
  readonly wallBaseMs: number | null;
  /** True from a resumption until the first input: the instants are of another run. */
  readonly resumed: boolean;
  readonly arrivals: Arrivals;
  readonly heard: Heard | null;
  readonly counter: MeterCounter | null;
  readonly site: SiteHeard | null;
  readonly slots: readonly TariffSlot[];
  /** Up to here it is known what energy not yet counted is made of. */
  readonly mixedTo: Instant | null;
  /** Given before the car was plugged in. */
  readonly tag: { readonly tag: string; readonly at: Instant } | null;
  /** When the charger last said that it started. */
  readonly bootedAt: Instant | null;
  /** The charger tells its state's changes itself. */
  readonly tellsChanges: boolean;
  /** Of the newest events. */
  readonly eventIds: readonly string[];
  readonly session: SessionBooks | null;
  /** The session before, for events that come after its end. */
  readonly last: { readonly id: string; readonly chargerSession: string | null } | null;
  readonly keptAt: Instant | null;
  readonly keptWall: WallTime | null;
}

export const emptyBooks = ({ charger }: LedgerConfig): LedgerBooks => ({
  version: LEDGER_VERSION,
  charger,
  at: null,
  wallBaseMs: null,
  resumed: false,
  arrivals: NO_ARRIVALS,
  heard: null,
  counter: null,
  site: null,
  slots: [],
  mixedTo: null,
  tag: null,
  bootedAt: null,
  tellsChanges: false,
  eventIds: [],
  session: null,
  last: null,
  keptAt: null,
  keptWall: null,
});

const moved = (at: Instant | null, by: Millis): Instant | null => (at === null ? null : ((at + by) as Instant));

/**
 * Instants of another run, moved to this one by the wall clock. Where that would put them into the future the wall clock was set back in
 * between: then no time has passed, and the open session goes on with its own time.
 */
export function movedToThisRun(books: LedgerBooks, at: Instant, wall: WallTime): LedgerBooks {
  const naive = (books.wallBaseMs ?? 0) - (wall - at);
  const newest = Math.max(books.at ?? Number.NEGATIVE_INFINITY, books.heard?.at ?? Number.NEGATIVE_INFINITY) + naive;
  const excess = Millis(Math.max(0, Number.isFinite(newest) ? newest - at : 0));
  const by = Millis(naive - excess);
  const { heard, counter, site, tag, session } = books;
  return {
    ...books,
    at,
    wallBaseMs: wall - at,
    resumed: false,
    arrivals: shifted(books.arrivals, by),
    heard: heard === null ? null : { ...heard, at: (heard.at + by) as Instant },
    counter: counter === null ? null : movedCounter(counter, by),
    site: site === null ? null : movedSite(site, by),
    mixedTo: moved(books.mixedTo, by),
    tag: tag === null ? null : { ...tag, at: (tag.at + by) as Instant },
    bootedAt: moved(books.bootedAt, by),
    session: session === null ? null : shiftedBooks(session, by, excess),
    keptAt: moved(books.keptAt, by),
  };
}

const movedSite = ({ at, reading, saidAt = {} }: SiteHeard, by: Millis): SiteHeard => ({
  at: (at + by) as Instant,
  reading,
  saidAt: Object.fromEntries(Object.entries(saidAt).map(([power, since]) => [power, since + by])),
});

const movedCounter = (counter: MeterCounter, by: Millis): MeterCounter => ({
  ...counter,
  readAt: (counter.readAt + by) as Instant,
  grewAt: (counter.grewAt + by) as Instant,
  doubt: counter.doubt === null ? null : { ...counter.doubt, at: (counter.doubt.at + by) as Instant },
});
