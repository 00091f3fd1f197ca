/** What the pilot line says, in the words of SAE J1772. */
import type { DutyPercent, Instant, Volts } from "#core/units/units";

/** A no car · B car present · C wants power · D wants power and ventilation · E pilot dead (0 V) · F charger not available. */
export type VehicleState = "A" | "B" | "C" | "D" | "E" | "F";

/** What the charger drives on the pilot: constant +12 V ("x1"), 1 kHz PWM ("x2"), or constant −12 V (state F). */
export type PilotOutput =
  | { readonly kind: "steadyHigh" }
  | { readonly kind: "pwm"; readonly dutyPercent: DutyPercent }
  | { readonly kind: "steadyLow" };

export const STEADY_HIGH: PilotOutput = { kind: "steadyHigh" };
export const STEADY_LOW: PilotOutput = { kind: "steadyLow" };

/** Whether a car sees no difference: the same kind, and the same duty. */
export function samePilot(one: PilotOutput, other: PilotOutput): boolean {
  if (one.kind !== "pwm" || other.kind !== "pwm") return one.kind === other.kind;
  return one.dutyPercent === other.dutyPercent;
}

export interface BurstPlan {
  /** Samples wanted. */
  readonly count: number;
  /** Time between samples. Successive bursts get other spacings, so that sampling cannot lock to the 1 kHz pilot (VW-18). */
  readonly spacingUs: number;
}

/** One finished acquisition: asynchronous ADC samples of the pilot divider. */
export interface PilotBurst {
  /** ADC input voltage of each sample, volts, in order of time. The array may be longer than `count` and is reused by the board. */
  readonly adcV: Float64Array;
  readonly count: number;
  /** When the last sample was taken. */
  readonly endedAt: Instant;
  /** The output driven during the whole burst; null when it changed within the burst. */
  readonly output: PilotOutput | null;
}

/** Straight line from ADC volts to pilot volts: `pilot = adc × gain + offset`. */
export interface PilotCalibration {
  readonly gain: number;
  readonly offsetV: Volts;
}

export type InvalidReason =
  | "noSamples"
  | "outputChanged"
  | "noHighPhase"
  | "noLowPhase"
  | "highOutOfRange"
  | "lowOutOfRange"
  | "highUnstable"
  | "dutyMismatch"
  | "stuck";

export type DiodeVerdict = "ok" | "shorted" | "notTested";

/**
 * What one burst says. `state` is what the burst alone shows, before any debounce: "gap" lies between two windows and is
 * not a new state; `valid` false means the burst must not be believed, with the reasons.
 */
export interface PilotReading {
  readonly at: Instant;
  readonly valid: boolean;
  readonly state: VehicleState | "gap" | "unknown";
  readonly reasons: readonly InvalidReason[];
  /** High plateau at the connector; null when none was seen. */
  readonly highV: Volts | null;
  /** Low plateau at the connector; null when none was seen, as while the output is steady high. */
  readonly lowV: Volts | null;
  /** Share of samples above the middle, as a duty estimate; null when the output is steady. */
  readonly dutyPercent: DutyPercent | null;
  readonly diode: DiodeVerdict;
}
