import { DEFAULT_SOLAR_CONFIG, SOLAR_PRESETS } from "#core/solar/config";
import { breakEven } from "#core/solar/regret";
import { choice, flag, optionalQuantity, quantity, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const SolarLimitNode = {
  type: "solar-limit",
  fields: {
    name: text(64, "", { optional: true }),
    mode: choice(["solar", "solarMinimum", "fast", "plan", "off"], "solar"),
    /** What a message is about whose topic says nothing. */
    reading: choice(["grid", "excess", "page", "topic"], "grid"),
    property: text(128, "payload"),
    gridSign: choice(["buying", "selling"], "buying"),
    carInMeter: choice(["included", "apart"], "included"),
    preset: choice(["balanced", "thrifty", "eager", "offGrid"], "balanced"),
    /** Empty for what the preset says. */
    importTolerance: optionalQuantity("kWh", 0, 100, ""),
    volts: quantity("V", 100, 480, 230),
    phases: choice([1, 3, "switchable"], 1),
    maximumA: quantity("A", 6, 250, 16),
    /** Names, separated by commas; empty for one charger without a name. */
    chargers: text(200, "", { optional: true }),
    sharing: choice(["equal", "priority"], "equal"),
    batteryPriority: choice(["ignore", "carFirst", "batteryFirst", "share"], "ignore"),
    batterySign: choice(["charging", "discharging"], "charging"),
    targetSocPercent: quantity("%", 0, 100, 80, { shownWhen: { batteryPriority: "batteryFirst" } }),
    sharePercent: quantity("%", 0, 100, 50, { shownWhen: { batteryPriority: "share" } }),
    plainNumber: flag(false),
    powerUnit: choice(["W", "kW"], "W", { expert: true }),
    stampProperty: text(128, "timestamp", { optional: true, expert: true }),
    largestKw: quantity("kW", 1, 1000, 50, { expert: true }),
    reserveW: quantity("W", 0, 10_000, 0, { expert: true }),
    zeroExport: flag(false, { expert: true }),
    floorA: quantity("A", 6, 32, 6, { expert: true }),
    carMaximumA: quantity("A", 6, 80, 32, { expert: true }),
    mainFuseA: optionalQuantity("A", 10, 500, "", { expert: true }),
    tariffA: optionalQuantity("A", 0, 80, "", { expert: true }),
    tariffFromH: quantity("h", 0, 24, 17, { expert: true }),
    tariffToH: quantity("h", 0, 24, 20, { expert: true }),
    rampUpAps: optionalQuantity("A/s", 0.05, 10, "", { expert: true }),
    ceilingRiseAps: quantity("A/s", 0.01, 10, 0.1, { expert: true }),
    closureWh: quantity("Wh", 0, 1000, 100, { expert: true }),
    minimumOnS: quantity("s", 0, 3600, 60, { expert: true }),
    minimumOffS: quantity("s", 10, 3600, 60, { expert: true }),
    startsPerHour: quantity("/h", 1, 60, 6, { expert: true }),
    /** Empty for what the preset says. */
    holdMin: optionalQuantity("min", 0, 240, "", { expert: true }),
    floorMin: optionalQuantity("min", 0, 240, "", { expert: true }),
    batteryLargestW: optionalQuantity("W", 0, 100_000, "", { expert: true }),
    batteryDischargeW: quantity("W", 0, 100_000, 0, { expert: true }),
    batteryFloorPercent: quantity("%", 0, 100, 20, { expert: true }),
    intervalS: quantity("s", 1, 3600, 10, { expert: true }),
  },
  migrations,
  face: { color: "#FDF0C2", inputs: 1, outputs: ["limit", "telemetry"] },
} as const satisfies NodeSchema;

export type SolarPreset = keyof typeof SOLAR_PRESETS;

/** Null for a word that is no preset. */
export const presetOf = (word: string): SolarPreset | null => (Object.hasOwn(SOLAR_PRESETS, word) ? (word as SolarPreset) : null);

/** kWh of sun the preset gives up to avoid buying one kWh. */
export const presetTolerance = (preset: SolarPreset): number =>
  SOLAR_PRESETS[preset].importTolerance ?? DEFAULT_SOLAR_CONFIG.importTolerance;

/** Power in W of the least the car can be given, and the surplus from which giving it pays. */
export function breakEvenW(
  tolerance: number,
  volts: number,
  phases: number,
  floorA: number,
): { readonly leastW: number; readonly fromW: number } {
  const leastW = volts * phases * floorA;
  return { leastW, fromW: breakEven({ least: leastW, most: leastW }, tolerance) };
}
