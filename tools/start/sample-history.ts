/**
 * An invented history: two years of a commuter's charges on a house with a roof full of sun. The same seed gives the same history, so that
 * pictures can be compared. It lies in a file of its own and is never mixed with real sessions.
 */
import { createHash } from "node:crypto";
import type { EndReason, SessionBatch, SessionFault, SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";

export interface SampleOptions {
  readonly seed: number;
  /** The history ends the day before. */
  readonly today: WallTime;
  readonly days: number;
  readonly charger: string;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const VOLTS = 240;
/** Days in one batch. */
const BATCH = 60;
const GRID_PRICE = 0.31;
const SUN_PRICE = 0.08;
const CO2_PER_KWH = 380;
const SAMPLE_EVERY = 5 * MINUTE;

/** Chance that repeats: a small generator of 32 bits. @returns numbers from 0 up to 1 */
function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
}

/** Shaped like a UUID; the same for the same day and seed. */
function idOf(seed: number, day: number, turn: number): string {
  const hex = createHash("sha256").update(`${seed} ${day} ${turn}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Power from the roof, W: by the height of the sun, and by the day's clouds. `hour` is local enough. */
function sunW(dayOfYear: number, hour: number, clear: number): number {
  const season = 0.55 - 0.45 * Math.cos((2 * Math.PI * (dayOfYear + 10)) / 365);
  const arc = Math.cos(((hour - 13) / (4.5 + 3.5 * season)) * (Math.PI / 2));
  return arc > 0 ? 7500 * season * arc * clear : 0;
}

interface Plan {
  readonly startHour: number;
  readonly wantedWh: number;
  readonly offeredA: number;
  readonly followsSun: boolean;
}

/** Batches in the order of time. */
export function* sampleHistory({ seed, today, days, charger }: SampleOptions): Generator<SessionBatch> {
  const chance = chanceFrom(seed);
  const first = Math.floor(today / DAY) - days;
  for (let from = 0; from < days; from += BATCH) {
    const records: SessionRecord[] = [];
    const samples: SessionSample[] = [];
    for (let day = from; day < Math.min(from + BATCH, days); day++) {
      const plan = planOf(day, first + day, chance);
      if (plan === null) continue;
      const charge = chargeOf(idOf(seed, day, 0), charger, first + day, plan, chance);
      records.push(charge.record);
      samples.push(...charge.samples);
    }
    yield { records, samples, events: [], checkpoints: [] };
  }
}

/** Home in the evening on working days, by day at weekends, a holiday in summer. Null for a day without a charge. */
function planOf(day: number, epochDay: number, chance: () => number): Plan | null {
  const weekday = (epochDay + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  const dayOfYear = Math.floor(epochDay % 365.2425);
  const [stays, hour, much, fast] = [chance(), chance(), chance(), chance()];
  const isHoliday = dayOfYear > 205 && dayOfYear < 219;
  if (isHoliday || stays > (isWeekend ? 0.62 : 0.55)) return null;
  const growth = 0.85 + Math.min(0.3, day / 3000);
  return {
    startHour: isWeekend ? 9.5 + 2.5 * hour : stays < 0.2 ? 11 + hour : 16.2 + 3 * hour,
    wantedWh: (5000 + 16_000 * much) * growth,
    offeredA: fast > 0.82 ? 32 : 16,
    followsSun: isWeekend || stays < 0.2,
  };
}

const FAULTS: readonly Omit<SessionFault, "at">[] = [
  { name: "GroundFault", mrec: "MREC2GroundFailure" },
  { name: "OverTemperature", mrec: "MREC3HighTemperature" },
  { name: "PilotFault", mrec: "MREC14PilotFault" },
];

function chargeOf(
  id: string,
  charger: string,
  epochDay: number,
  plan: Plan,
  chance: () => number,
): { readonly record: SessionRecord; readonly samples: readonly SessionSample[] } {
  const dayOfYear = Math.floor(epochDay % 365.2425);
  const clear = 0.25 + 0.75 * Math.sqrt(chance());
  const [early, fault, whichFault, warm, stays] = [chance(), chance(), chance(), chance(), chance()];
  const startedAt = WallTime(Math.round(epochDay * DAY + plan.startHour * HOUR));
  const samples: SessionSample[] = [];
  let at: number = startedAt + 40_000;
  let [energyWh, sunWh, gridWh, batteryWh, cost, maxPowerW, chargingMs] = [0, 0, 0, 0, 0, 0, 0];
  const wantedWh = early > 0.93 ? plan.wantedWh * 0.4 : plan.wantedWh;
  while (energyWh < wantedWh && at - startedAt < 9 * HOUR) {
    const hour = (at % DAY) / HOUR;
    const cloud = 0.75 + 0.5 * chance();
    const roofW = Math.max(0, sunW(dayOfYear, hour, clear) * Math.min(1, cloud) - 350);
    const offeredA = plan.followsSun ? Math.min(plan.offeredA, Math.max(6, Math.floor(roofW / VOLTS))) : plan.offeredA;
    const taper = Math.min(1, 0.25 + (wantedWh - energyWh) / 2500);
    const powerW = Math.round(offeredA * VOLTS * 0.985 * taper);
    const stepWh = Math.min((powerW * SAMPLE_EVERY) / HOUR, wantedWh - energyWh);
    const sunPart = Math.min(stepWh, stepWh * Math.min(1, roofW / powerW));
    const rest = stepWh - sunPart;
    const batteryPart = hour > 17 && clear > 0.8 ? rest * 0.35 : 0;
    energyWh += stepWh;
    sunWh += sunPart;
    batteryWh += batteryPart;
    gridWh += rest - batteryPart;
    cost += ((sunPart + batteryPart) * SUN_PRICE + (rest - batteryPart) * GRID_PRICE) / 1000;
    maxPowerW = Math.max(maxPowerW, powerW);
    chargingMs += SAMPLE_EVERY;
    at += SAMPLE_EVERY;
    samples.push({
      session: id,
      at: WallTime(at),
      energyWh,
      sunWh,
      gridWh,
      batteryWh,
      cost,
      powerW,
      currentA: powerW / VOLTS,
      offeredA,
      temperatureC: 24 + (14 * powerW) / 7700,
    });
  }
  const isFault = fault > 0.985;
  const endReason: EndReason = isFault ? "fault" : early > 0.93 ? "unpluggedWhileCharging" : "carFull";
  const endedAt = WallTime(endReason === "carFull" ? at + Math.round(stays * 8 * HOUR) : at + MINUTE);
  const offers = samples.map(({ offeredA }) => offeredA ?? 0);
  const cause = FAULTS[Math.floor(whichFault * FAULTS.length)];
  const record: SessionRecord = {
    id,
    revision: 1,
    charger,
    user: null,
    tag: null,
    startedAt,
    endedAt,
    connectedMs: endedAt - startedAt,
    chargingMs,
    energyWh,
    sunWh,
    gridWh,
    batteryWh,
    unknownWh: 0,
    cost,
    pricedWh: energyWh,
    co2G: (gridWh * CO2_PER_KWH) / 1000,
    meterStartWh: null,
    meterStopWh: null,
    maxPowerW,
    meanPowerW: Math.round((energyWh * HOUR) / chargingMs),
    offeredMinA: Math.min(...offers),
    offeredMaxA: Math.max(...offers),
    peakTemperatureC: Math.round(26 + 12 * warm),
    interruptions: [],
    faults: isFault && cause !== undefined ? [{ at: WallTime(at), ...cause }] : [],
    endReason,
    gaps: 0,
  };
  return { record, samples };
}
