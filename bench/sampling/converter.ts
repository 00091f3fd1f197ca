/**
 * The pilot's converter as it samples the line: its clock, the time its capacitor has for the source, its codes, and the moments at which
 * conversions really come. The bytes it answers with are decoded as the drivers decode them.
 */
import { calibrationOfDivider } from "#core/pilot/calibration";
import type { PilotCalibration } from "#core/pilot/types";
import { Volts } from "#core/units/units";
import { type AdcChip, CONVERSION_BITS, codeIn, codesOf, conversionAnswer, highestClockHz } from "#pi/adc";
import { DIVIDER_3V3 } from "#pi/presets";
import { gaussian, type PilotLine, voltsAt } from "../pilot-waveform.ts";

/** The makers give the capacitor one and a half clocks. Source: the data sheets DS21295 and DS21298. */
const ACQUISITION_CLOCKS = 1.5;
const HOLD_FARAD = 20e-12;
const SWITCH_OHM = 1_000;
/** Of the pin and the trace before the switch. */
const STRAY_FARAD = 15e-12;

/** What the converter's input sees: a follower, or the divider itself. */
export const BUFFER_OHM = 100;
const { pilotOhm, groundOhm, supplyOhm } = DIVIDER_3V3;
export const DIVIDER_OHM = 1 / (1 / pilotOhm + 1 / groundOhm + 1 / supplyOhm);

/** What a conversion costs a daemon beside its bits, µs: the virtual Pi's figure, an estimate of a Pi 4. */
export const OVERHEAD_US = 14;

export interface Converter {
  readonly name: string;
  readonly chip: AdcChip;
  /** Supply and reference. */
  readonly referenceV: number;
  readonly sourceOhm: number;
  /** The SPI clock, Hz. */
  readonly clockHz: number;
}

/** A converter behind the divider for 3.3 V, as fast as its maker allows unless slowed down. */
export function converter(chip: AdcChip, { clockHz = highestClockHz(chip, 3.3), sourceOhm = BUFFER_OHM } = {}): Converter {
  const name = `${chip}, ${(clockHz / 1e6).toFixed(2)} MHz${sourceOhm === BUFFER_OHM ? "" : ", no buffer"}`;
  return { name, chip, referenceV: 3.3, sourceOhm, clockHz };
}

export const CALIBRATION: PilotCalibration = calibrationOfDivider({ vcc: Volts(3.3), divider: DIVIDER_3V3 });

/** Least time between two conversions, µs. */
export const leastSpacingUs = ({ clockHz }: Converter): number => OVERHEAD_US + (CONVERSION_BITS / clockHz) * 1e6;

/**
 * Share of the last sample that the capacitor still holds at the end of the acquisition: two capacitors on either side of the switch, the
 * one before it fed through the source.
 */
export function heldShare(sourceOhm: number, acquisitionUs: number): number {
  const feed = 1 / (sourceOhm * STRAY_FARAD);
  const across = 1 / (SWITCH_OHM * STRAY_FARAD);
  const hold = 1 / (SWITCH_OHM * HOLD_FARAD);
  const sum = feed + across + hold;
  const root = Math.sqrt(sum * sum - 4 * feed * hold);
  const [slow, fast] = [(-sum + root) / 2, (-sum - root) / 2];
  const slowly = (-hold - fast) / (slow - fast);
  const seconds = acquisitionUs * 1e-6;
  return slowly * Math.exp(slow * seconds) + (1 - slowly) * Math.exp(fast * seconds);
}

/** When conversions come. */
export interface Pace {
  readonly count: number;
  readonly spacingUs: number;
  /** Sigma of each conversion's own moment, µs. */
  readonly jitterUs: number;
  /** Share of conversions before which the sender loses the processor, percent; for up to `longestGapUs`. */
  readonly gapPercent: number;
  readonly longestGapUs: number;
}

export interface Disturbance {
  /** Noise, sigma in pilot volts. */
  readonly noiseV: number;
  /** Share of samples that are anywhere, percent. */
  readonly outlierPercent: number;
}

/** Converts a burst that begins `startUs` after a rising edge; `adcV` is what a driver hands on. */
export function convertInto(
  adcV: Float64Array,
  line: PilotLine,
  { chip, referenceV, sourceOhm, clockHz }: Converter,
  { count, spacingUs, jitterUs, gapPercent, longestGapUs }: Pace,
  { noiseV, outlierPercent }: Disturbance,
  startUs: number,
  random: () => number,
): void {
  const { gain, offsetV } = CALIBRATION;
  const codes = codesOf(chip);
  const held = heldShare(sourceOhm, (ACQUISITION_CLOCKS / clockHz) * 1e6);
  const atPin = (timeUs: number): number => (voltsAt(line, timeUs) - offsetV) / gain;
  let dueUs = startUs;
  let onCapacitor = atPin(startUs - spacingUs);
  for (let index = 0; index < count; index += 1) {
    if (gapPercent > 0 && random() * 100 < gapPercent) dueUs += longestGapUs * random();
    const timeUs = jitterUs === 0 ? dueUs : dueUs + jitterUs * gaussian(random);
    const noise = noiseV === 0 ? 0 : (noiseV * gaussian(random)) / gain;
    const settled = atPin(timeUs) + noise;
    onCapacitor = settled + held * (onCapacitor - settled);
    const anywhere = outlierPercent > 0 && random() * 100 < outlierPercent;
    const volts = anywhere ? random() * referenceV : onCapacitor;
    const code = Math.min(codes - 1, Math.max(0, Math.round((volts / referenceV) * codes)));
    adcV[index] = (codeIn(chip, conversionAnswer(code)) * referenceV) / codes;
    dueUs += spacingUs;
  }
}
