/**
 * Physical quantities as branded numbers: a value in volts cannot be passed where amps are expected.
 * Each factory refuses what is not a finite number, so no NaN enters the rules.
 */

declare const unit: unique symbol;
export type Quantity<U extends string> = number & { readonly [unit]: U };

export type Amps = Quantity<"A">;
export type Milliamps = Quantity<"mA">;
export type Volts = Quantity<"V">;
export type Watts = Quantity<"W">;
export type WattHours = Quantity<"Wh">;
export type Ohms = Quantity<"ohm">;
export type Celsius = Quantity<"°C">;
/** Share of each pilot period spent high, 0 (steady low) to 100 (steady high). */
export type DutyPercent = Quantity<"%">;
/** A length of time in milliseconds. */
export type Millis = Quantity<"ms">;
/** A point on the monotonic clock, in milliseconds since an arbitrary start. Never wall time. */
export type Instant = Quantity<"ms since start">;
/** Wall time in milliseconds since 1970, for people and databases only; no rule may depend on it. */
export type WallTime = Quantity<"ms since 1970">;

function quantity<U extends string>(name: string, value: number): Quantity<U> {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new RangeError(`${name}: expected a finite number, got ${String(value)}`);
  }
  return value as Quantity<U>;
}

export const Amps = (value: number): Amps => quantity("Amps", value);
export const Milliamps = (value: number): Milliamps => quantity("Milliamps", value);
export const Volts = (value: number): Volts => quantity("Volts", value);
export const Watts = (value: number): Watts => quantity("Watts", value);
export const WattHours = (value: number): WattHours => quantity("WattHours", value);
export const Ohms = (value: number): Ohms => quantity("Ohms", value);
export const Celsius = (value: number): Celsius => quantity("Celsius", value);
export const DutyPercent = (value: number): DutyPercent => quantity("DutyPercent", value);
export const Millis = (value: number): Millis => quantity("Millis", value);
export const Seconds = (value: number): Millis => quantity("Seconds", value * 1000);
export const Minutes = (value: number): Millis => quantity("Minutes", value * 60_000);
export const Hours = (value: number): Millis => quantity("Hours", value * 3_600_000);
export const Instant = (value: number): Instant => quantity("Instant", value);
export const WallTime = (value: number): WallTime => quantity("WallTime", value);

/** The instant `duration` after `start`. */
export const after = (start: Instant, duration: Millis): Instant => (start + duration) as Instant;

/** Time from `start` to `end`; negative when `end` is earlier. */
export const between = (start: Instant, end: Instant): Millis => (end - start) as Millis;

/** True power of a resistive load. */
export const powerOf = (volts: Volts, amps: Amps, phases = 1): Watts => (volts * amps * phases) as Watts;

/** Energy of `power` flowing for `duration`. */
export const energyOf = (power: Watts, duration: Millis): WattHours => ((power * duration) / 3_600_000) as WattHours;

/** The smallest of one or more quantities of the same unit. */
export const least = <Q extends number>(first: Q, ...rest: readonly Q[]): Q => Math.min(first, ...rest) as Q;
