/** Ten years of charging on four chargers, the same for the same seed: sessions with a sample each minute while they charge. */
import type { EndReason, LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { type Random, randomOf } from "../solar/random.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const CHARGERS = ["carport", "garage", "bay 1", "bay 2"] as const;
const USERS = ["ann", "björn", "chiara", "visitor", null] as const;
const REASONS: readonly EndReason[] = ["carFull", "carFull", "carStopped", "limit", "unpluggedWhileCharging"];
const TIME_ZONE_OFFSET = HOUR;
/** What the car takes at most, and how it is wired. */
const POWERS_W = [3_680, 7_360, 11_040] as const;
const GRID_PER_KWH = 0.31;
const SUN_PER_KWH = 0.08;
const CO2_G_PER_KWH = 380;

export interface Charge {
  readonly record: SessionRecord;
  readonly samples: readonly SessionSample[];
  readonly events: readonly LoggedEvent[];
}

export interface Decade {
  readonly from: number;
  readonly until: number;
  readonly sessions: number;
}

/** All charges in the order of their begin; the last one of the first charger is still open. */
export function* decadeOf({ from, until, sessions }: Decade, seed: number): Generator<Charge> {
  const random = randomOf(seed);
  const each = (until - from) / (sessions / CHARGERS.length);
  for (let turn = 0; turn < sessions / CHARGERS.length; turn += 1) {
    for (const [place, charger] of CHARGERS.entries()) {
      const isOpen = turn === sessions / CHARGERS.length - 1 && place === 0;
      const startedAt = Math.floor(from + turn * each + (0.1 * place + 0.05 * random.next()) * Math.min(each, 12 * HOUR));
      yield chargeOf(
        random,
        `${seed.toString(16).padStart(8, "0")}-0000-4000-8000-${(turn * 4 + place).toString(16).padStart(12, "0")}`,
        charger,
        startedAt,
        isOpen,
      );
    }
  }
}

/** Rounded as the books are: to a thousandth of a watt-hour, a hundred-thousandth of money. */
const wattHours = (value: number): number => Math.round(value * 1000) / 1000;
const money = (value: number): number => Math.round(value * 1e5) / 1e5;
/** How much of a charge at this time the roof gives, 0 to 1. */
const sunShare = (at: number, cloud: number): number => {
  const hour = ((at + TIME_ZONE_OFFSET) / HOUR) % 24;
  const season = 0.6 - 0.4 * Math.cos((2 * Math.PI * (at / (24 * HOUR))) / 365.25);
  return Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI)) * season * cloud;
};

function chargeOf(random: Random, id: string, charger: string, startedAt: number, isOpen: boolean): Charge {
  const of = <T>(choices: readonly [T, ...T[]] | readonly T[]): T => choices[Math.floor(random.next() * choices.length)] as T;
  const minutes = Math.round(random.between(90, 576));
  const [atMost, cloud, waiting] = [of(POWERS_W), random.next(), Math.round(random.between(0, 25))];
  const samples: SessionSample[] = [];
  let [sun, grid, cost, most] = [0, 0, 0, 0];
  let temperature = random.between(5, 25);
  const chargingFrom = startedAt + waiting * MINUTE + Math.floor(random.next() * 1000);
  for (let minute = 0; minute <= minutes; minute += 1) {
    const at = chargingFrom + minute * MINUTE;
    const left = minutes - minute;
    const powerW = minute === 0 ? 0 : Math.round(atMost * Math.min(1, 0.2 + left / 40) * random.between(0.985, 1));
    const energyWh = powerW / 60;
    const share = sunShare(at, cloud);
    sun += energyWh * share;
    grid += energyWh * (1 - share);
    cost += (energyWh * (share * SUN_PER_KWH + (1 - share) * GRID_PER_KWH)) / 1000;
    most = Math.max(most, powerW);
    temperature += (18 + powerW / 400 - temperature) * 0.02 + random.between(-0.1, 0.1);
    samples.push({
      session: id,
      at: WallTime(at),
      energyWh: wattHours(wattHours(sun) + wattHours(grid)),
      sunWh: wattHours(sun),
      gridWh: wattHours(grid),
      batteryWh: 0,
      cost: money(cost),
      powerW,
      currentA: Math.round((powerW / 230) * 100) / 100,
      offeredA: Math.round(atMost / 230),
      temperatureC: Math.round(temperature * 10) / 10,
    });
  }
  const lastAt = chargingFrom + minutes * MINUTE;
  const endedAt = isOpen ? null : WallTime(lastAt + Math.round(random.between(0, 25)) * MINUTE);
  const energyWh = wattHours(wattHours(sun) + wattHours(grid));
  const record: SessionRecord = {
    id,
    revision: minutes + 2,
    charger,
    user: of(USERS),
    tag: null,
    startedAt: WallTime(startedAt),
    endedAt,
    connectedMs: (endedAt ?? lastAt) - startedAt,
    chargingMs: minutes * MINUTE,
    energyWh,
    sunWh: wattHours(sun),
    gridWh: wattHours(grid),
    batteryWh: 0,
    unknownWh: 0,
    cost: money(cost),
    pricedWh: energyWh,
    co2G: wattHours((grid * CO2_G_PER_KWH) / 1000),
    meterStartWh: null,
    meterStopWh: null,
    maxPowerW: most,
    meanPowerW: Math.round((energyWh * 60) / minutes),
    offeredMinA: Math.round(atMost / 230),
    offeredMaxA: Math.round(atMost / 230),
    peakTemperatureC: 41,
    interruptions: [],
    faults: [],
    endReason: isOpen ? null : of(REASONS),
    gaps: 0,
  };
  const event = (type: string, at: number): LoggedEvent => ({
    id: `${id} ${type}`,
    charger,
    session: id,
    at: WallTime(at),
    type,
    reason: null,
    fault: null,
    evidence: {},
  });
  return { record, samples, events: [event("plugged", startedAt), ...(endedAt === null ? [] : [event("unplugged", endedAt)])] };
}
