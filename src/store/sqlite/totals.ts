/** Totals from the file: whole sessions from their rows, samples only where a session crosses a border. */
import type { SQLInputValue } from "node:sqlite";
import type { Total, TotalsQuery } from "#core/session/question";
import type { SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { beginOf, endOf, momentOf } from "../moments.ts";
import { SAMPLE_SCALE } from "../resolution.ts";
import { between, type Counted, type Standing, talliedWith } from "../tally.ts";
import { sessionConditions } from "./conditions.ts";
import { OPEN_END, type Row, SAMPLE_FIELDS, sampleOf } from "./rows.ts";

/** Asks for rows, all or the first; `lists` gives each row as its values in order, at half the cost. */
export interface Asker {
  lists(sql: string, values: readonly SQLInputValue[]): readonly (readonly unknown[])[];
  first(sql: string, values: readonly SQLInputValue[]): Row | undefined;
}

/** Energy that the record tells of and no sample does flowed up to the session's end; of an open session, up to its last sample. */
const FLOW_UNTIL = `CASE
    WHEN flow_until IS NOT NULL AND round(energy_wh * ${SAMPLE_SCALE.energyWh}) <= flow_energy THEN flow_until
    WHEN ended < ${OPEN_END} THEN ended
    ELSE coalesce(base + (SELECT max(offset_ms) FROM sample WHERE session = number), started)
  END`;

/** In the order of a counted row's values. */
const COUNTED = `number, base, charger, user, started, nullif(ended, ${OPEN_END}), coalesce(flow_from, started), ${FLOW_UNTIL},
  energy_wh, sun_wh, grid_wh, battery_wh, unknown_wh, charging_ms, cost, priced_wh, co2_g`;

type CountedValues = readonly [
  number: number,
  base: number,
  charger: string,
  user: string | null,
  startedAt: WallTime,
  endedAt: WallTime | null,
  flowFrom: WallTime,
  flowUntil: WallTime,
  energyWh: number,
  sunWh: number,
  gridWh: number,
  batteryWh: number,
  unknownWh: number,
  chargingMs: number,
  cost: number | null,
  pricedWh: number,
  co2G: number | null,
];

interface CountedRow extends Counted {
  readonly number: number;
  readonly base: number;
  readonly endedAt: WallTime | null;
}

function countedRow(values: CountedValues): CountedRow {
  const [number, base, charger, user, startedAt, endedAt, flowFrom, flowUntil, ...figures] = values;
  const [energyWh, sunWh, gridWh, batteryWh, unknownWh, chargingMs, cost, pricedWh, co2G] = figures;
  const session = { number, base, charger, user, startedAt, endedAt, flowFrom, flowUntil };
  return { ...session, energyWh, sunWh, gridWh, batteryWh, unknownWh, chargingMs, cost, pricedWh, co2G };
}

const SAMPLE = `SELECT ${SAMPLE_FIELDS} FROM sample WHERE session = ?`;
const LATEST_UP_TO = `${SAMPLE} AND offset_ms <= ? ORDER BY offset_ms DESC LIMIT 1`;
const FIRST_AFTER = `${SAMPLE} AND offset_ms > ? ORDER BY offset_ms LIMIT 1`;

export function totalsFrom(asker: Asker, query: TotalsQuery): readonly Total[] {
  const where = sessionConditions(query);
  const rows = asker.lists(`SELECT ${COUNTED} FROM session ${where}`, where.values) as readonly CountedValues[];
  return talliedWith(rows.map(countedRow), query, (session, at) => standingAt(asker, session, at));
}

function standingAt(asker: Asker, session: CountedRow, at: WallTime): Standing {
  const sampleAt = (sql: string): SessionSample | null => {
    const row = asker.first(sql, [session.number, at - session.base]);
    return row === undefined ? null : sampleOf(row, "", session.base);
  };
  const [before, after] = [sampleAt(LATEST_UP_TO), sampleAt(FIRST_AFTER)];
  return between(
    before === null ? beginOf(session) : momentOf(before),
    after === null ? endOf(session, before?.at ?? null) : momentOf(after),
    at,
  );
}
