/** Totals from the file: whole sessions from their rows, samples only where a session crosses a border. */
import type { SQLInputValue } from "node:sqlite";
import type { Total, TotalsQuery } from "#core/session/question";
import type { SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { beginOf, endOf, exceeds, momentOf } from "../moments.ts";
import { between, type Countable, type Standing, tallied } from "../tally.ts";
import { sessionConditions } from "./conditions.ts";
import { OPEN_END, type Row, SAMPLE_FIELDS, sampleOf, wattHoursOf } from "./rows.ts";

/** Asks for rows, all or the first. */
export interface Asker {
  all(sql: string, values: readonly SQLInputValue[]): readonly Row[];
  first(sql: string, values: readonly SQLInputValue[]): Row | undefined;
}

const COUNTED = `number, base, charger, user, started, ended, charging_ms, energy_wh, sun_wh, grid_wh, battery_wh, unknown_wh,
  cost, priced_wh, co2_g, flow_from, flow_until, flow_energy`;
const SAMPLE = `SELECT ${SAMPLE_FIELDS} FROM sample WHERE session = ?`;
const LATEST_UP_TO = `${SAMPLE} AND offset_ms <= ? ORDER BY offset_ms DESC LIMIT 1`;
const FIRST_AFTER = `${SAMPLE} AND offset_ms > ? ORDER BY offset_ms LIMIT 1`;

export function totalsFrom(asker: Asker, query: TotalsQuery): readonly Total[] {
  const where = sessionConditions(query);
  const rows = asker.all(`SELECT ${COUNTED} FROM session ${where}`, where.values);
  return tallied(
    rows.map((row) => new CountedSession(row as unknown as CountedRow, asker)),
    query,
  );
}

interface CountedRow {
  readonly number: number;
  readonly base: number;
  readonly charger: string;
  readonly user: string | null;
  readonly started: WallTime;
  readonly ended: WallTime;
  readonly charging_ms: number;
  readonly energy_wh: number;
  readonly sun_wh: number;
  readonly grid_wh: number;
  readonly battery_wh: number;
  readonly unknown_wh: number;
  readonly cost: number | null;
  readonly priced_wh: number;
  readonly co2_g: number | null;
  readonly flow_from: WallTime | null;
  readonly flow_until: WallTime | null;
  readonly flow_energy: number;
}

class CountedSession implements Countable {
  readonly charger: string;
  readonly user: string | null;
  readonly startedAt: WallTime;
  readonly endedAt: WallTime | null;
  readonly chargingMs: number;
  readonly energyWh: number;
  readonly sunWh: number;
  readonly gridWh: number;
  readonly batteryWh: number;
  readonly unknownWh: number;
  readonly cost: number | null;
  readonly pricedWh: number;
  readonly co2G: number | null;
  readonly flowFrom: WallTime;
  readonly flowUntil: WallTime;
  readonly #number: number;
  readonly #base: number;
  readonly #asker: Asker;

  constructor(row: CountedRow, asker: Asker) {
    this.#number = row.number;
    this.#base = row.base;
    this.#asker = asker;
    this.charger = row.charger;
    this.user = row.user;
    this.startedAt = row.started;
    this.endedAt = row.ended === OPEN_END ? null : row.ended;
    this.chargingMs = row.charging_ms;
    this.energyWh = row.energy_wh;
    this.sunWh = row.sun_wh;
    this.gridWh = row.grid_wh;
    this.batteryWh = row.battery_wh;
    this.unknownWh = row.unknown_wh;
    this.cost = row.cost;
    this.pricedWh = row.priced_wh;
    this.co2G = row.co2_g;
    this.flowFrom = row.flow_from ?? row.started;
    this.flowUntil =
      row.flow_until === null || exceeds(row.energy_wh, wattHoursOf(row.flow_energy)) ? endOf(this, this.#lastAt()).at : row.flow_until;
  }

  standingAt(at: WallTime): Standing {
    const [before, after] = [this.#sample(LATEST_UP_TO, at), this.#sample(FIRST_AFTER, at)];
    return between(before ? momentOf(before) : beginOf(this), after ? momentOf(after) : endOf(this, before?.at ?? null), at);
  }

  #lastAt(): WallTime | null {
    return this.endedAt ?? this.#sample(LATEST_UP_TO, Number.MAX_SAFE_INTEGER)?.at ?? null;
  }

  #sample(sql: string, at: number): SessionSample | null {
    const row = this.#asker.first(sql, [this.#number, at - this.#base]);
    return row === undefined ? null : sampleOf(row, "", this.#base);
  }
}
