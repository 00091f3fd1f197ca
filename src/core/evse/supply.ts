/** What feeds coil and pilot, and whether the PWM hardware does what it was told. */
import { holdsSince, isKnown, lasted, type Since } from "#core/evse/time";
import type { BoardInputs } from "#core/evse/types";
import type { PilotOutput, PilotReading } from "#core/pilot/types";
import { type Instant, Millis, Seconds, type Volts } from "#core/units/units";

/** Coil supply below this share of nominal, for this long. @see PW-05 */
const COIL_LOW_PERCENT = 85;
const COIL_LOW_FOR = Millis(50);
/** Mains below this share of nominal, for this long. @see PW-05 */
const MAINS_LOW_SHARE = 0.8;
const MAINS_LOW_FOR = Seconds(3);
/** +12 V −5 %, +5 %, and the same below. @see CP-01 @see CP-02 */
const RAIL_LOWEST = 11.4;
const RAIL_HIGHEST = 12.6;
/** Three looks. @see F-10 */
const RAIL_WRONG_FOR = Millis(24);
/** Low plateau with PWM that no car's diode can explain but a weak −12 V rail can; 0.4 V allow for the measurement. @see CP-02 @see CP-11 */
const LOW_PLATEAU_WEAK = -11.0;
const LOW_PLATEAU_STRONG = -13.0;
/** High plateau of an open line below what a good +12 V gives, and above any car's. @see VW-A @see F-10 */
const WEAK_HIGH_FROM = 10;
const WEAK_HIGH_TO = 11;
const PLATEAU_WRONG_FOR = Millis(1000);
/** Duty read back may differ from the commanded by one point, frequency from 1 kHz by 2 %, for a second. @see CP-07 @see CP-04 @see DC-09 */
const DUTY_OFF_BY = 1;
const LOWEST_HZ = 980;
const HIGHEST_HZ = 1020;
const READBACK_WRONG_FOR = Millis(1000);

export interface Supply {
  readonly coilLowSince: Since;
  readonly mainsLowSince: Since;
  readonly railWrongSince: Since;
  readonly plateauWrongSince: Since;
  readonly readbackWrongSince: Since;
}

export const GOOD_SUPPLY: Supply = {
  coilLowSince: null,
  mainsLowSince: null,
  railWrongSince: null,
  plateauWrongSince: null,
  readbackWrongSince: null,
};

/** What the pilot is doing, for judging what its hardware says. */
export interface PilotInUse {
  readonly driven: PilotOutput;
  readonly reading: PilotReading | null;
  /** Nothing has been plugged in since the start: an open line must be at +12 V. */
  readonly lineIsOpen: boolean;
}

/** @returns the same object when nothing changed. */
export function withSupply(before: Supply, inputs: BoardInputs, pilot: PilotInUse, nominal: Volts, at: Instant): Supply {
  const coilLow = inputs.coilSupplyPercent !== null && !(inputs.coilSupplyPercent >= COIL_LOW_PERCENT);
  const mainsLow = inputs.mainsV !== null && !(inputs.mainsV >= nominal * MAINS_LOW_SHARE);
  const next: Supply = {
    coilLowSince: holdsSince(before.coilLowSince, coilLow, at),
    mainsLowSince: holdsSince(before.mainsLowSince, mainsLow, at),
    railWrongSince: holdsSince(before.railWrongSince, isRailWrong(inputs.railHighV, 1) || isRailWrong(inputs.railLowV, -1), at),
    plateauWrongSince: holdsSince(before.plateauWrongSince, isPlateauWrong(pilot), at),
    readbackWrongSince: holdsSince(before.readbackWrongSince, isReadbackWrong(pilot.driven, inputs.pwm), at),
  };
  const same =
    next.coilLowSince === before.coilLowSince &&
    next.mainsLowSince === before.mainsLowSince &&
    next.railWrongSince === before.railWrongSince &&
    next.plateauWrongSince === before.plateauWrongSince &&
    next.readbackWrongSince === before.readbackWrongSince;
  return same ? before : next;
}

function isRailWrong(volts: Volts | null, sign: 1 | -1): boolean {
  return volts !== null && !(volts * sign >= RAIL_LOWEST && volts * sign <= RAIL_HIGHEST);
}

function isPlateauWrong({ driven, reading, lineIsOpen }: PilotInUse): boolean {
  if (reading === null || !reading.valid) return false;
  if (driven.kind === "pwm" && isKnown(reading.lowV) && reading.diode === "ok") {
    return reading.lowV > LOW_PLATEAU_WEAK || reading.lowV < LOW_PLATEAU_STRONG;
  }
  return (
    lineIsOpen && driven.kind === "steadyHigh" && isKnown(reading.highV) && reading.highV > WEAK_HIGH_FROM && reading.highV < WEAK_HIGH_TO
  );
}

function isReadbackWrong(driven: PilotOutput, readback: BoardInputs["pwm"]): boolean {
  if (driven.kind !== "pwm" || readback === null) return false;
  const dutyIsRight = Math.abs(readback.dutyPercent - driven.dutyPercent) <= DUTY_OFF_BY;
  return !(dutyIsRight && readback.frequencyHz >= LOWEST_HZ && readback.frequencyHz <= HIGHEST_HZ);
}

/** Whether coil supply or mains are low at this look: what else is fed by them need not be at fault itself. */
export const isStarved = ({ coilLowSince, mainsLowSince }: Supply): boolean => coilLowSince !== null || mainsLowSince !== null;

/** @param starved the supply is low, or was a moment ago @see PW-05 @see F-36 */
export function brownOutCause(supply: Supply, starved: boolean, at: Instant): "coilSupplyLow" | "mainsLow" | "railsLow" | null {
  if (lasted(supply.coilLowSince, at, COIL_LOW_FOR)) return "coilSupplyLow";
  if (lasted(supply.mainsLowSince, at, MAINS_LOW_FOR)) return "mainsLow";
  return starved && lasted(supply.railWrongSince, at, RAIL_WRONG_FOR) ? "railsLow" : null;
}

/** @param starved then it is a brown-out @see CP-11 @see F-10 */
export function pilotSupplyCause(supply: Supply, starved: boolean, at: Instant): "rails" | "plateau" | null {
  if (starved) return null;
  if (lasted(supply.railWrongSince, at, RAIL_WRONG_FOR)) return "rails";
  return lasted(supply.plateauWrongSince, at, PLATEAU_WRONG_FOR) ? "plateau" : null;
}

/** The PWM hardware does not produce what it was told. @see DC-09 @see F-37 */
export const isReadbackOff = (supply: Supply, at: Instant): boolean => lasted(supply.readbackWrongSince, at, READBACK_WRONG_FOR);
