/** Takes in what the site says of its own power. */
import { sharesOf, UNKNOWN_SHARES } from "#core/session/attribution";
import { mixedWith } from "#core/session/energy-totals";
import { change, type LedgerTurn, wallAt } from "#core/session/ledger-turn";
import type { SiteReading } from "#core/session/observation";
import type { Instant } from "#core/units/units";

export function takeSite(turn: LedgerTurn, reading: SiteReading, at: Instant): void {
  mixUpTo(turn, at);
  turn.books.site = { at, reading };
}

/** Notes of what the energy up to `at` is made of, by what was known in that time. */
export function mixUpTo(turn: LedgerTurn, at: Instant): void {
  const { books, config } = turn;
  const { session, site, heard } = books;
  const from = books.mixedTo ?? at;
  if (session === null || at <= from) return;
  books.mixedTo = at;
  const carW = heard?.powerW ?? session.drawnW;
  const knownUntil = Math.min(
    site === null ? from : site.at + config.siteFreshFor,
    heard === null ? from : heard.at + config.longestGap,
    at,
  ) as Instant;
  let { mixture } = session;
  const middle = Math.max(from, knownUntil) as Instant;
  if (site !== null && middle > from) {
    const shares = sharesOf(site.reading, carW, config.attribution);
    mixture = mixedWith(mixture, { from: wallAt(turn, from), until: wallAt(turn, middle), carW, shares }, books.slots, config.prices);
  }
  if (at > middle) {
    const stretch = { from: wallAt(turn, middle), until: wallAt(turn, at), carW, shares: UNKNOWN_SHARES };
    mixture = mixedWith(mixture, stretch, books.slots, config.prices);
  }
  change(turn, session, { mixture });
}
