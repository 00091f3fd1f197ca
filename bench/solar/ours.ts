/** The project's own limiter in the loop, exactly as a node would drive it: readings and a tick a second in, a limit out. */
import { DEFAULT_SOLAR_CONFIG, type SolarConfig } from "#core/solar/config";
import { createSolar, type LearnedSolar, learnedSolar, type SolarState, step } from "#core/solar/limiter";
import { Amps, Instant, Volts } from "#core/units/units";
import type { Price } from "./bound.ts";
import type { Controller, Site } from "./plant.ts";

/** One setting for all cells: the defaults (the balanced preset), the site's ratings and the score's λ. */
export const configFor = (site: Site, price: Price): SolarConfig => ({
  ...DEFAULT_SOLAR_CONFIG,
  importTolerance: price.tolerance,
  voltage: Volts(site.volts),
  phases: site.phases,
  maximum: Amps(site.mostA),
});

export interface Ours extends Controller {
  state(): SolarState;
  learned(): LearnedSolar;
}

/** `measured`: the charger tells its current every second. `learned`: what the days before have taught. */
export function ours(config: SolarConfig, measured: boolean, learned: LearnedSolar | null): Ours {
  let state = createSolar(config, Instant(-3_600_000), learned);
  let second = 0;
  const at = (): Instant => Instant(second * 1000);
  const controller: Ours = {
    state: () => state,
    learned: () => learnedSolar(state),
    reading({ measured: looked, grid }, now) {
      second = now;
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
