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
import type { Connection } from "./connection.ts";
import { sessionConditions } from "./read.ts";
import { type CutSession, countableOf, standingsOf } from "./standings.ts";

/** Periods that are answered together: a quarter of a year of days. */
const PERIODS_A_PART: Readonly<Record<CalendarPeriod, number>> = { day: 92, week: 53, month: 120, year: 10 };
/** Ten years of sessions are summed up without a file on the server's disk. */
const ROOM_TO_SUM = "select set_config('work_mem', '32MB', true)";
const YEAR_MS = 366 * 86_400_000;

export async function totals(connection: Connection, query: TotalsQuery): Promise<readonly Total[]> {
  const span = await spanOf(connection, query);
  if (span === null) return tallied([], query);
  const found: Total[] = [];
  for (const part of await partsOf(query, span)) found.push(...(await totalsOfPart(connection, part, span)));
  return found;
}

interface Span {
  readonly from: WallTime;
  readonly until: WallTime;
}

/** When anything happened that is asked for; an end that is known by samples only is the last one's. Null when nothing did. */
async function spanOf(connection: Connection, query: TotalsQuery): Promise<Span | null> {
  const { schema } = connection;
  const [row] = await connection.ask<{ first: WallTime | null; last: WallTime }>(
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

async function totalsOfPart(connection: Connection, query: TotalsQuery, span: Span): Promise<readonly Total[]> {
  const asked: Span = {
    from: Math.max(span.from, query.from ?? span.from) as WallTime,
    until: Math.min(span.until, query.until ?? span.until) as WallTime,
  };
  const days = await bordersOf("day", asked, query.timeZone);
  const periods = query.per === "all" ? [Number.NEGATIVE_INFINITY] : await bordersOf(query.per, asked, query.timeZone);
  const { sql, values } = sumsOf(connection.schema, query, days, periods);
  const rows = await connection.transaction(async (asker) => {
    await asker.ask(ROOM_TO_SUM);
    return asker.ask<SumRow>(sql, values);
  });
  const whole = rows.filter(({ id }) => id === null);
  const cut = rows.filter((row): row is SumRow & CutSession => row.id !== null);
  const standings = await standingsOf(connection, connection.schema, cut, bordersWithin(query, days));
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
  /** Indices of days on which energy flowed, from 1; not in order, not once each, and null for sessions without. */
  readonly days: readonly (number | null)[];
}

/** What is summed up, by field. A session without energy counts for its time alone. */
const SUMS: Readonly<Record<string, string>> = {
  energyWh: "sum(energy_wh)",
  sunWh: "sum(sun_wh)",
  gridWh: "sum(grid_wh)",
  batteryWh: "sum(battery_wh)",
  unknownWh: "sum(unknown_wh)",
  chargingMs: "sum(charging_ms)",
  pricedWh: "sum(priced_wh)",
  cost: "sum(cost) filter (where energy_wh > 0)",
  co2G: "sum(co2_g) filter (where energy_wh > 0)",
};
const SUMS_BY_DAY = Object.entries(SUMS).map(([field, sum]) => `${sum} as "${field}"`);
const SUMS_OF_SUMS = Object.keys(SUMS).map((field) => `sum("${field}") as "${field}"`);

/** `offset 0` keeps what a step works out from being worked out again in each place that uses it. */
function sumsOf(schema: string, query: TotalsQuery, days: readonly number[], periods: readonly number[]) {
  const where = sessionConditions(query);
  const [from, until] = [query.from ?? Number.NEGATIVE_INFINITY, query.until ?? Number.POSITIVE_INFINITY].map((at) =>
    instantOf(where.value(at)),
  );
  const borders = (list: readonly number[]): string =>
    `(select array_agg(${instantOf("border")} order by border) from unnest(${where.value(`{${list.join(",")}}`)}::float8[]) as border)`;
  const key = (name: "charger" | "user"): string => (query.by.includes(name) ? `"${name}"` : "null");
  const figures = "started_at, energy_wh, sun_wh, grid_wh, battery_wh, unknown_wh, charging_ms, priced_wh, cost, co2_g";
  const sql = `
    with border as materialized (select ${borders(days)} as days, ${borders(periods)} as periods),
    flowed as (
      select id, ${key("charger")} as charger, ${key("user")} as "user", ${figures}, flow_until,
        least(flow_from, before_end) as flow_from, greatest(before_end, least(flow_from, before_end)) as last_moment
      from (
        select session.*, coalesce(least(zero_at, until_at), started_at) as flow_from,
          case when flow.energy_wh > 0 and session.energy_wh * 100 < flow.energy_wh + 0.5 then until_at
            else coalesce(ended_at, last_at, started_at) end as flow_until
        from ${schema}.session left join ${schema}.flow on flow.session = id
        where ${where}
      ) as session
      cross join lateral (select greatest(flow_until - interval '1 ms', started_at) as before_end) as other
      offset 0
    ),
    placed as (
      select id, charger, "user", ${figures}, flow_from, flow_until,
        started_at >= ${from} and started_at < ${until} as is_begun,
        width_bucket(flow_from, days) as first_day, width_bucket(last_moment, days) as last_day,
        width_bucket(flow_from, periods) as first_period, width_bucket(last_moment, periods) as last_period,
        width_bucket(started_at, periods) as began
      from flowed, border offset 0
    ),
    by_day as (
      select case when energy_wh > 0 then first_period else began end as period, charger, "user",
        case when energy_wh <= 0 or flow_from >= ${from} and flow_until <= ${until} and last_day - first_day <= 1 and first_day > 0
          and last_day < ${days.length} and first_period = last_period and (not is_begun or began = first_period) then null else id end as cut,
        case when energy_wh > 0 then first_day end as first_day, case when energy_wh > 0 then last_day end as last_day,
        count(*)::int as sessions, ${SUMS_BY_DAY},
        min(started_at) as started_at, min(flow_from) as flow_from, max(flow_until) as flow_until
      from placed where energy_wh > 0 or is_begun group by 1, 2, 3, 4, 5, 6
    )
    select period, charger, "user", cut as id, sum(sessions)::int as sessions, ${SUMS_OF_SUMS}, to_json(array_agg(first_day) || array_agg(last_day)) as days,
      ${millisecondsOf("min(started_at)")} as "startedAt", ${millisecondsOf("min(flow_from)")} as "flowFrom", ${millisecondsOf("max(flow_until)")} as "flowUntil"
    from by_day group by 1, 2, 3, 4`;
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
  const daysOf = (total: Pick<Total, "from" | "charger" | "user">): Set<number> => {
    const key = keyOf(total);
    const known = chargingDays.get(key) ?? new Set();
    chargingDays.set(key, known);
    return known;
  };
  const periodOf = (index: number): Pick<Total, "from" | "until"> =>
    query.per === "all"
      ? { from: query.from, until: query.until }
      : { from: periods[index] as WallTime, until: periods[index + 1] as WallTime };
  for (const row of whole) {
    const total = { ...totalOf(row), ...periodOf(row.period - 1) };
    add(total);
    const known = daysOf(total);
    for (const day of row.days) if (day !== null) known.add(days[day - 1] ?? 0);
  }
  for (const total of tallied(cut, query)) add(total);
  for (const day of cut.length === 0 ? [] : tallied(cut, { ...query, per: "day" })) {
    if (day.energyWh > 0 && day.from !== null)
      daysOf({ ...day, from: periodBeginOf(query.per, periods, day.from, query.from) }).add(day.from);
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
