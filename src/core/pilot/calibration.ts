/** From ADC volts to pilot volts, by the divider's resistors or by two measured points. */
import { ConfigError } from "#core/errors";
import type { PilotCalibration } from "#core/pilot/types";
import { Ohms, Volts } from "#core/units/units";

/** Three resistors: pilot to ADC, ADC to ground, ADC to the supply that lifts the negative half into the ADC's range. */
export interface PilotDivider {
  readonly pilotOhm: Ohms;
  readonly groundOhm: Ohms;
  readonly supplyOhm: Ohms;
}

/** The build guide's divider. */
export const DEFAULT_DIVIDER: PilotDivider = { pilotOhm: Ohms(200_000), groundOhm: Ohms(100_000), supplyOhm: Ohms(56_000) };
/** Nominal supply of the divider; measure it: each volt of error moves the pilot by 3.57 V. */
export const DEFAULT_VCC = Volts(5);

/** Ends of the pilot's range that every calibration must be able to show: ±12 V and 5 %. @see CP-01 @see CP-02 */
const PILOT_REACH = Volts(12.6);
/** Pilot volts per ADC volt that a divider for a 1 to 24 V converter can have. */
const LEAST_GAIN = 1;
const GREATEST_GAIN = 24;
/** Two points closer than this amplify the converter's noise more than they calibrate. */
const LEAST_SPAN = Volts(1);
/** How far a measured gain may lie from the divider's: resistors of 1 % and a supply of 5 %. */
const GAIN_TOLERANCE = 0.06;
/** How far the pilot's 0 V may lie from where the divider has it: 5 % of the 5 V supply, as pilot volts. */
const ZERO_TOLERANCE = Volts(1);

/**
 * Calibration by calculation: `pilot = R1 × (adc × (1/R1 + 1/R2 + 1/R3) − Vcc/R3)`.
 * @param vcc supply of the divider as measured, volts.
 * @throws ConfigError `calibration.divider` for values no divider can have, or whose ADC voltage leaves 0 to Vcc at ±12.6 V.
 */
export function calibrationOfDivider({
  vcc = DEFAULT_VCC,
  divider = DEFAULT_DIVIDER,
}: {
  vcc?: Volts;
  divider?: PilotDivider;
} = {}): PilotCalibration {
  for (const [name, value] of Object.entries({ vcc, ...divider })) {
    if (!(value > 0)) {
      throw new ConfigError("calibration.divider", `Pilot divider: ${name} must be more than zero, got ${value}. Enter the value fitted.`);
    }
  }
  const { pilotOhm, groundOhm, supplyOhm } = divider;
  const gain = 1 + pilotOhm / groundOhm + pilotOhm / supplyOhm;
  const calibration: PilotCalibration = { gain, offsetV: Volts(-vcc * (pilotOhm / supplyOhm)) };
  const lowest = adcOfPilot(calibration, Volts(-PILOT_REACH));
  const highest = adcOfPilot(calibration, PILOT_REACH);
  if (lowest < 0 || highest > vcc) {
    throw new ConfigError(
      "calibration.divider",
      `Pilot divider: a pilot of ±${PILOT_REACH} V must stay within 0 to ${vcc} V at the ADC, but it gives ${lowest.toFixed(2)} to ` +
        `${highest.toFixed(2)} V. Check the order of the resistors (pilot, ground, supply) and Vcc.`,
    );
  }
  return calibration;
}

/** What the ADC showed while the pilot was known. */
export interface CalibrationPoint {
  readonly adcV: Volts;
  readonly pilotV: Volts;
}

/**
 * Calibration by measurement: the pilot measured with a meter at steady high (no car) and at steady low, and the ADC at both.
 * @param nominal the divider's own calibration, to catch a slip of the pen; null where the divider is not known.
 * @throws ConfigError `calibration.points` when the points cannot belong to one pilot and one divider.
 */
export function calibrationOfTwoPoints({
  high,
  low,
  nominal = null,
}: {
  high: CalibrationPoint;
  low: CalibrationPoint;
  nominal?: PilotCalibration | null;
}): PilotCalibration {
  const wrong = (what: string): ConfigError =>
    new ConfigError("calibration.points", `Pilot calibration: ${what}. Measure again: steady high with no car, then steady low.`);
  const adcSpan = high.adcV - low.adcV;
  if (!(adcSpan >= LEAST_SPAN)) {
    throw wrong(`expected the ADC at least ${LEAST_SPAN} V higher at the high point, got ${high.adcV} V and ${low.adcV} V`);
  }
  if (!(high.pilotV > 0 && low.pilotV < 0)) {
    throw wrong(`expected a positive and a negative pilot, got ${high.pilotV} V and ${low.pilotV} V`);
  }
  const gain = (high.pilotV - low.pilotV) / adcSpan;
  if (gain < LEAST_GAIN || gain > GREATEST_GAIN) {
    throw wrong(`expected ${LEAST_GAIN} to ${GREATEST_GAIN} pilot volts per ADC volt, got ${gain.toFixed(2)}`);
  }
  const offsetV = Volts(high.pilotV - high.adcV * gain);
  if (nominal !== null && Math.abs(gain / nominal.gain - 1) > GAIN_TOLERANCE) {
    throw wrong(`expected about ${nominal.gain.toFixed(2)} pilot volts per ADC volt as the divider has, got ${gain.toFixed(2)}`);
  }
  const calibration: PilotCalibration = { gain, offsetV };
  if (nominal !== null) {
    const zero = adcOfPilot(nominal, Volts(0));
    const found = pilotOfAdc(calibration, zero);
    if (Math.abs(found) > ZERO_TOLERANCE) {
      throw wrong(`expected a pilot of about 0 V at ${zero.toFixed(3)} V of ADC as the divider has, got ${found.toFixed(2)} V`);
    }
  }
  return calibration;
}

/** Pilot volts of an ADC reading. */
export function pilotOfAdc(calibration: PilotCalibration, adc: Volts): Volts {
  return Volts(adc * calibration.gain + calibration.offsetV);
}

/** ADC volts of a pilot level. */
export function adcOfPilot(calibration: PilotCalibration, pilot: Volts): Volts {
  return Volts((pilot - calibration.offsetV) / calibration.gain);
}
