/**
 * Totals. The database sums up the sessions that lie within one period; of the others, which cross a border, it is asked where their
 * counters stood there. Long ranges are answered part by part, so that the one who asks is not held up.
 */
import { setImmediate as otherWork } from "node:timers/promises";
import { type CalendarPeriod, periodsBetween } from "#core/session/calendar";
import { rounded, roundedMoney } from "#core/session/energy-totals";
import type { Period, Total, TotalsQuery } from "#core/session/question";
import type { WallTime } from "#core/units/units";
import { type Countable, tallied } from "../tally.ts";
import { instantOf, millisecondsOf } from "./columns.ts";
import type { Asker } from "./connection.ts";
import { sessionConditions } from "./read.ts";
import { type CutSession, countableOf, standingsOf } from "./standings.ts";

/** Periods that are answered together: a quarter of a year of days. */
const PERIODS_A_PART: Readonly<Record<CalendarPeriod, number>> = { day: 92, week: 53, month: 120, year: 10 };
const YEAR_MS = 366 * 86_400_000;

export async function totals(asker: Asker, schema: string, query: TotalsQuery): Promise<readonly Total[]> {
  const span = await spanOf(asker, schema, query);
  if (span === null) return tallied([], query);
  const found: Total[] = [];
  for (const part of await partsOf(query, span)) found.push(...(await totalsOfPart(asker, schema, part, span)));
  return found;
}

interface Span {
  readonly from: WallTime;
  readonly until: WallTime;
}

/** When anything happened that is asked for; an end that is known by samples only is the last one's. Null when nothing did. */
async function spanOf(asker: Asker, schema: string, query: TotalsQuery): Promise<Span | null> {
  const [row] = await asker.ask<{ first: WallTime | null; last: WallTime }>(
    `select ${millisecondsOf("(select min(started_at) from S)")} as first,
       ${millisecondsOf(`greatest((select max(started_at) from S), (select max(ended_at) from S),
         (select max(last_at) from S join ${schema}.flow on flow.session = id where ended_at is null))`)} as last`.replaceAll(
      "from S",
      `from ${schema}.session`,
    ),
  );
  if (row === undefined || row.first === null) return null;
  const from = Math.max(row.first, query.from ?? row.first) as WallTime;
  const until = Math.min(row.last + 1, query.until ?? row.last + 1) as WallTime;
  return from < until ? { from, until } : null;
}

/** The question, cut at borders of periods. */
async function partsOf(query: TotalsQuery, span: Span): Promise<readonly TotalsQuery[]> {
  if (query.per === "all") return [query];
  const starts = (await bordersOf(query.per, span, query.timeZone)).slice(0, -1);
  const size = PERIODS_A_PART[query.per];
  return Array.from({ length: Math.ceil(starts.length / size) }, (_, part) => ({
    ...query,
    from: part === 0 ? query.from : (starts[part * size] as WallTime),
    until: (starts[(part + 1) * size] as WallTime | undefined) ?? query.until,
  }));
}

/** Begins of the periods that touch a span, and the end of the last. Years that nobody asked for yet take a while: one at a time. */
async function bordersOf(per: CalendarPeriod, { from, until }: Span, timeZone: string): Promise<readonly number[]> {
  for (let year: number = from; year < until; year += YEAR_MS) {
    periodsBetween(per, year as WallTime, Math.min(until, year + YEAR_MS) as WallTime, timeZone);
    await otherWork();
  }
  const periods = periodsBetween(per, from, until, timeZone);
  return [...periods.map((period) => period.from), ...periods.slice(-1).map((period) => period.until)];
}

async function totalsOfPart(asker: Asker, schema: string, query: TotalsQuery, span: Span): Promise<readonly Total[]> {
  const asked: Span = {
    from: Math.max(span.from, query.from ?? span.from) as WallTime,
    until: Math.min(span.until, query.until ?? span.until) as WallTime,
  };
  const days = await bordersOf("day", asked, query.timeZone);
  const periods = query.per === "all" ? [Number.NEGATIVE_INFINITY] : await bordersOf(query.per, asked, query.timeZone);
  const { sql, values } = sumsOf(schema, query, days, periods);
  const rows = await asker.ask<SumRow>(sql, values);
  const whole = rows.filter(({ id }) => id === null);
  const cut = rows.filter((row): row is SumRow & CutSession => row.id !== null);
  const standings = await standingsOf(asker, schema, cut, bordersWithin(query, days));
  const countables = cut.map((session) => countableOf(session, standings));
  return together(query, periods, whole, countables, days);
}

const bordersWithin = ({ from, until }: TotalsQuery, days: readonly number[]): readonly number[] =>
  [...new Set([...days, ...[from, until].filter((border) => border !== null)])].sort((a, b) => a - b);

/** A period's and a group's sum of whole sessions, or, with its id, one session that crosses a border. */
interface SumRow extends Omit<CutSession, "id"> {
  readonly id: string | null;
  /** From 1. */
  readonly period: number;
  readonly sessions: number;
  /** Indices of days on which energy flowed, from 1; not in order, and not once each. */
  readonly days: readonly number[] | null;
}

/** A session without energy counts for its time alone. */
const SUMS = `sum(energy_wh) as "energyWh", sum(sun_wh) as "sunWh", sum(grid_wh) as "gridWh", sum(battery_wh) as "batteryWh",
  sum(unknown_wh) as "unknownWh", sum(charging_ms) as "chargingMs", sum(priced_wh) as "pricedWh",
  sum(cost) filter (where energy_wh > 0) as cost, sum(co2_g) filter (where energy_wh > 0) as "co2G"`;

function sumsOf(schema: string, query: TotalsQuery, days: readonly number[], periods: readonly number[]) {
  const where = sessionConditions(query);
  const [from, until] = [where.value(query.from ?? Number.NEGATIVE_INFINITY), where.value(query.until ?? Number.POSITIVE_INFINITY)].map(
    instantOf,
  );
  const borders = (list: readonly number[]): string =>
    `(select array_agg(${instantOf("border")} order by border) from unnest(${where.value(list)}::float8[]) as border)`;
  const [dayBorders, periodBorders] = [borders(days), borders(periods)];
  const key = (name: "charger" | "user"): string => (query.by.includes(name) ? `"${name}"` : "null");
  const sql = `
    select period, ${key("charger")} as charger, ${key("user")} as "user", case when not is_whole then id end as id, count(*)::int as sessions,
      ${SUMS},
      array_agg(distinct first_day) filter (where energy_wh > 0) || array_agg(distinct last_day) filter (where energy_wh > 0) as days,
      ${millisecondsOf("min(started_at)")} as "startedAt", ${millisecondsOf("min(flow_from)")} as "flowFrom", ${millisecondsOf("max(flow_until)")} as "flowUntil"
    from (
      select *,
        case when energy_wh > 0 then first_period else began end as period,
        energy_wh <= 0 or flow_from >= ${from} and flow_until <= ${until} and last_day - first_day <= 1 and first_day > 0 and last_day < ${days.length}
          and first_period = last_period and (not is_begun or began = first_period) as is_whole
      from (
        select *,
          started_at >= ${from} and started_at < ${until} as is_begun,
          width_bucket(flow_from, ${dayBorders}) as first_day,
          width_bucket(last_moment, ${dayBorders}) as last_day,
          width_bucket(flow_from, ${periodBorders}) as first_period,
          width_bucket(last_moment, ${periodBorders}) as last_period,
          width_bucket(started_at, ${periodBorders}) as began
        from (
          select session.*, flow_until, least(flow_from, before_end) as flow_from, greatest(before_end, least(flow_from, before_end)) as last_moment
          from ${schema}.session
          left join ${schema}.flow on flow.session = id
          cross join lateral (select
            coalesce(least(zero_at, until_at), started_at) as flow_from,
            case when coalesce(flow.energy_wh, 0) <= 0 or round(session.energy_wh * 100) > flow.energy_wh
              then coalesce(ended_at, last_at, started_at) else until_at end as flow_until) as one
          cross join lateral (select greatest(flow_until - interval '1 ms', started_at) as before_end) as other
          where ${where}
        ) as session
      ) as session
      where energy_wh > 0 or is_begun
    ) as session
    group by 1, 2, 3, 4`;
  return { sql, values: where.values };
}

/** Sums of whole sessions and pieces of cut ones as one answer. A day on which both flowed is one charging day. */
function together(
  query: TotalsQuery,
  periods: readonly number[],
  whole: readonly SumRow[],
  cut: readonly Countable[],
  days: readonly number[],
): readonly Total[] {
  const keyOf = ({ from, charger, user }: Pick<Total, "from" | "charger" | "user">): string => JSON.stringify([from, charger, user]);
  const found = new Map<string, Total>();
  const chargingDays = new Map<string, Set<number>>();
  const add = (total: Total): void => {
    const key = keyOf(total);
    const known = found.get(key);
    found.set(key, known === undefined ? total : sumOf(known, total));
  };
  const addDay = (total: Pick<Total, "from" | "charger" | "user">, day: number): void => {
    const key = keyOf(total);
    const known = chargingDays.get(key) ?? new Set();
    chargingDays.set(key, known.add(day));
  };
  const periodOf = (index: number): Pick<Total, "from" | "until"> =>
    query.per === "all"
      ? { from: query.from, until: query.until }
      : { from: periods[index] as WallTime, until: periods[index + 1] as WallTime };
  for (const row of whole) {
    const total = { ...totalOf(row), ...periodOf(row.period - 1) };
    add(total);
    for (const day of row.days ?? []) addDay(total, days[day - 1] ?? 0);
  }
  for (const total of tallied(cut, query)) add(total);
  for (const day of cut.length === 0 ? [] : tallied(cut, { ...query, per: "day" })) {
    if (day.energyWh > 0 && day.from !== null) addDay({ ...day, from: periodBeginOf(query.per, periods, day.from, query.from) }, day.from);
  }
  return [...found].map(([key, total]) => ({ ...total, chargingDays: chargingDays.get(key)?.size ?? 0 })).sort(byTimeAndName);
}

const periodBeginOf = (per: Period, periods: readonly number[], at: number, from: WallTime | null): WallTime | null =>
  per === "all" ? from : ((periods.findLast((begin) => begin <= at) ?? at) as WallTime);

function totalOf({ charger, user, sessions, ...sums }: SumRow): Omit<Total, "from" | "until"> {
  return {
    charger,
    user,
    sessions,
    energyWh: rounded(sums.energyWh),
    sunWh: rounded(sums.sunWh),
    gridWh: rounded(sums.gridWh),
    batteryWh: rounded(sums.batteryWh),
    unknownWh: rounded(sums.unknownWh),
    chargingMs: Math.round(sums.chargingMs),
    cost: roundedMoney(sums.cost),
    pricedWh: rounded(sums.pricedWh),
    co2G: sums.co2G === null ? null : rounded(sums.co2G),
    chargingDays: 0,
  };
}

const sumOrNull = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));

function sumOf(a: Total, b: Total): Total {
  const co2G = sumOrNull(a.co2G, b.co2G);
  return {
    ...a,
    sessions: a.sessions + b.sessions,
    energyWh: rounded(a.energyWh + b.energyWh),
    sunWh: rounded(a.sunWh + b.sunWh),
    gridWh: rounded(a.gridWh + b.gridWh),
    batteryWh: rounded(a.batteryWh + b.batteryWh),
    unknownWh: rounded(a.unknownWh + b.unknownWh),
    chargingMs: a.chargingMs + b.chargingMs,
    cost: roundedMoney(sumOrNull(a.cost, b.cost)),
    pricedWh: rounded(a.pricedWh + b.pricedWh),
    co2G: co2G === null ? null : rounded(co2G),
  };
}

const byTimeAndName = (a: Total, b: Total): number =>
  (a.from ?? 0) - (b.from ?? 0) || byName(a.charger, b.charger) || byName(a.user, b.user);
const byName = (a: string | null, b: string | null): number => (a === b ? 0 : a === null || (b !== null && a < b) ? -1 : 1);
