/** Values of the build-guide board, worked out: what the drawings and the bill of materials show. Nothing of it was ever built here. */
import { adcOfPilot, calibrationOfDivider } from "#core/pilot/calibration";
import { Volts } from "#core/units/units";
import { PRESETS } from "#pi/presets";

const { adc, divider } = PRESETS.buildGuide;

/** Between the driver and the pilot. @see CP-03 */
export const SOURCE_OHM = 1_000;
/** Supply of the pilot driver, both ways. @see CP-01 @see CP-02 */
export const RAIL_V = 12;
/** A supply that is off by more is out of what J1772 allows; the converter must stand it all the same. */
export const HIGHEST_PILOT_V = 13;

/** An open pilot's edge: 10 to 90 % of the whole swing within 2 µs. @see CP-06 */
const EDGE_US = 2;
/** Slew rate that the driver needs, V/µs. */
export const LEAST_SLEW = (0.8 * 2 * RAIL_V) / EDGE_US;
/** Current into a pilot that is shorted to earth, mA. */
export const SHORTED_MA = (RAIL_V / SOURCE_OHM) * 1_000;

/** A 74HC4538 gives a pulse of 0.7 × R × C. Source: its data sheet. The capacitor is small, so that it does not discharge through the chip at power-off. */
const ONE_SHOT_FACTOR = 0.7;
export const ONE_SHOT = { ohm: 523_000, microfarad: 0.22, resistorTolerance: 0.01, capacitorTolerance: 0.05, partTolerance: 0.1 } as const;
/** How long the one-shot holds, ms: as drawn, and at the ends of what the parts allow. @see WD-01 */
export function oneShotMs(): { readonly least: number; readonly drawn: number; readonly most: number } {
  const drawn = (ONE_SHOT_FACTOR * ONE_SHOT.ohm * ONE_SHOT.microfarad) / 1_000;
  const share = ONE_SHOT.resistorTolerance + ONE_SHOT.capacitorTolerance + ONE_SHOT.partTolerance;
  return { least: drawn * (1 - share), drawn, most: drawn * (1 + share) };
}

/** In front of the optocoupler of a pole, in two resistors so that one short is not the end of it. */
export const SENSE_OHM = 2 * 100_000;
/** What a pole's sense carries to earth, mA, and what each of its two resistors turns to heat, W. */
export const senseLoad = (mainsV: number): { readonly milliamps: number; readonly watts: number } => ({
  milliamps: (mainsV / SENSE_OHM) * 1_000,
  watts: mainsV ** 2 / SENSE_OHM / 2,
});

/** Volts at the converter for a pilot. */
export function converterV(pilotV: number): number {
  if (divider === null) throw new RangeError("the build-guide board has a divider");
  return adcOfPilot(calibrationOfDivider({ vcc: adc.referenceV, divider }), Volts(pilotV));
}

/** Resistance that the buffer sees, Ω: a leak of 1 µA through it moves the reading by this many µV. */
export function sourceOhm(): number {
  if (divider === null) throw new RangeError("the build-guide board has a divider");
  const { pilotOhm, groundOhm, supplyOhm } = divider;
  return 1 / (1 / pilotOhm + 1 / groundOhm + 1 / supplyOhm);
}

/** The levels of a pilot that a person meets when measuring. */
export const LEVELS: readonly (readonly [string, number])[] = [
  ["no car", 12],
  ["car waits", 9],
  ["car asks", 6],
  ["asks for a fan", 3],
  ["0 V", 0],
  ["low phase", -12],
];

/** As it is written on a drawing. */
export const kiloohm = (ohm: number): string => `${Number((ohm / 1_000).toPrecision(4))} kΩ`;
