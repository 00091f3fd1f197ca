/**
 * Sun that cannot be seen. An inverter that must not feed in turns the sun down until the meter shows nothing, so the surplus looks like
 * what the car draws already. A little more is tried now and then; when the meter still shows nothing it was there, else the next try waits longer.
 */
import { type Amps, type Instant, type Millis, Minutes, Seconds } from "#core/units/units";

export interface Probe {
  /** Offered to see, whatever is seen; 0 between tries. */
  readonly offer: Amps;
  /** When the try began or the next may begin. */
  readonly since: Instant;
  readonly pause: Millis;
}

/** What the house connection shows: nothing to speak of, buying, selling; null while nothing is known. */
export type Balance = "even" | "buying" | "selling" | null;

/** Closer to nothing than this the inverter may be holding back, W. */
const EVEN = 100;
const STEP = 1;
const SHORTEST_PAUSE = Seconds(10);
const LONGEST_PAUSE = Minutes(15);
const START_PAUSE = Minutes(10);
const LONGEST_START_PAUSE = Minutes(80);
/** Less sun than this is dusk, W. */
const LEAST_SUN = 100;

export const newProbe = (at: Instant): Probe => ({ offer: 0 as Amps, since: at, pause: SHORTEST_PAUSE });

/** @param bought power bought, W; null when not known */
export function balanceOf(bought: number | null): Balance {
  if (bought === null) return null;
  if (bought > EVEN) return "buying";
  return bought < -EVEN ? "selling" : "even";
}

/** The probe of a car that is offered `limit`. `settling` is how long a try takes to show. */
export function probed(known: Probe, balance: Balance, limit: Amps, settling: Millis, at: Instant): Probe {
  const waited = at - known.since;
  if (known.offer > 0) {
    if (waited < settling) return known;
    const found = balance === "even" || balance === "selling";
    const pause = found ? SHORTEST_PAUSE : (Math.min(LONGEST_PAUSE, known.pause * 2) as Millis);
    return { offer: 0 as Amps, since: at, pause };
  }
  return balance === "even" && waited >= known.pause ? { ...known, offer: (limit + STEP) as Amps, since: at } : known;
}

/** Whether a car that waits should be started to see: the meter shows nothing, the panels `sun` W (null when not told), and the last try is long past. */
export const worthATry = (known: Probe, balance: Balance, sun: number | null, at: Instant): boolean =>
  balance === "even" && sun !== null && sun >= LEAST_SUN && at - known.since >= Math.max(START_PAUSE, known.pause);

/** The probe after a start or a stop: each start that came to nothing doubles the wait. */
export const probeAfter = (known: Probe, started: boolean, at: Instant): Probe => ({
  offer: 0 as Amps,
  since: at,
  pause: started ? known.pause : (Math.min(LONGEST_START_PAUSE, Math.max(START_PAUSE, known.pause * 2)) as Millis),
});
