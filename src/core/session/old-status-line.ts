/**
 * The one line that the Python charger (simat/Variable-J1772-Charger) answered with, same names, same order. What it measured with its own
 * scales is put on those scales.
 */
import { localTime } from "#core/session/calendar";
import type { WallTime } from "#core/units/units";

/** Its converter's readings (9 bit) at 6, 9 and 12 V of pilot. */
const CP_LEVELS: readonly (readonly [number, number])[] = [
  [0, 0],
  [6, 85],
  [9, 155],
  [12, 248],
];
/** It wrote this where it made out no state. */
const CP_UNREADABLE = -1;
/** Its PWM's full scale: steady high. */
const FULL_DUTY = 1023;

export interface OldStatus {
  readonly at: WallTime;
  readonly state: "notConnected" | "connected" | "charging" | "fault" | "unknown";
  /** Upper level of the pilot; null when not read. */
  readonly pilotHighV: number | null;
  /** What is driven: percent of PWM, 100 for steady high, 0 for steady low; null when not known. */
  readonly dutyPercent: number | null;
  readonly currentA: number | null;
  readonly powerW: number | null;
  /** What more could be used, as the last reading of the house said; null when there is none. */
  readonly deltaW: number | null;
  /** Of the session, and of the local day. */
  readonly energyWh: number;
  readonly dayEnergyWh: number;
}

/** 1 not connected, 2 connected, 3 charging, 4 error. */
export function oldStateOf(state: OldStatus["state"]): 1 | 2 | 3 | 4 {
  if (state === "notConnected") return 1;
  if (state === "connected") return 2;
  return state === "charging" ? 3 : 4;
}

/** `20201009125244` */
export function oldStamp(at: WallTime, timeZone: string): string {
  const { year, month, day, hour, minute, second } = localTime(at, timeZone);
  return String(year).padStart(4, "0") + [month, day, hour, minute, second].map((part) => String(part).padStart(2, "0")).join("");
}

/** Its reading of the pilot: by the level where it is known, else by the state. */
function cpValueOf({ pilotHighV, state }: OldStatus): number {
  if (pilotHighV === null) return { notConnected: 248, connected: 155, charging: 85, fault: CP_UNREADABLE, unknown: CP_UNREADABLE }[state];
  const above = CP_LEVELS.findIndex(([volts], index) => index > 0 && volts >= pilotHighV);
  const [low, high] = CP_LEVELS.slice(above < 0 ? -2 : above - 1);
  if (low === undefined || high === undefined || pilotHighV < 0) return CP_UNREADABLE;
  return Math.round(low[1] + ((pilotHighV - low[0]) / (high[0] - low[0])) * (high[1] - low[1]));
}

/** `CP value=83 CP duty=158 ChargeI=9.4 Power=2.2 Delta=19 State=3 Energy=9.648 DayEnergy=11.5` */
export function oldFields(status: OldStatus): string {
  const { state, dutyPercent, currentA, powerW, deltaW, energyWh, dayEnergyWh } = status;
  const duty = dutyPercent === null ? FULL_DUTY : Math.round((Math.min(100, Math.max(0, dutyPercent)) * FULL_DUTY) / 100);
  return [
    `CP value=${cpValueOf(status)}`,
    `CP duty=${duty}`,
    `ChargeI=${(currentA ?? 0).toFixed(1)}`,
    `Power=${((powerW ?? 0) / 1000).toFixed(1)}`,
    `Delta=${Math.trunc(deltaW ?? 0)}`,
    `State=${oldStateOf(state)}`,
    `Energy=${(energyWh / 1000).toFixed(3)}`,
    `DayEnergy=${(dayEnergyWh / 1000).toFixed(1)}`,
  ].join(" ");
}

/** `Timestamp 20201009125244 CP value=83 …`: what its port 80 answered. */
export const oldStatusLine = (status: OldStatus, timeZone: string): string =>
  `Timestamp ${oldStamp(status.at, timeZone)} ${oldFields(status)}`;
