/** Records, samples and events as rows, and back. */
import type { SQLInputValue } from "node:sqlite";
import type { LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import { SAMPLE_SCALE } from "../resolution.ts";

/** `ended` of a session that is open: one index then answers which sessions touch a range. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

export type Row = Readonly<Record<string, unknown>>;

/** Columns of a record, in the order of `recordValues`; the number, the base and what is kept of the flow are not among them. */
const RECORD_COLUMNS = [
  "revision",
  "charger",
  "user",
  "tag",
  "started",
  "ended",
  "connected_ms",
  "charging_ms",
  "energy_wh",
  "sun_wh",
  "grid_wh",
  "battery_wh",
  "unknown_wh",
  "cost",
  "priced_wh",
  "co2_g",
  "meter_start_wh",
  "meter_stop_wh",
  "max_power_w",
  "mean_power_w",
  "offered_min_a",
  "offered_max_a",
  "peak_temp_c",
  "interruptions",
  "faults",
  "end_reason",
  "gaps",
] as const;

export const RECORD_FIELDS = `id, ${RECORD_COLUMNS.join(", ")}`;
export const RECORD_ASSIGNMENTS = RECORD_COLUMNS.map((column) => `${column} = ?`).join(", ");

export const recordValues = (record: SessionRecord): SQLInputValue[] => [
  record.revision,
  record.charger,
  record.user,
  record.tag,
  Math.round(record.startedAt),
  record.endedAt === null ? OPEN_END : Math.round(record.endedAt),
  record.connectedMs,
  record.chargingMs,
  record.energyWh,
  record.sunWh,
  record.gridWh,
  record.batteryWh,
  record.unknownWh,
  record.cost,
  record.pricedWh,
  record.co2G,
  record.meterStartWh,
  record.meterStopWh,
  record.maxPowerW,
  record.meanPowerW,
  record.offeredMinA,
  record.offeredMaxA,
  record.peakTemperatureC,
  JSON.stringify(record.interruptions),
  JSON.stringify(record.faults),
  record.endReason,
  record.gaps,
];

/** The file is ours and its schema is known, so the row is what `recordValues` wrote. */
export const recordOf = (row: Row): SessionRecord =>
  ({
    id: row.id,
    revision: row.revision,
    charger: row.charger,
    user: row.user,
    tag: row.tag,
    startedAt: row.started,
    endedAt: row.ended === OPEN_END ? null : row.ended,
    connectedMs: row.connected_ms,
    chargingMs: row.charging_ms,
    energyWh: row.energy_wh,
    sunWh: row.sun_wh,
    gridWh: row.grid_wh,
    batteryWh: row.battery_wh,
    unknownWh: row.unknown_wh,
    cost: row.cost,
    pricedWh: row.priced_wh,
    co2G: row.co2_g,
    meterStartWh: row.meter_start_wh,
    meterStopWh: row.meter_stop_wh,
    maxPowerW: row.max_power_w,
    meanPowerW: row.mean_power_w,
    offeredMinA: row.offered_min_a,
    offeredMaxA: row.offered_max_a,
    peakTemperatureC: row.peak_temp_c,
    interruptions: JSON.parse(String(row.interruptions)),
    faults: JSON.parse(String(row.faults)),
    endReason: row.end_reason,
    gaps: row.gaps,
  }) as SessionRecord;

type Figure = keyof typeof SAMPLE_SCALE;

/** SQLite keeps larger integers than can be read back. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const scaled = (value: number, figure: Figure): number => Math.max(-LARGEST, Math.min(LARGEST, Math.round(value * SAMPLE_SCALE[figure])));
const scaledOrNull = (value: number | null, figure: Figure): number | null => (value === null ? null : scaled(value, figure));
const figureOf = (count: unknown, figure: Figure): number | null => (count === null ? null : Number(count) / SAMPLE_SCALE[figure]);

const energyCount = (wattHours: number): number => scaled(wattHours, "energyWh");
const wattHoursOf = (count: number): number => count / SAMPLE_SCALE.energyWh;

export const SAMPLE_FIELDS = "offset_ms, energy, sun, battery, unknown, cost, power, current, offered, temperature";

/** Energy from the grid is what the others leave: one column less in each of ten million rows. */
export function sampleValues(sample: SessionSample, base: number): (number | null)[] {
  const energy = energyCount(sample.energyWh);
  const sun = energyCount(sample.sunWh);
  const battery = energyCount(sample.batteryWh);
  return [
    Math.round(sample.at) - base,
    energy,
    sun,
    battery,
    energy - sun - battery - energyCount(sample.gridWh),
    scaledOrNull(sample.cost, "cost"),
    scaledOrNull(sample.powerW, "powerW"),
    scaledOrNull(sample.currentA, "currentA"),
    scaledOrNull(sample.offeredA, "offeredA"),
    scaledOrNull(sample.temperatureC, "temperatureC"),
  ];
}

export function sampleOf(row: Row, session: string, base: number): SessionSample {
  const [energy, sun, battery] = [Number(row.energy), Number(row.sun), Number(row.battery)];
  return {
    session,
    at: (base + Number(row.offset_ms)) as WallTime,
    energyWh: wattHoursOf(energy),
    sunWh: wattHoursOf(sun),
    gridWh: wattHoursOf(energy - sun - battery - Number(row.unknown)),
    batteryWh: wattHoursOf(battery),
    cost: figureOf(row.cost, "cost"),
    powerW: figureOf(row.power, "powerW"),
    currentA: figureOf(row.current, "currentA"),
    offeredA: figureOf(row.offered, "offeredA"),
    temperatureC: figureOf(row.temperature, "temperatureC"),
  };
}

export const EVENT_FIELDS = "number, id, at, charger, session, type, reason, fault, evidence";

export const eventValues = (event: LoggedEvent): SQLInputValue[] => [
  event.id,
  event.at,
  event.charger,
  event.session,
  event.type,
  event.reason,
  event.fault,
  JSON.stringify(event.evidence),
];

export const eventOf = (row: Row): LoggedEvent =>
  ({
    id: row.id,
    charger: row.charger,
    session: row.session,
    at: row.at,
    type: row.type,
    reason: row.reason,
    fault: row.fault,
    evidence: JSON.parse(String(row.evidence)),
  }) as LoggedEvent;
