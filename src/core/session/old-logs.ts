/**
 * The logs of the Python charger (simat/Variable-J1772-Charger), as text, from what is kept here: same line forms, so that what reads them
 * goes on reading. Its defects are mended:
 *
 * - A record of `energy.log` has 50 bytes. The old day number took a column more from day 1000 (September 2022), and its own reader, which
 *   seeks back by 50, drifted by a byte a record. Here the number grows into the blank before it: 50 bytes until 2047.
 * - The old day number took a year for 365.25 days, so 1 January of each year after a leap year had the number of the day before: two days
 *   as one. Here it counts days: 1 January 2020 is 1.
 * - A day without a charge got a record of 0 kWh, which made it a charging day of the averages. Here only charges have records.
 * - Totals ended at the first record that could not be read, and a charge over midnight counted for one day. Here each day has what flowed
 *   on it.
 * - `ChargeI` and `Power` were what the charger had told the car. Here they are what the car drew, where that is measured.
 */
import { dutyForLimit, isOfferable } from "#core/pilot/duty";
import type { PilotOutput } from "#core/pilot/types";
import { daysBefore, localDay, localTime, startOfLocalDay } from "#core/session/calendar";
import { type OldStatus, oldFields, oldStamp } from "#core/session/old-status-line";
import type { Total } from "#core/session/question";
import type { LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import { averagesPerChargingDay } from "#core/session/totals";
import type { WallTime } from "#core/units/units";

/** Bytes of a record of `energy.log`, the line's end among them. */
export const ENERGY_RECORD_BYTES = 50;
const LONGEST_HOURS = 99;
const MOST_KWH = 999.999;

const line = (at: WallTime, timeZone: string, message: string): string => `${oldStamp(at, timeZone)} ${message}\n`;

/** Local days since 2020; 1 January 2020 is 1. */
export function oldDayNumber(at: WallTime, timeZone: string): number {
  return localDay(at, timeZone) - localDay(startOfLocalDay({ year: 2020, month: 1, day: 1 }, timeZone), timeZone) + 1;
}

/** `20201009125244  283   9.648kWh Charge Time  4.2hr`; null for a session that is open or took nothing. */
export function energyLogLine(session: SessionRecord, timeZone: string): string | null {
  if (session.endedAt === null || session.energyWh <= 0) return null;
  const day = String(oldDayNumber(session.endedAt, timeZone)).padStart(4);
  const kwh = Math.min(session.energyWh / 1000, MOST_KWH)
    .toFixed(3)
    .padStart(7);
  const hours = Math.min(session.chargingMs / 3_600_000, LONGEST_HOURS)
    .toFixed(1)
    .padStart(4);
  return line(session.endedAt, timeZone, `${day} ${kwh}kWh Charge Time ${hours}hr`);
}

/** `energy.log`: one line a session that is over, oldest first. */
export const energyLog = (sessions: Iterable<SessionRecord>, timeZone: string): string =>
  Array.from(sessions, (session) => energyLogLine(session, timeZone) ?? "").join("");

const STATE_WORDS: Readonly<Record<string, string>> = {
  A: "EV not connected",
  notConnected: "EV not connected",
  B: "EV ready",
  connected: "EV ready",
  C: "EV charging",
  D: "EV charging",
  charging: "EV charging",
  E: "CP error",
  F: "CP error",
  fault: "CP error",
};

/** What `events.log` calls an event; null for what it did not know. */
export function eventWords({ type, evidence }: LoggedEvent): string | null {
  return type === "stateChanged" ? (STATE_WORDS[String(evidence.to)] ?? null) : null;
}

/** `events.log`, oldest first: each change of state once. */
export function eventsLog(events: Iterable<LoggedEvent>, timeZone: string): string {
  let text = "";
  const last = new Map<string, string>();
  for (const event of events) {
    const words = eventWords(event);
    if (words === null || words === last.get(event.charger)) continue;
    last.set(event.charger, words);
    text += line(event.at, timeZone, words);
  }
  return text;
}

const TROUBLES = new Set([
  "fault",
  "selfTestFailed",
  "openedUnderLoad",
  "storeFailed",
  "late",
  "meterJump",
  "meterReplaced",
  "clockStepped",
]);

/** What `errors.log` says of an event; null for what is no error. One line each. */
export function errorWords({ type, fault, reason }: LoggedEvent): string | null {
  if (!TROUBLES.has(type)) return null;
  const words = [type === "fault" && fault !== null ? fault : type, type !== "fault" ? fault : null, reason];
  return words
    .filter((word) => word !== null && word !== "")
    .join(": ")
    .replace(/[\r\n]+/g, " ");
}

/** `errors.log`, oldest first. */
export const errorsLog = (events: Iterable<LoggedEvent>, timeZone: string): string =>
  Array.from(events, (event) => {
    const words = errorWords(event);
    return words === null ? "" : line(event.at, timeZone, words);
  }).join("");

export interface DetailedSample {
  readonly sample: SessionSample;
  /** Energy of its local day up to the sample. */
  readonly dayEnergyWh: number;
}

/** `log.log`: a line for each sample, oldest first. What a sample does not keep (pilot level, what more could be used) follows from its state. */
export const detailedLog = (samples: Iterable<DetailedSample>, timeZone: string): string =>
  Array.from(samples, ({ sample, dayEnergyWh }) => detailedLine(sample, dayEnergyWh, timeZone)).join("");

const STEADY_HIGH_PERCENT = 100;
const dutyPercentOf = (pilot: PilotOutput): number => (pilot.kind === "pwm" ? pilot.dutyPercent : STEADY_HIGH_PERCENT);

/** Below this a car is not charging, W. */
const STANDBY = 100;

function detailedLine(sample: SessionSample, dayEnergyWh: number, timeZone: string): string {
  const { at, powerW, currentA, offeredA, energyWh } = sample;
  const status: OldStatus = {
    at,
    state: (powerW ?? 0) > STANDBY ? "charging" : "connected",
    pilotHighV: null,
    dutyPercent: isOfferable(offeredA) ? dutyPercentOf(dutyForLimit(offeredA)) : STEADY_HIGH_PERCENT,
    currentA,
    powerW,
    deltaW: null,
    energyWh,
    dayEnergyWh,
  };
  return line(at, timeZone, oldFields(status));
}

export interface OldStatsInput {
  /** Totals per local day over the last year, of one charger or of several. */
  readonly days: readonly Total[];
  /** The newest session that is over; null when there is none. */
  readonly last: SessionRecord | null;
}

/** `EnergyStats`: nine lines. */
export function energyStats({ days, last }: OldStatsInput, now: WallTime, timeZone: string): string {
  const averages = averagesPerChargingDay(days, now, timeZone, [365, 90, 30, 5, 1]);
  const [year, ninety, thirty, five, today] = averages;
  const kwh = (wh: number | undefined): string => `${((wh ?? 0) / 1000).toFixed(1).padStart(7)}kWh`;
  const mean = (wh: number | null | undefined): string => `${((wh ?? 0) / 1000).toFixed(4)}kWh`;
  return `${[
    `Last Update Time ${timeTuple(now, timeZone)}`,
    `Last Year    ${kwh(year?.energyWh)}`,
    `Last 30 Days ${kwh(thirty?.energyWh)}`,
    `Last 5 Days  ${kwh(five?.energyWh)}`,
    `Current Day  ${kwh(today?.energyWh)}`,
    `Last Session ${kwh(last?.energyWh)}`,
    `Av. per day charging occurs over 90 days ${mean(ninety?.perChargingDayWh)}`,
    `Av. per day charging occurs over 30 days ${mean(thirty?.perChargingDayWh)}`,
    `Av. per day charging occurs over 5 days  ${mean(five?.perChargingDayWh)}`,
  ].join("\n")}\n`;
}

/** Since when `EnergyStats` wants totals. */
export const energyStatsFrom = (now: WallTime, timeZone: string): WallTime => daysBefore(now, 364, timeZone);

/** Year, month, day, hour, minute, second, weekday from Monday 0, day of the year: as MicroPython writes a local time. */
function timeTuple(at: WallTime, timeZone: string): string {
  const { year, month, day, hour, minute, second } = localTime(at, timeZone);
  const days = localDay(at, timeZone);
  const firstOfYear = localDay(startOfLocalDay({ year, month: 1, day: 1 }, timeZone), timeZone);
  return `(${[year, month, day, hour, minute, second, (days + 3) % 7, days - firstOfYear + 1].join(", ")})`;
}
