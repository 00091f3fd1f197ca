/** How a limiter is set up, with defaults that need no touching for a 16 A single-phase charger. */

import { Amps, Hours, Millis, Minutes, Seconds, Volts, WattHours, Watts } from "#core/units/units";
import type { BatteryPolicy } from "./battery.ts";
import type { SolarMode } from "./types.ts";

export type { BatteryPolicy } from "./battery.ts";

/** What a reading must look like to be believed. */
export interface GateConfig {
  /** Larger powers (either sign) are rejected; a little over the house connection. */
  readonly largestPower: Watts;
  /** Larger currents are rejected. */
  readonly largestCurrent: Amps;
  /** A reading older than this on arrival is rejected. */
  readonly oldest: Millis;
  /** A value that never changes while it should is taken for frozen. */
  readonly detectFrozen: boolean;
}

/** What happens while no reading arrives. */
export interface StalePolicy {
  /** Readings count as fresh for this long, or for four of the meter's own periods if that is longer. */
  readonly freshFor: Millis;
  /** Then the set point is held, lowered to what the sun has lately been sure to give. */
  readonly holdFor: Millis;
  /** Then the floor is offered. Then the car is stopped. */
  readonly floorFor: Millis;
  /** Hold and floor end early once this much may have been bought; null sets no such bound. */
  readonly importBudget: WattHours | null;
}

/** When the charger can switch between one and three phases. */
export interface PhaseSwitchConfig {
  /** Price of one switch, as energy: the closure, and that most reasons for it pass. */
  readonly cost: WattHours;
  readonly lockout: Millis;
  /** Most switches while one car stays plugged in. */
  readonly perSession: number;
}

export interface SolarConfig {
  readonly mode: SolarMode;
  /** λ: kWh of sun that are worth giving up to avoid importing one kWh. 1 treats both alike, 3 is thrifty. */
  readonly importTolerance: number;
  /** Price of one contactor closure, as energy. */
  readonly closureCost: WattHours;
  readonly minimumOn: Millis;
  readonly minimumOff: Millis;
  readonly startsPerHour: number;
  /** Phase to neutral; for a split-phase 240 V charger the voltage across the car. */
  readonly voltage: Volts;
  readonly phases: 1 | 3 | "switchable";
  /** Least current the car may be offered. */
  readonly floor: Amps;
  readonly maximum: Amps;
  /** Smaller changes of the set point are not worth a command. */
  readonly smallestMove: Amps;
  /** Largest rise of the offer in A/s; null for none. For zero-export inverters that follow slowly. */
  readonly rampUp: number | null;
  /** How fast a lifted ceiling takes effect, A/s. Lowering is immediate. */
  readonly ceilingRise: number;
  /** Export that is left alone. */
  readonly reserve: Watts;
  /** The inverter must not feed in and turns the sun down unseen: a little more is tried now and then. */
  readonly zeroExport: boolean;
  /** The grid or excess reading includes what the car draws. */
  readonly carInMeter: boolean;
  /** Rating of the main fuse per phase, with per-phase readings; null for none. */
  readonly mainFuse: Amps | null;
  readonly validFor: Millis;
  readonly gate: GateConfig;
  readonly stale: StalePolicy;
  readonly battery: BatteryPolicy;
  readonly phaseSwitch: PhaseSwitchConfig;
}

/** Keeps charging carefully on what the sun has lately been sure to give, then the floor, then stops. */
export const CAUTIOUS: StalePolicy = { freshFor: Seconds(90), holdFor: Minutes(60), floorFor: Minutes(10), importBudget: WattHours(300) };
/** No news is no sun: for off-grid systems, where import means an empty battery. */
export const OFF_GRID: StalePolicy = { freshFor: Seconds(90), holdFor: Millis(0), floorFor: Millis(0), importBudget: null };
/** Ten minutes of hold, then stop: what the excess-power page's own charger does. */
export const EXCESS_PAGE: StalePolicy = { freshFor: Seconds(130), holdFor: Minutes(10), floorFor: Millis(0), importBudget: null };

export const DEFAULT_SOLAR_CONFIG: SolarConfig = {
  mode: "solar",
  importTolerance: 1,
  closureCost: WattHours(100),
  minimumOn: Seconds(60),
  minimumOff: Seconds(60),
  startsPerHour: 6,
  voltage: Volts(230),
  phases: 1,
  floor: Amps(6),
  maximum: Amps(16),
  smallestMove: Amps(0.05),
  rampUp: null,
  ceilingRise: 0.1,
  reserve: Watts(0),
  zeroExport: false,
  carInMeter: true,
  mainFuse: null,
  validFor: Seconds(90),
  gate: { largestPower: Watts(50_000), largestCurrent: Amps(100), oldest: Seconds(150), detectFrozen: true },
  stale: CAUTIOUS,
  battery: {
    priority: "ignore",
    targetSoc: 80,
    share: 0.5,
    largestCharge: null,
    allowedDischarge: Watts(0),
    floorSoc: 20,
  },
  phaseSwitch: { cost: WattHours(250), lockout: Minutes(10), perSession: 20 },
};

/** One word for the whole temper of a limiter. */
export const SOLAR_PRESETS: Readonly<Record<"balanced" | "thrifty" | "eager" | "offGrid", Partial<SolarConfig>>> = {
  balanced: {},
  thrifty: { importTolerance: 3 },
  eager: { importTolerance: 0.5 },
  offGrid: { importTolerance: 5, stale: OFF_GRID },
};

/** Starts are counted over this window. */
export const STARTS_WINDOW: Millis = Hours(1);
