/** How finely samples are kept: parts of each figure's unit. Times are whole milliseconds. Records are kept as they come. */
import type { SessionSample } from "#core/session/record";

/** A store may keep a sample's figures finer than this, never coarser. */
export const SAMPLE_SCALE = {
  energyWh: 100,
  sunWh: 100,
  gridWh: 100,
  batteryWh: 100,
  cost: 10_000,
  powerW: 1,
  currentA: 100,
  offeredA: 100,
  temperatureC: 10,
} as const satisfies Readonly<Record<Exclude<keyof SessionSample, "session" | "at">, number>>;
