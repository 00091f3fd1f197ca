/** The project's own limiter in the loop, exactly as a node would drive it: readings and a tick a second in, a limit out. */
import { DEFAULT_SOLAR_CONFIG, type SolarConfig } from "#core/solar/config";
import { createSolar, type LearnedSolar, learnedSolar, type SolarState, step } from "#core/solar/limiter";
import type { SolarMode } from "#core/solar/types";
import { Amps, Instant, Millis, Volts } from "#core/units/units";
import type { Price } from "./bound.ts";
import type { Controller, Site } from "./plant.ts";

/** One setting for all cells: the defaults (the balanced preset), the site's ratings and the score's λ. */
export const configFor = (site: Site, price: Price): SolarConfig => ({
  ...DEFAULT_SOLAR_CONFIG,
  importTolerance: price.tolerance,
  voltage: Volts(site.volts),
  phases: site.phases,
  maximum: Amps(site.mostA),
  battery: { ...DEFAULT_SOLAR_CONFIG.battery, priority: site.battery === undefined ? "ignore" : "carFirst" },
});

export interface Ours extends Controller {
  state(): SolarState;
  learned(): LearnedSolar;
  mode(mode: SolarMode, second: number): void;
}

/** Our set point under somebody else's switching: shows what following costs and what deciding when to run costs. */
export function oursSwitchedBy(on: Uint8Array, config: SolarConfig): Controller {
  const untimed = { minimumOn: Millis(0), minimumOff: Millis(0), startsPerHour: Number.POSITIVE_INFINITY };
  const limiter = ours({ ...config, ...untimed, mode: "off" }, true, null);
  let running = 0;
  return {
    knowsBattery: true,
    phases: () => limiter.state().phases,
    reading: limiter.reading,
    sample: (amps, second) => limiter.sample?.(amps, second),
    tick(second) {
      const now = on[second] ?? 0;
      if (now > 0 !== running > 0) limiter.mode(now > 0 ? "solarMinimum" : "off", second);
      running = now;
      return limiter.tick(second);
    },
  };
}

/** `measured`: the charger tells its current every second. `learned`: what the days before have taught. */
export function ours(config: SolarConfig, measured: boolean, learned: LearnedSolar | null): Ours {
  let state = createSolar(config, Instant(-3_600_000), learned);
  let second = 0;
  const at = (): Instant => Instant(second * 1000);
  const controller: Ours = {
    state: () => state,
    learned: () => learnedSolar(state),
    mode(mode, now) {
      second = now;
      state = step(state, { type: "mode", mode }, at()).state;
    },
    knowsBattery: true,
    phases: () => state.phases,
    reading({ measured: looked, grid, battery }, now) {
      second = now;
      if (config.battery.priority !== "ignore") {
        state = step(state, { type: "reading", source: "battery", value: battery, measuredAt: Instant(looked * 1000) }, at()).state;
      }
      state = step(state, { type: "reading", source: "grid", value: grid, measuredAt: Instant(looked * 1000) }, at()).state;
    },
    tick(now) {
      second = now;
      state = step(state, { type: "tick" }, at()).state;
      return state.limit;
    },
  };
  if (!measured) return controller;
  return {
    ...controller,
    sample(amps, now) {
      second = now;
      state = step(state, { type: "reading", source: "carCurrent", value: amps, measuredAt: at() }, at()).state;
    },
  };
}
