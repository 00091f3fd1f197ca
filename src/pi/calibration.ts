/**
 * What a person and a converter must agree on before two points become a calibration. Levels are taken from steady pilots only, so a
 * sample's place in time does not matter; everything here is pure.
 */
import { calibrationOfTwoPoints, pilotOfAdc } from "#core/pilot/calibration";
import type { PilotCalibration } from "#core/pilot/types";
import { liesIn, RECOGNISED_WINDOWS } from "#core/pilot/windows";
import { Volts } from "#core/units/units";
import { codesOf } from "#pi/adc";
import type { AdcLayout } from "#pi/layout";

/** Samples that make a level: fewer hide what is wrong with it. */
const LEAST_SAMPLES = 64;
/** Samples within this many codes of an end of the converter's range are cut off, not measured. */
const AT_THE_END = 2;
/** Noise of a steady pilot, sigma in pilot volts: more than this is a PWM, an unbuffered input or a bad ground. */
const MOST_NOISE = Volts(0.25);
/** How far the means of single bursts may lie apart, pilot volts. */
const MOST_WANDER = Volts(0.15);
/** How far a level may have moved from the first pass to the second, pilot volts. */
const MOST_DRIFT = Volts(0.1);
/** Pilot volts per ADC volt where no divider is known: what noise and drift are judged by then. */
const USUAL_GAIN = 9;
/** Open line, as far as an uncalibrated divider can tell: below it something loads the pilot. @see VW-A @see VW-B */
const UNLOADED_FROM = Volts(10.4);
/** Plateaus of the proof may differ from what the meter said by this. */
const PLATEAU_TOLERANCE = Volts(0.25);
/** And the duty from the driven one, points. @see CP-07 */
const DUTY_TOLERANCE = 1;
/** And above it no divider of this board can be. */
const NOT_ABOVE = Volts(13.75);
/** A pilot as a meter may show it with nothing plugged in: what the charger will take, which is ±5 % and a little for the meter. @see CP-01 @see CP-02 */
export const METER_REACH = { high: { from: Volts(11.25), to: Volts(12.75) }, low: { from: Volts(-12.75), to: Volts(-11.25) } } as const;

/** What a refusal is about, for whoever has words of their own for it. */
export type Why = "car" | "meter" | "board" | "unsteady" | "proof" | "live" | "stopped";

/** Why it cannot go on: what was expected, what came, what to do. */
export interface Objection {
  readonly why: Why;
  readonly what: string;
}

const objecting = (why: Why, what: string): Objection => ({ why, what });

/** Which of the two steady pilots. */
export type Point = "high" | "low";

/** A steady pilot as the converter saw it. */
export interface Level {
  /** Mean of all samples, ADC volts. */
  readonly adcV: Volts;
  /** Sigma of the samples, ADC volts. */
  readonly noiseV: number;
  /** Between the lowest and the highest mean of a burst, ADC volts. */
  readonly wanderV: number;
  readonly samples: number;
  readonly lowest: Volts;
  readonly highest: Volts;
}

/** The level of several bursts together. @returns null without a sample */
export function levelOf(bursts: readonly ArrayLike<number>[]): Level | null {
  const means = bursts.filter(({ length }) => length > 0).map((burst) => sumOf(burst) / burst.length);
  const samples = bursts.reduce((count, { length }) => count + length, 0);
  if (samples === 0) return null;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const mean = bursts.reduce((sum, burst) => sum + sumOf(burst), 0) / samples;
  let squares = 0;
  for (const burst of bursts) {
    for (let index = 0; index < burst.length; index += 1) {
      const volts = burst[index] ?? 0;
      lowest = Math.min(lowest, volts);
      highest = Math.max(highest, volts);
      squares += (volts - mean) ** 2;
    }
  }
  return {
    adcV: Volts(mean),
    noiseV: Math.sqrt(squares / samples),
    wanderV: Math.max(...means) - Math.min(...means),
    samples,
    lowest: Volts(lowest),
    highest: Volts(highest),
  };
}

function sumOf(burst: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < burst.length; index += 1) sum += burst[index] ?? 0;
  return sum;
}

const gainOf = (nominal: PilotCalibration | null): number => nominal?.gain ?? USUAL_GAIN;
const inVolts = (volts: number, digits = 2): string => `${volts.toFixed(digits)} V`;

/** Why a level cannot be a steady pilot, null when it can. */
export function objectionToLevel(level: Level | null, adc: AdcLayout, nominal: PilotCalibration | null): Objection | null {
  if (level === null || level.samples < LEAST_SAMPLES) {
    return objecting(
      "board",
      `expected at least ${LEAST_SAMPLES} samples of the pilot, got ${level?.samples ?? 0}; check the converter with "j1772 doctor"`,
    );
  }
  const code = adc.referenceV / codesOf(adc.chip);
  const end = adc.referenceV - (AT_THE_END + 1) * code;
  if (level.highest >= end || level.lowest <= AT_THE_END * code) {
    const which = level.highest >= end ? "upper" : "lower";
    return objecting(
      "board",
      `expected the pilot inside the converter's range of 0 to ${inVolts(adc.referenceV, 1)}, it is cut off at the ${which} end (${inVolts(level.adcV, 3)}); check the divider's resistors and their order`,
    );
  }
  const noiseV = level.noiseV * gainOf(nominal);
  if (noiseV > MOST_NOISE) {
    return objecting(
      "unsteady",
      `expected a steady pilot, got noise of ${inVolts(noiseV)}; look for a PWM that runs, a missing buffer before the converter, or a bad ground`,
    );
  }
  const wanderV = level.wanderV * gainOf(nominal);
  return wanderV > MOST_WANDER
    ? objecting(
        "unsteady",
        `expected a steady pilot, it wandered by ${inVolts(wanderV)} from burst to burst; check the ±12 V supply and the ground`,
      )
    : null;
}

/** Why a level is not the open line of a charger with no car, null when it may be, or when nothing is known to judge it by. */
export function objectionToOpenLine({ adcV }: Level, nominal: PilotCalibration | null): Objection | null {
  if (nominal === null) return null;
  const pilotV = pilotOfAdc(nominal, adcV);
  if (pilotV > NOT_ABOVE) {
    return objecting(
      "board",
      `expected +12 V on the open pilot, the converter shows about ${inVolts(pilotV, 1)}: the divider's resistors or its supply are not those of this board. Check them, or describe them in the board's pins`,
    );
  }
  if (pilotV >= UNLOADED_FROM) return null;
  const looks = (["B", "C", "D", "E"] as const).find((state) => liesIn(RECOGNISED_WINDOWS[state], pilotV));
  const what = looks === undefined || looks === "E" ? "something loads the pilot, or its +12 V is missing" : "a car is connected";
  return objecting(
    "car",
    `expected +12 V on the open pilot, the converter shows about ${inVolts(pilotV, 1)}: ${what}. Unplug the car, check the wiring and begin again`,
  );
}

/** Why the second pass does not confirm the first, null when it does. */
export function objectionToDrift(point: Point, first: Level, second: Level, nominal: PilotCalibration | null): Objection | null {
  const drift = (second.adcV - first.adcV) * gainOf(nominal);
  if (Math.abs(drift) <= MOST_DRIFT) return null;
  const plugged = point === "high" && drift < -1;
  const cause = plugged ? "a car was plugged in, or the supply drifts" : "the supply or the divider drifts";
  return objecting(
    plugged ? "car" : "unsteady",
    `expected the pilot's ${point} level where it was, it moved by ${inVolts(drift)}: ${cause}. Leave the plug free and begin again`,
  );
}

/** Why a meter cannot have shown this, null when it can. */
export function objectionToMeter(point: Point, volts: number): Objection | null {
  const { from, to } = METER_REACH[point];
  if (volts >= from && volts <= to) return null;
  return objecting("meter", `expected the meter between ${from} and ${to} V, got ${volts} V; ${hintAt(point, volts)}`);
}

/** What a meter's word points at, where it is at least on the right side of 0 V. */
function hintAt(point: Point, volts: number): string {
  const away = point === "high" ? volts : -volts;
  if (!(away > 2 && away < 20)) return "check the probes: red on the pilot, black on the protective earth, DC";
  const rail = point === "high" ? "+12 V" : "−12 V";
  if (away > 12) return `the ${rail} supply is too high, or the meter was misread`;
  return point === "high" ? "a car is connected, or the +12 V supply is weak" : `the ${rail} supply is weak`;
}

export interface Points {
  readonly high: { readonly adcV: Volts; readonly pilotV: Volts };
  readonly low: { readonly adcV: Volts; readonly pilotV: Volts };
}

/** Digits that are kept: a tenth of a millivolt of the converter, a millivolt of the meter. */
const kept = (volts: number, digits: number): Volts => Volts(Number(volts.toFixed(digits)));

/** The two points as they are saved. */
export const pointsOf = (high: Level, highPilotV: number, low: Level, lowPilotV: number): Points => ({
  high: { adcV: kept(high.adcV, 4), pilotV: kept(highPilotV, 3) },
  low: { adcV: kept(low.adcV, 4), pilotV: kept(lowPilotV, 3) },
});

/** @throws ConfigError `calibration.points` when the points cannot belong to one pilot and this divider */
export const calibrationOf = ({ high, low }: Points, nominal: PilotCalibration | null): PilotCalibration =>
  calibrationOfTwoPoints({ high, low, nominal });

/** A PWM of a known duty, read by the new calibration. */
export interface Proof {
  readonly highV: number | null;
  readonly lowV: number | null;
  readonly dutyPercent: number | null;
  readonly drivenPercent: number;
}

/** Why a PWM does not confirm the calibration, null when it does. */
export function objectionToProof({ highV, lowV, dutyPercent, drivenPercent }: Proof, { high, low }: Points): Objection | null {
  if (highV === null || lowV === null || dutyPercent === null) {
    return objecting(
      "proof",
      `expected a PWM of ${drivenPercent} % with two plateaus, saw ${highV === null ? "no high" : lowV === null ? "no low" : "no duty"} one; check the pilot's PWM pin and driver`,
    );
  }
  const off = [highV - high.pilotV, lowV - low.pilotV].find((error) => Math.abs(error) > PLATEAU_TOLERANCE);
  if (off !== undefined) {
    return objecting(
      "proof",
      `expected plateaus of ${high.pilotV} and ${low.pilotV} V within ${PLATEAU_TOLERANCE} V, got ${inVolts(highV)} and ${inVolts(lowV)}; the pilot's driver or the converter's input is too slow, or a car was plugged in`,
    );
  }
  return Math.abs(dutyPercent - drivenPercent) <= DUTY_TOLERANCE
    ? null
    : objecting(
        "proof",
        `expected a duty of ${drivenPercent} % within ${DUTY_TOLERANCE} point, got ${dutyPercent.toFixed(1)} %; check the pilot's PWM pin and the daemon's clock`,
      );
}
