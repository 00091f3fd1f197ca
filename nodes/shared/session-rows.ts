/** What an answer's rows are: what the store keeps and counts, with the shares and prices that people ask for; and their columns as CSV. */
import { localTime } from "#core/session/calendar";
import type { Total } from "#core/session/question";
import type { EnergySplit, LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import { sunShare } from "#core/session/sun-share";
import type { WallTime } from "#core/units/units";
import type { Column } from "./csv.ts";

interface Priced extends EnergySplit {
  readonly energyWh: number;
  readonly cost: number | null;
  readonly pricedWh: number;
}

export interface Shares {
  /** Of the energy whose source is known; null when that is less than half of it. */
  readonly sunPercent: number | null;
  /** Effective price: cost for each kWh that had a price; null when none had. */
  readonly pricePerKwh: number | null;
}

export type SessionRow = SessionRecord & Shares;
export type TotalRow = Total & Shares;
/** Totals of the last so many days, and what they come to for each day on which energy flowed. */
export interface AverageRow extends TotalRow {
  readonly days: number;
  readonly energyPerChargingDayWh: number | null;
  readonly costPerChargingDay: number | null;
}

/** Shows a wall time on the store's clock, as text that spreadsheets read: `2026-03-29 12:00:00`. */
export type LocalTime = (at: WallTime) => string;

export const localTextIn =
  (timeZone: string): LocalTime =>
  (at) => {
    const { year, month, day, hour, minute, second } = localTime(at, timeZone);
    const two = (value: number): string => String(value).padStart(2, "0");
    return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
  };

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;
/** Prices have few digits; sums of fractions have many. */
const priceDigits = (value: number): number => Math.round(value * 1e5) / 1e5;

export function sharesOf(priced: Priced): Shares {
  const { cost, pricedWh } = priced;
  const sun = sunShare(priced);
  return {
    sunPercent: sun === null ? null : oneDecimal(sun),
    pricePerKwh: cost !== null && pricedWh > 0 ? priceDigits((1000 * cost) / pricedWh) : null,
  };
}

export const sessionRow = (record: SessionRecord): SessionRow => ({ ...record, ...sharesOf(record) });
export const totalRow = (total: Total): TotalRow => ({ ...total, ...sharesOf(total) });

export function averageRow(days: number, total: Total): AverageRow {
  const { chargingDays, energyWh, cost } = total;
  return {
    days,
    ...totalRow(total),
    energyPerChargingDayWh: chargingDays > 0 ? oneDecimal(energyWh / chargingDays) : null,
    costPerChargingDay: chargingDays > 0 && cost !== null ? priceDigits(cost / chargingDays) : null,
  };
}

const kilo = (wattHours: number): number => wattHours / 1000;
const hours = (ms: number): number => ms / 3_600_000;
const utc = (at: WallTime | null): string | null => (at === null ? null : new Date(at).toISOString());

const KWH = 3;
const MONEY = 2;
const PRICE = 4;

const energies = <Row extends Priced & { readonly co2G: number | null } & Shares>(): readonly Column<Row>[] => [
  { name: "energyKwh", of: ({ energyWh }) => kilo(energyWh), digits: KWH },
  { name: "sunKwh", of: ({ sunWh }) => kilo(sunWh), digits: KWH },
  { name: "gridKwh", of: ({ gridWh }) => kilo(gridWh), digits: KWH },
  { name: "batteryKwh", of: ({ batteryWh }) => kilo(batteryWh), digits: KWH },
  { name: "unknownKwh", of: ({ unknownWh }) => kilo(unknownWh), digits: KWH },
  { name: "sunPercent", of: ({ sunPercent }) => sunPercent, digits: 1 },
  { name: "cost", of: ({ cost }) => cost, digits: MONEY },
  { name: "pricePerKwh", of: ({ pricePerKwh }) => pricePerKwh, digits: PRICE },
  { name: "co2Kg", of: ({ co2G }) => (co2G === null ? null : co2G / 1000), digits: KWH },
];

export const sessionColumns = (local: LocalTime): readonly Column<SessionRow>[] => [
  { name: "id", of: ({ id }) => id },
  { name: "charger", of: ({ charger }) => charger },
  { name: "user", of: ({ user }) => user },
  { name: "tag", of: ({ tag }) => tag },
  { name: "started", of: ({ startedAt }) => local(startedAt) },
  { name: "ended", of: ({ endedAt }) => (endedAt === null ? null : local(endedAt)) },
  { name: "startedUtc", of: ({ startedAt }) => utc(startedAt) },
  { name: "endedUtc", of: ({ endedAt }) => utc(endedAt) },
  { name: "connectedHours", of: ({ connectedMs }) => hours(connectedMs), digits: 3 },
  { name: "chargingHours", of: ({ chargingMs }) => hours(chargingMs), digits: 3 },
  ...energies<SessionRow>(),
  { name: "meterStartKwh", of: ({ meterStartWh }) => (meterStartWh === null ? null : kilo(meterStartWh)), digits: KWH },
  { name: "meterStopKwh", of: ({ meterStopWh }) => (meterStopWh === null ? null : kilo(meterStopWh)), digits: KWH },
  { name: "maxPowerW", of: ({ maxPowerW }) => maxPowerW, digits: 0 },
  { name: "meanPowerW", of: ({ meanPowerW }) => meanPowerW, digits: 0 },
  { name: "offeredMinA", of: ({ offeredMinA }) => offeredMinA, digits: 1 },
  { name: "offeredMaxA", of: ({ offeredMaxA }) => offeredMaxA, digits: 1 },
  { name: "peakTemperatureC", of: ({ peakTemperatureC }) => peakTemperatureC, digits: 1 },
  { name: "interruptions", of: ({ interruptions }) => interruptions.length },
  { name: "faults", of: ({ faults }) => [...new Set(faults.map(({ name, mrec }) => mrec ?? name))].join(" ") },
  { name: "endReason", of: ({ endReason }) => endReason },
  { name: "gaps", of: ({ gaps }) => gaps },
];

export const totalColumns = (local: LocalTime): readonly Column<TotalRow>[] => [
  { name: "from", of: ({ from }) => (from === null ? null : local(from)) },
  { name: "until", of: ({ until }) => (until === null ? null : local(until)) },
  { name: "charger", of: ({ charger }) => charger },
  { name: "user", of: ({ user }) => user },
  { name: "sessions", of: ({ sessions }) => sessions },
  { name: "chargingDays", of: ({ chargingDays }) => chargingDays },
  { name: "chargingHours", of: ({ chargingMs }) => hours(chargingMs), digits: 3 },
  ...energies<TotalRow>(),
];

export const averageColumns = (local: LocalTime): readonly Column<AverageRow>[] => [
  { name: "days", of: ({ days }) => days },
  {
    name: "kwhPerChargingDay",
    of: ({ energyPerChargingDayWh }) => (energyPerChargingDayWh === null ? null : kilo(energyPerChargingDayWh)),
    digits: KWH,
  },
  { name: "costPerChargingDay", of: ({ costPerChargingDay }) => costPerChargingDay, digits: MONEY },
  ...totalColumns(local),
];

export const sampleColumns = (local: LocalTime): readonly Column<SessionSample>[] => [
  { name: "session", of: ({ session }) => session },
  { name: "at", of: ({ at }) => local(at) },
  { name: "atUtc", of: ({ at }) => utc(at) },
  { name: "energyKwh", of: ({ energyWh }) => kilo(energyWh), digits: KWH },
  { name: "sunKwh", of: ({ sunWh }) => kilo(sunWh), digits: KWH },
  { name: "gridKwh", of: ({ gridWh }) => kilo(gridWh), digits: KWH },
  { name: "batteryKwh", of: ({ batteryWh }) => kilo(batteryWh), digits: KWH },
  { name: "cost", of: ({ cost }) => cost, digits: PRICE },
  { name: "powerW", of: ({ powerW }) => powerW, digits: 0 },
  { name: "currentA", of: ({ currentA }) => currentA, digits: 2 },
  { name: "offeredA", of: ({ offeredA }) => offeredA, digits: 1 },
  { name: "temperatureC", of: ({ temperatureC }) => temperatureC, digits: 1 },
];

export const eventColumns = (local: LocalTime): readonly Column<LoggedEvent>[] => [
  { name: "at", of: ({ at }) => local(at) },
  { name: "atUtc", of: ({ at }) => utc(at) },
  { name: "charger", of: ({ charger }) => charger },
  { name: "type", of: ({ type }) => type },
  { name: "reason", of: ({ reason }) => reason },
  { name: "fault", of: ({ fault }) => fault },
  { name: "session", of: ({ session }) => session },
  { name: "id", of: ({ id }) => id },
];
