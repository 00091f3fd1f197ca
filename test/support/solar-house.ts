/** A house with a late meter and a car that begins after a while, lived through second by second. */
import { DEFAULT_SOLAR_CONFIG, type SolarConfig } from "#core/solar/config";
import { createSolar, explain, type SolarState, step } from "#core/solar/limiter";
import type { CarPresence, SolarEvent, SolarExplanation } from "#core/solar/types";
import { Instant } from "#core/units/units";

/** A house as owners have them; every function is asked each second. */
export interface House {
  /** Power the house could sell without the car, W. */
  readonly sun: (second: number) => number;
  readonly config?: Partial<SolarConfig>;
  /** What the car takes of an offer, A; all of it when missing. */
  readonly takes?: (offer: number, second: number) => number;
  /** V at the car for each ampere drawn, on all its phases. */
  readonly volts?: (amps: number) => number;
  /** What the meter makes of the power bought. */
  readonly says?: (gridW: number, second: number) => number;
  /** What another consumer takes of the export that is left, W. */
  readonly rival?: (exportW: number) => number;
  /** The home battery's charging power as it is told, W. */
  readonly battery?: () => number;
  readonly presence?: (second: number) => CarPresence;
  /** Seconds between two measurements of the car's current. */
  readonly current?: number;
  /** Events of this second. */
  readonly events?: (second: number) => readonly SolarEvent[];
  /** Seconds between two readings of the meter, and until they arrive. */
  readonly period?: number;
}

export interface Lived {
  readonly state: SolarState;
  readonly closures: number;
  /** kWh of the car that were bought, and that were sun. */
  readonly bought: number;
  readonly solar: number;
  /** A by which the offer moved altogether. */
  readonly moved: number;
  readonly told: SolarExplanation;
}

const LAG = 2;
export const DEAD = 2;
const BEGINS = 10;
export const HOUR = 3600;

/** The first `to` seconds of a house, with an eye on each. */
export function live(house: House, to: number, watch: (second: number, state: SolarState, gridW: number) => void = () => {}): Lived {
  const config = { ...DEFAULT_SOLAR_CONFIG, ...house.config };
  const { period = 5, takes = (offer) => offer, rival = () => 0, says = (gridW) => gridW } = house;
  let state = createSolar(config, Instant(0));
  let presence: CarPresence = "unknown";
  let car = 0;
  let closed = 0;
  const tally = { closures: 0, bought: 0, solar: 0, moved: 0 };
  const offers: number[] = [];
  const coming: { readonly at: number; readonly gridW: number; readonly batteryW: number | null }[] = [];
  for (let second = 0; second < to; second += 1) {
    const tell = (event: SolarEvent): void => {
      const before = state.limit;
      ({ state } = step(state, event, Instant(second * 1000)));
      tally.moved += Math.abs(state.limit - before);
      if (before > 0 || state.limit <= 0) return;
      closed = second;
      tally.closures += 1;
    };
    offers.push(state.limit);
    const felt = state.limit > 0 && second - closed >= BEGINS ? (offers[Math.max(0, second - DEAD)] ?? 0) : 0;
    const target = felt > 0 ? takes(felt, second) : 0;
    car += Math.max(-5, Math.min(2, target - car));
    const power = car * (house.volts?.(car) ?? config.voltage * state.phases);
    const sun = house.sun(second);
    const used = Math.min(power, Math.max(0, sun));
    tally.solar += used / 3.6e6;
    tally.bought += (power - used) / 3.6e6;
    const gridW = power - sun + rival(sun - power);
    const now: CarPresence = house.presence?.(second) ?? presence;
    if (now !== presence) tell({ type: "car", presence: now });
    presence = now;
    for (const event of house.events?.(second) ?? []) tell(event);
    if (house.current !== undefined && second % house.current === 0) {
      tell({ type: "reading", source: "carCurrent", value: car, measuredAt: Instant(second * 1000) });
    }
    // A meter with a last digit, so that an even load is not taken for a frozen one.
    if (second % period === 0) {
      coming.push({ at: second, gridW: says(gridW + ((second / period) % 7), second), batteryW: house.battery?.() ?? null });
    }
    for (let next = coming[0]; next !== undefined && next.at + LAG <= second; next = coming[0]) {
      coming.shift();
      const measuredAt = Instant(next.at * 1000);
      if (next.batteryW !== null) tell({ type: "reading", source: "battery", value: next.batteryW, measuredAt });
      tell({ type: "reading", source: "grid", value: next.gridW, measuredAt });
    }
    if (second % period === 0) tell({ type: "tick" });
    watch(second, state, gridW);
  }
  return { state, ...tally, told: explain(state, Instant(to * 1000)) };
}

/** A cloudless day from six o'clock on with a fridge, and a house of 300 W in the night. */
export const clear =
  (peak: number) =>
  (second: number): number => {
    const hour = (second / HOUR) % 24;
    const height = hour < 13 ? Math.sin((Math.PI * hour) / 13) ** 1.3 : 0;
    return peak * height - 300 - (second % 1800 < 600 ? 90 : 0);
  };

/** The same with clouds and a kettle. */
export const changing =
  (peak: number) =>
  (second: number): number => {
    const cloud = 1 - 0.35 * Math.max(0, Math.sin(second / 400)) ** 2 - 0.15 * Math.max(0, Math.sin(second / 97));
    return (clear(peak)(second) + 300) * cloud - 300 - (second % 2750 < 150 ? 2000 : 0);
  };
