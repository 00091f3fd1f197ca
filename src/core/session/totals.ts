/**
 * What of a session's energy flowed when. Samples are running totals, so a stretch is a difference; between two samples a straight line
 * counts, and what came in a lump belongs to the moment before it.
 */
import { daysBefore, type LocalPeriod, periodAt, periodsBetween } from "#core/session/calendar";
import { rounded, roundedMoney } from "#core/session/energy-totals";
import type { Total, TotalsQuery } from "#core/session/question";
import type { EnergySplit, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";

export interface Portion extends EnergySplit {
  readonly energyWh: number;
  readonly cost: number | null;
  readonly pricedWh: number;
  readonly co2G: number | null;
  readonly chargingMs: number;
}

interface Point extends EnergySplit {
  readonly at: number;
  readonly energyWh: number;
  readonly cost: number | null;
}

/** The session's totals over time, from nothing at its begin to the record at its end. */
function curveOf(session: SessionRecord, samples: readonly SessionSample[]): readonly Point[] {
  const start: Point = {
    at: session.startedAt,
    energyWh: 0,
    sunWh: 0,
    gridWh: 0,
    batteryWh: 0,
    unknownWh: 0,
    cost: session.cost === null ? null : 0,
  };
  const points = samples.map((sample) => ({ ...sample, unknownWh: sample.energyWh - sample.sunWh - sample.gridWh - sample.batteryWh }));
  const lastAt = samples.at(-1)?.at ?? session.startedAt;
  return [start, ...points, { ...session, at: Math.max(session.endedAt ?? lastAt, lastAt) }];
}

/** The totals at `at`, by a straight line between the points beside it. Of several points at `at`, the last. */
function totalsAt(curve: readonly Point[], at: number): Point {
  let [low, high] = [0, curve.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const one = curve[low - 1] ?? curve[0];
  const other = curve[low];
  if (one === undefined) throw new RangeError("totalsAt: expected a curve with points, got none");
  if (other === undefined || low === 0) return one;
  const share = (at - one.at) / (other.at - one.at);
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    at,
    energyWh: mix(one.energyWh, other.energyWh),
    sunWh: mix(one.sunWh, other.sunWh),
    gridWh: mix(one.gridWh, other.gridWh),
    batteryWh: mix(one.batteryWh, other.batteryWh),
    unknownWh: mix(one.unknownWh, other.unknownWh),
    cost: other.cost === null ? null : mix(one.cost ?? 0, other.cost),
  };
}

/**
 * What flowed in each of `periods`; they must be in order. Charging time, CO₂ and the priced part go by energy, for samples do not tell
 * them. @param samples of this session, in the order of time
 */
export function portionsOf(session: SessionRecord, samples: readonly SessionSample[], periods: readonly LocalPeriod[]): readonly Portion[] {
  const curve = curveOf(session, samples);
  return periods.map(({ from, until }) => {
    const one = from <= session.startedAt ? totalsAt(curve, Number.NEGATIVE_INFINITY) : totalsAt(curve, from);
    return portionBetween(one, totalsAt(curve, until), session);
  });
}

function portionBetween(one: Point, other: Point, session: SessionRecord): Portion {
  const energyWh = other.energyWh - one.energyWh;
  const share = session.energyWh > 0 ? energyWh / session.energyWh : 0;
  return {
    energyWh: rounded(energyWh),
    sunWh: rounded(other.sunWh - one.sunWh),
    gridWh: rounded(other.gridWh - one.gridWh),
    batteryWh: rounded(other.batteryWh - one.batteryWh),
    unknownWh: rounded(other.unknownWh - one.unknownWh),
    cost: other.cost === null ? null : roundedMoney(other.cost - (one.cost ?? 0)),
    pricedWh: rounded(session.pricedWh * share),
    co2G: session.co2G === null ? null : rounded(session.co2G * share),
    chargingMs: Math.round(session.chargingMs * share),
  };
}

export interface SampledSession {
  readonly record: SessionRecord;
  readonly samples: readonly SessionSample[];
}

const NOTHING = {
  sessions: 0,
  energyWh: 0,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  unknownWh: 0,
  chargingMs: 0,
  cost: null,
  pricedWh: 0,
  co2G: null,
  chargingDays: 0,
} as const;

/** One group's sum while it grows. */
interface Sum {
  total: Total;
  readonly days: Set<number>;
  readonly sessions: Set<string>;
}

/** Answers a question from sessions held in memory, as every store does from its tables. @throws RangeError for an unknown time zone */
export function totalsOf(query: TotalsQuery, sessions: Iterable<SampledSession>): readonly Total[] {
  const sums = new Map<string, Sum>();
  const sumFor = (record: SessionRecord | null, day: LocalPeriod | null): Sum => {
    const { from, until } = query.per === "all" || day === null ? query : periodAt(query.per, day.from, query.timeZone);
    const charger = query.by.includes("charger") ? (record?.charger ?? null) : null;
    const user = query.by.includes("user") ? (record?.user ?? null) : null;
    const key = JSON.stringify([from, charger, user]);
    const sum = sums.get(key) ?? { total: { from, until, charger, user, ...NOTHING }, days: new Set(), sessions: new Set() };
    sums.set(key, sum);
    return sum;
  };
  if (query.per === "all" && query.by.length === 0) sumFor(null, null);
  for (const session of sessions) {
    if (query.charger !== null && session.record.charger !== query.charger) continue;
    if (query.user !== null && session.record.user !== query.user) continue;
    for (const { day, portion, begins } of daysOf(session, query)) {
      if (portion.energyWh <= 0 && !begins) continue;
      const sum = sumFor(session.record, day);
      sum.sessions.add(session.record.id);
      if (portion.energyWh > 0) sum.days.add(day.from);
      sum.total = added(sum.total, portion);
    }
  }
  return [...sums.values()]
    .map(({ total, days, sessions: counted }) => ({ ...total, sessions: counted.size, chargingDays: days.size }))
    .sort((one, other) => (one.from ?? 0) - (other.from ?? 0));
}

interface SessionDay {
  readonly day: LocalPeriod;
  readonly portion: Portion;
  /** The session began on this day. */
  readonly begins: boolean;
}

/** The local days of a session, as far as they are asked for. */
function daysOf({ record, samples }: SampledSession, { from, until, timeZone }: TotalsQuery): readonly SessionDay[] {
  const last = Math.max(record.endedAt ?? record.startedAt, samples.at(-1)?.at ?? record.startedAt);
  const first = Math.max(record.startedAt, from ?? record.startedAt) as WallTime;
  // One more than its last moment, so that a session of no length has its day too.
  const days = periodsBetween("day", first, Math.min(last + 1, until ?? last + 1) as WallTime, timeZone);
  const asked = days.map((day, index) => ({
    from: (index === 0 ? Math.max(day.from, from ?? day.from) : day.from) as WallTime,
    until: Math.min(day.until, until ?? day.until) as WallTime,
  }));
  return portionsOf(record, samples, asked).flatMap((portion, index) => {
    const day = days[index];
    return day === undefined ? [] : [{ day, portion, begins: index === 0 && first === record.startedAt }];
  });
}

/** Money and CO₂ that are not known on one side are the other's. */
function added(total: Total, portion: Portion): Total {
  return {
    ...total,
    energyWh: rounded(total.energyWh + portion.energyWh),
    sunWh: rounded(total.sunWh + portion.sunWh),
    gridWh: rounded(total.gridWh + portion.gridWh),
    batteryWh: rounded(total.batteryWh + portion.batteryWh),
    unknownWh: rounded(total.unknownWh + portion.unknownWh),
    chargingMs: total.chargingMs + portion.chargingMs,
    cost: portion.cost === null ? total.cost : roundedMoney((total.cost ?? 0) + portion.cost),
    pricedWh: rounded(total.pricedWh + portion.pricedWh),
    co2G: portion.co2G === null ? total.co2G : rounded((total.co2G ?? 0) + portion.co2G),
  };
}

export interface ChargingAverage {
  /** Local days, the one of now among them. */
  readonly days: number;
  readonly energyWh: number;
  readonly chargingDays: number;
  /** Energy for each local day on which energy flowed; null when there was none. */
  readonly perChargingDayWh: number | null;
}

/** @param days totals per local day, for all that is to be averaged; several of one day are added up */
export function averagesPerChargingDay(
  days: readonly Total[],
  now: WallTime,
  timeZone: string,
  windows: readonly number[] = [5, 30, 90],
): readonly ChargingAverage[] {
  return windows.map((window) => {
    const from = daysBefore(now, window - 1, timeZone);
    const counted = days.filter((day) => day.from !== null && day.from >= from && day.from <= now && day.energyWh > 0);
    const energyWh = rounded(counted.reduce((sum, day) => sum + day.energyWh, 0));
    const chargingDays = new Set(counted.map((day) => day.from)).size;
    return { days: window, energyWh, chargingDays, perChargingDayWh: chargingDays === 0 ? null : rounded(energyWh / chargingDays) };
  });
}
