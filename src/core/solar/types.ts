/** The solar limiter's vocabulary: what it is told, what it answers. */

import type { Amps, Instant, Millis, WattHours, Watts } from "#core/units/units";
import type { BatteryPolicy } from "./battery.ts";
import type { Rejection } from "./gate.ts";

/**
 * What the owner asks for: nothing; sun only; sun, but never below the floor; as fast as the ceilings allow;
 * or enough energy by a time, sun first.
 */
export type SolarMode = "off" | "solar" | "solarMinimum" | "fast" | "plan";

/**
 * What a reading is about. Signs are settled at the door: `grid` is positive when buying, `battery` positive when charging.
 * `house` is what the house uses without the car; `excess` is how much more could be used now.
 */
export type ReadingSource = "grid" | "excess" | "pv" | "house" | "battery" | "batterySoc" | "carCurrent" | "carPower";

/** What the charger knows of the car: no cable, plugged but not drawing (relay open or state B), or drawing allowed (state C). */
export type CarPresence = "absent" | "waiting" | "charging" | "unknown";

/** Energy wanted in the car by a point in time. */
export interface ChargePlan {
  readonly energy: WattHours;
  readonly by: Instant;
}

export type SolarEvent =
  /** Time passed; send one every second or so. */
  | { readonly type: "tick" }
  /** One measured value in W, A or %; `measuredAt` null when the meter does not say. */
  | { readonly type: "reading"; readonly source: ReadingSource; readonly value: number; readonly measuredAt: Instant | null }
  /** A value that could not even be read at the door; counted and shown like any other rejection. */
  | { readonly type: "rejected"; readonly source: ReadingSource | "page" | "phaseCurrents"; readonly reason: Rejection }
  /** The text of an excess-power page as it came. */
  | { readonly type: "page"; readonly text: string }
  /** Current in each phase of the house connection, car included. */
  | { readonly type: "phaseCurrents"; readonly amps: readonly number[]; readonly measuredAt: Instant | null }
  | { readonly type: "car"; readonly presence: CarPresence }
  | { readonly type: "mode"; readonly mode: SolarMode }
  /** kWh of sun that are worth giving up to avoid importing one kWh. */
  | { readonly type: "importTolerance"; readonly value: number }
  /** Prices per kWh in any one currency; they replace the import tolerance until the next `importTolerance`. */
  | { readonly type: "prices"; readonly importPrice: number; readonly feedInPrice: number; readonly worth: number }
  /** A named upper bound for the offer; null lifts it. It lapses by itself at `until`. */
  | { readonly type: "ceiling"; readonly name: string; readonly limit: Amps | null; readonly until: Instant | null }
  /** The same for the car's power, whatever the number of phases. */
  | { readonly type: "powerCeiling"; readonly name: string; readonly limit: Watts | null; readonly until: Instant | null }
  /** What is to change in how the home battery and the car share. */
  | { readonly type: "batteryPolicy"; readonly policy: Partial<BatteryPolicy> }
  | { readonly type: "plan"; readonly plan: ChargePlan | null };

/** How the newest surplus is known. */
export type Freshness = "fresh" | "holding" | "floor" | "stopped" | "never";

/** Why the limiter does what it does, for status texts, charts and the curious. */
export interface SolarExplanation {
  readonly mode: SolarMode;
  readonly running: boolean;
  /** Best estimate of what the car may use of the sun, and the interval it lies in; null before the first reading. */
  readonly surplusW: number | null;
  readonly surplusLowW: number | null;
  readonly surplusHighW: number | null;
  /** What the set point was aimed at after the quantile and the battery rules. */
  readonly aimW: number | null;
  /** What the car is believed to draw now. */
  readonly carA: number;
  readonly freshness: Freshness;
  readonly readingAgeMs: number | null;
  readonly importTolerance: number;
  /** Surplus at which running breaks even, W. */
  readonly breakEvenW: number;
  /** Energy given up so far by not doing the opposite, Wh, and where it tips over. */
  readonly regretWh: number;
  readonly regretLimitWh: number;
  /** Learned factors on the patience in stopping and in starting; 1 is usual. */
  readonly temper: { readonly stopping: number; readonly starting: number };
  /** "stops in … if this continues": null when nothing is coming. */
  readonly stopsInMs: number | null;
  readonly startsInMs: number | null;
  readonly phaseSwitchInMs: number | null;
  /** What the plan still needs, the time it has for it, and when it charges without sun; null without a plan, or in another mode. */
  readonly plan: { readonly missingWh: number; readonly leftMs: number; readonly beginsInMs: number | null } | null;
  readonly ceilings: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectedLast: string | null;
  readonly car: {
    readonly deadMs: number;
    readonly rampAPerS: number;
    readonly startMs: number;
    readonly trimA: number;
    readonly maximumA: number | null;
    readonly meterLagMs: number;
  };
}

/** The answer to every event: the limit in force from now on. */
export interface SolarDecision {
  /** 0 A means stop. Never above any ceiling, never between 0 A and the floor. */
  readonly limit: Amps;
  readonly limitedBy: string;
  /** How long the limit may be believed without being renewed. */
  readonly validFor: Millis;
  readonly phases: 1 | 3;
  /** Surplus the limit was made of; null before the first reading. */
  readonly surplus: Watts | null;
}
