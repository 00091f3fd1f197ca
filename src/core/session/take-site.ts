/** Takes in what the site says of its own power. */
import { sharesOf, UNKNOWN_SHARES } from "#core/session/attribution";
import { mixedWith } from "#core/session/energy-totals";
import type { SiteHeard, SitePower } from "#core/session/ledger-state";
import { change, type LedgerTurn, wallAt } from "#core/session/ledger-turn";
import type { SiteReading } from "#core/session/observation";
import type { Instant, Millis } from "#core/units/units";

const POWERS: readonly SitePower[] = ["gridW", "sunW", "batteryW"];

export function takeSite(turn: LedgerTurn, reading: SiteReading, at: Instant): void {
  mixUpTo(turn, at);
  turn.books.site = completed(turn.books.site, reading, at, turn.config.siteFreshFor);
}

/** With the powers that it does not say, where they were said a moment ago: each may come as a message of its own. */
function completed(before: SiteHeard | null, reading: SiteReading, at: Instant, freshFor: Millis): SiteHeard {
  let site: SiteHeard = { at, reading };
  for (const power of before === null ? [] : POWERS) {
    const said = before?.reading[power] ?? null;
    const saidAt = before?.saidAt?.[power] ?? before?.at ?? at;
    if (reading[power] !== null || said === null || at - saidAt > freshFor) continue;
    site = { at, reading: { ...site.reading, [power]: said }, saidAt: { ...site.saidAt, [power]: saidAt } };
  }
  return site;
}

/** As long as each of its powers is fresh. */
const freshUntil = ({ at, saidAt = {} }: SiteHeard, freshFor: Millis): Instant =>
  (Math.min(at, ...Object.values(saidAt)) + freshFor) as Instant;

/** Notes of what the energy up to `at` is made of, by what was known in that time. */
export function mixUpTo(turn: LedgerTurn, at: Instant): void {
  const { books, config } = turn;
  const { session, site, heard } = books;
  const from = books.mixedTo ?? at;
  if (session === null || at <= from) return;
  books.mixedTo = at;
  const carW = heard?.powerW ?? session.drawnW;
  const knownUntil = Math.min(
    site === null ? from : freshUntil(site, config.siteFreshFor),
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
