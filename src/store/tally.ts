/**
 * Sums sessions up by local periods. Most sessions lie within one period and count as they are; of the others it asks where their counters
 * stood at the borders. Between two samples a counter is taken to rise evenly; what a sample does not tell (time, priced energy, CO₂) is
 * divided as the energy is.
 */
import { periodsBetween } from "#core/session/calendar";
import { rounded, roundedMoney } from "#core/session/energy-totals";
import type { Total, TotalsQuery } from "#core/session/question";
import type { EnergySplit } from "#core/session/record";
import type { WallTime } from "#core/units/units";

/** A session's counters at one moment. */
export interface Standing extends EnergySplit {
  readonly energyWh: number;
  readonly cost: number | null;
}

/** What a total needs of a session. */
export interface Counted extends Standing {
  readonly charger: string;
  readonly user: string | null;
  readonly startedAt: WallTime;
  readonly chargingMs: number;
  readonly pricedWh: number;
  readonly co2G: number | null;
  /** Its energy flowed after the first and up to the second of these, some of it right at either end. */
  readonly flowFrom: WallTime;
  readonly flowUntil: WallTime;
}

/** A session that can tell itself where its counters stood. */
export interface Countable extends Counted {
  /** Asked only for moments between `flowFrom` and `flowUntil`. */
  standingAt(at: WallTime): Standing;
}

/** Where the counters stood between two known moments. */
export function between(one: Standing & { readonly at: number }, other: Standing & { readonly at: number }, at: number): Standing {
  const share = other.at > one.at ? Math.min(1, Math.max(0, (at - one.at) / (other.at - one.at))) : 1;
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    energyWh: mix(one.energyWh, other.energyWh),
    sunWh: mix(one.sunWh, other.sunWh),
    gridWh: mix(one.gridWh, other.gridWh),
    batteryWh: mix(one.batteryWh, other.batteryWh),
    unknownWh: mix(one.unknownWh, other.unknownWh),
    cost: other.cost === null ? null : mix(one.cost ?? 0, other.cost),
  };
}

const NOTHING: Standing = { energyWh: 0, sunWh: 0, gridWh: 0, batteryWh: 0, unknownWh: 0, cost: null };
const ENERGIES = ["energyWh", "sunWh", "gridWh", "batteryWh", "unknownWh"] as const;

/** A total while it grows. */
interface Sum {
  readonly charger: string | null;
  readonly user: string | null;
  sessions: number;
  energyWh: number;
  sunWh: number;
  gridWh: number;
  batteryWh: number;
  unknownWh: number;
  chargingMs: number;
  cost: number | null;
  pricedWh: number;
  co2G: number | null;
  readonly days: Set<number>;
  /** The session that was counted last. */
  last: Counted | null;
}

/** @returns what `store.totals` answers, from the sessions that the query is about, in any order */
export const tallied = (sessions: readonly Countable[], query: TotalsQuery): readonly Total[] =>
  talliedWith(sessions, query, (session, at) => session.standingAt(at));

/** As `tallied`. @param standingAt asked only for moments between a session's `flowFrom` and `flowUntil` */
export function talliedWith<S extends Counted>(
  sessions: readonly S[],
  query: TotalsQuery,
  standingAt: (session: S, at: WallTime) => Standing,
): readonly Total[] {
  const tally = new Tally(sessions, query, standingAt);
  for (const session of sessions) tally.add(session);
  return tally.totals();
}

class Tally<S extends Counted> {
  readonly #query: TotalsQuery;
  readonly #standingAt: (session: S, at: WallTime) => Standing;
  readonly #from: number;
  readonly #until: number;
  /** Begins of the local days that matter, ascending; the last is the end of the last day. */
  readonly #days: readonly number[];
  /** Begins of the periods, likewise. */
  readonly #periods: readonly number[];
  /** By period, charger and user. */
  readonly #sums = new Map<number, Map<string | null, Map<string | null, Sum>>>();

  constructor(sessions: readonly S[], query: TotalsQuery, standingAt: (session: S, at: WallTime) => Standing) {
    this.#query = query;
    this.#standingAt = standingAt;
    this.#from = query.from ?? Number.NEGATIVE_INFINITY;
    this.#until = query.until ?? Number.POSITIVE_INFINITY;
    const from = sessions.reduce((least, { startedAt, flowFrom }) => Math.min(least, startedAt, flowFrom), Number.POSITIVE_INFINITY);
    const until = sessions.reduce((most, { startedAt, flowUntil }) => Math.max(most, startedAt, flowUntil), Number.NEGATIVE_INFINITY);
    const first = Math.max(from, this.#from) as WallTime;
    const last = (Math.min(until, this.#until) + 1) as WallTime;
    const bordersOf = (per: "day" | "week" | "month" | "year"): readonly number[] => {
      const periods = periodsBetween(per, first, last, query.timeZone);
      return [...periods.map((each) => each.from), ...periods.slice(-1).map((each) => each.until)];
    };
    this.#days = bordersOf("day");
    this.#periods = query.per === "all" ? [Number.NEGATIVE_INFINITY] : query.per === "day" ? this.#days : bordersOf(query.per);
  }

  add(session: S): void {
    if (this.#isInRange(session.startedAt)) this.#begun(session);
    if (!(session.energyWh > 0)) return;
    // What came at one moment was counted up to it.
    const flowFrom = Math.min(session.flowFrom, Math.max(session.flowUntil - 1, session.startedAt));
    const firstDay = indexOf(this.#days, flowFrom);
    const lastDay = indexOf(this.#days, Math.max(session.flowUntil - 1, flowFrom));
    const isWhole =
      flowFrom >= this.#from &&
      session.flowUntil <= this.#until &&
      lastDay - firstDay <= 1 &&
      this.#periodOf(firstDay) === this.#periodOf(lastDay);
    if (isWhole) this.#count(session, session, 1, firstDay, lastDay);
    else this.#cut(session, flowFrom);
  }

  /** In the order of time; of one period in the order of charger and user. */
  totals(): readonly Total[] {
    const { per, from, until, by } = this.#query;
    if (per === "all" && by.length === 0) this.#sumOf(0, null, null);
    return [...this.#sums]
      .sort(([a], [b]) => a - b)
      .flatMap(([period, sums]) => {
        const begin = per === "all" ? from : (this.#periods[period] as WallTime);
        const end = per === "all" ? until : (this.#periods[period + 1] as WallTime);
        const groups = [...sums.values()].flatMap((byUser) => [...byUser.values()]);
        return groups.sort(byName).map((sum) => totalOf(sum, begin, end));
      });
  }

  #isInRange(at: number): boolean {
    return at >= this.#from && at < this.#until;
  }

  #periodOf(day: number): number {
    return indexOf(this.#periods, this.#days[day] ?? 0);
  }

  #begun(session: S): void {
    const sum = this.#sumFor(indexOf(this.#periods, session.startedAt), session);
    if (!(session.energyWh > 0)) sum.chargingMs += session.chargingMs;
  }

  /** Counts the pieces of a session between the local midnights and the ends of the range. */
  #cut(session: S, flowFrom: number): void {
    const from = Math.max(flowFrom, this.#from);
    const until = Math.min(session.flowUntil, this.#until);
    if (from >= until) return;
    const midnights = this.#days.slice(indexOf(this.#days, from) + 1, indexOf(this.#days, until - 1) + 1);
    let begin = from;
    let before = from > flowFrom ? this.#standingAt(session, from as WallTime) : NOTHING;
    for (const border of [...midnights, until]) {
      const after = border < session.flowUntil ? this.#standingAt(session, border as WallTime) : session;
      const day = indexOf(this.#days, begin);
      const piece = difference(before, after);
      if (piece.energyWh > 0) this.#count(session, piece, piece.energyWh / session.energyWh, day, day);
      begin = border;
      before = after;
    }
  }

  #count(session: S, piece: Standing, share: number, firstDay: number, lastDay: number): void {
    const sum = this.#sumFor(this.#periodOf(firstDay), session);
    for (const energy of ENERGIES) sum[energy] += piece[energy];
    sum.chargingMs += session.chargingMs * share;
    sum.pricedWh += session.pricedWh * share;
    if (piece.cost !== null) sum.cost = (sum.cost ?? 0) + piece.cost;
    if (session.co2G !== null) sum.co2G = (sum.co2G ?? 0) + session.co2G * share;
    sum.days.add(firstDay).add(lastDay);
  }

  /** The sum that a session belongs to in a period; it counts as one of its sessions. */
  #sumFor(period: number, session: S): Sum {
    const { by } = this.#query;
    const sum = this.#sumOf(period, by.includes("charger") ? session.charger : null, by.includes("user") ? session.user : null);
    if (sum.last !== session) sum.sessions += 1;
    sum.last = session;
    return sum;
  }

  #sumOf(period: number, charger: string | null, user: string | null): Sum {
    const inPeriod = found(this.#sums, period, () => new Map<string | null, Map<string | null, Sum>>());
    const ofCharger = found(inPeriod, charger, () => new Map<string | null, Sum>());
    return found(ofCharger, user, () => emptySum(charger, user));
  }
}

const emptySum = (charger: string | null, user: string | null): Sum => ({
  ...NOTHING,
  charger,
  user,
  sessions: 0,
  chargingMs: 0,
  pricedWh: 0,
  co2G: null,
  days: new Set(),
  last: null,
});

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** The index of the last of ascending `borders` that is not after `at`; -1 when all are. */
function indexOf(borders: readonly number[], at: number): number {
  let [low, high] = [0, borders.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((borders[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A sample may be ahead of its record; a piece is then what the record leaves, and never negative. */
function difference(before: Standing, after: Standing): Standing {
  const grown = (energy: (typeof ENERGIES)[number]): number => Math.max(0, after[energy] - before[energy]);
  return {
    energyWh: grown("energyWh"),
    sunWh: grown("sunWh"),
    gridWh: grown("gridWh"),
    batteryWh: grown("batteryWh"),
    unknownWh: grown("unknownWh"),
    cost: after.cost === null ? null : after.cost - (before.cost ?? 0),
  };
}

const byName = (a: Sum, b: Sum): number => compare(a.charger, b.charger) || compare(a.user, b.user);
const compare = (a: string | null, b: string | null): number => (a === b ? 0 : (a ?? "") < (b ?? "") || a === null ? -1 : 1);

function totalOf(sum: Sum, from: WallTime | null, until: WallTime | null): Total {
  return {
    from,
    until,
    charger: sum.charger,
    user: sum.user,
    sessions: sum.sessions,
    energyWh: rounded(sum.energyWh),
    sunWh: rounded(sum.sunWh),
    gridWh: rounded(sum.gridWh),
    batteryWh: rounded(sum.batteryWh),
    unknownWh: rounded(sum.unknownWh),
    chargingMs: Math.round(sum.chargingMs),
    cost: roundedMoney(sum.cost),
    pricedWh: rounded(sum.pricedWh),
    co2G: sum.co2G === null ? null : rounded(sum.co2G),
    chargingDays: sum.days.size,
  };
}
