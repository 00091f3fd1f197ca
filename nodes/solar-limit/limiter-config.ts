/** The form's settings as the rules understand them. */
import {
  type BatteryPolicy,
  DEFAULT_SOLAR_CONFIG,
  EXCESS_PAGE,
  SOLAR_PRESETS,
  type SolarConfig,
  type StalePolicy,
} from "#core/solar/config";
import { Minutes, Seconds, Watts } from "#core/units/units";
import type { ConfigOf } from "../shared/fields.ts";
import type { SolarLimitNode } from "./solar-limit.schema.ts";

export type SolarForm = ConfigOf<typeof SolarLimitNode.fields>;

/** What happens while no reading arrives: as the preset says, or as the form says for each stage. */
function staleOf({ preset, reading, holdMin, floorMin }: SolarForm): StalePolicy {
  const own = SOLAR_PRESETS[preset].stale;
  const usual = own ?? (reading === "page" ? EXCESS_PAGE : DEFAULT_SOLAR_CONFIG.stale);
  return {
    ...usual,
    holdFor: holdMin === null ? usual.holdFor : Minutes(holdMin),
    floorFor: floorMin === null ? usual.floorFor : Minutes(floorMin),
  };
}

/** How the home battery and the car share, as the form says. */
export const batteryPolicyOf = (form: SolarForm): BatteryPolicy => ({
  priority: form.batteryPriority,
  targetSoc: form.targetSocPercent,
  share: form.sharePercent / 100,
  largestCharge: form.batteryLargestW,
  allowedDischarge: form.batteryDischargeW,
  floorSoc: form.batteryFloorPercent,
});

export function solarConfig(form: SolarForm): SolarConfig {
  const preset = { ...DEFAULT_SOLAR_CONFIG, ...SOLAR_PRESETS[form.preset] };
  return {
    ...preset,
    mode: form.mode,
    importTolerance: form.importTolerance ?? preset.importTolerance,
    closureCost: form.closureWh,
    minimumOn: Seconds(form.minimumOnS),
    minimumOff: Seconds(form.minimumOffS),
    startsPerHour: form.startsPerHour,
    voltage: form.volts,
    phases: form.phases,
    floor: form.floorA,
    maximum: form.maximumA,
    rampUp: form.rampUpAps,
    ceilingRise: form.ceilingRiseAps,
    reserve: form.reserveW,
    zeroExport: form.zeroExport,
    carInMeter: form.carInMeter === "included",
    mainFuse: form.mainFuseA,
    gate: { ...preset.gate, largestPower: Watts(form.largestKw * 1000) },
    stale: staleOf(form),
    battery: batteryPolicyOf(form),
  };
}

/** The chargers the form names, in order of priority; none when it names none. */
export const chargerNames = ({ chargers }: SolarForm): readonly string[] => [
  ...new Set(
    chargers
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  ),
];
