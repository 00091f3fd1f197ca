/** What a recording of the pilot means, and whether to believe it. */
import type { CaptureSummary } from "#core/pilot/capture";
import { diodeOf } from "#core/pilot/diode";
import { meaningOfDuty, offerOfDuty } from "#core/pilot/duty";
import { fullestPlateau, gatheredAbove, highestPlateau, MIDDLE_BIN, PLATEAU_WIDTH_V, type Plateau } from "#core/pilot/estimate";
import { BIN_V, BINS, binOf, countBetween, type PilotHistogram } from "#core/pilot/histogram";
import type { DiodeVerdict, VehicleState } from "#core/pilot/types";
import { HEALTHY_LOW, HEALTHY_WINDOWS, liesIn, windowOfHigh } from "#core/pilot/windows";
import { type Amps, DutyPercent, type Volts } from "#core/units/units";

/** Why a recording is not a healthy pilot, in words for the person who made it. */
export const CAPTURE_REASONS = {
  noSamples: "Too few settled samples: at least eight at one level are needed.",
  sampledTooSlowly:
    "Samples are more than 80 µs apart: a phase of the 1 kHz pilot can hide between them. Sample faster, or give the duty if it was steady.",
  noHighPhase: "No settled high phase was seen although the pilot switches.",
  noLowPhase: "No settled low phase was seen although the pilot switches.",
  stuck: "The pilot does not move although its duty says it should.",
  highUnstable: "The high phase has more than one level: the state changed during the recording, or the signal is not a pilot.",
  highOutOfRange:
    "The high phase lies outside the window of every state, or outside 11.40 to 12.60 V with no car. A driver that loses 1.5 V a rail looks like this; so do a wrong divider and a wrong Vcc.",
  lowOutOfRange:
    "The low phase lies outside −12.60 to −11.40 V. A driver that loses 1.5 V a rail looks like this; so do a wrong divider and a wrong Vcc.",
  pilotDead: "The pilot is at 0 V: shorted to earth, or the charger has no power.",
  diodeShorted: "The car's diode is shorted or missing: the low phase does not reach −10.3 V with a car connected.",
  dutyMismatch: "The measured duty differs by more than one point from the one given.",
  dutyMeaningless: "This duty means nothing to a car, which reads it as 0 A.",
  frequencyOutOfRange: "The frequency lies outside 980 to 1020 Hz.",
} as const;
export type CaptureReason = keyof typeof CAPTURE_REASONS;

export interface CaptureVerdict {
  /** "gap" between two windows; "unknown" when no level can be believed. */
  readonly state: VehicleState | "gap" | "unknown";
  readonly highV: Volts | null;
  readonly lowV: Volts | null;
  /** Percent of the period, to a tenth; 100 and 0 for a steady pilot; null when no whole period was seen. */
  readonly dutyCycle: DutyPercent | null;
  /** What a car may draw at that duty; null when the duty is not known. */
  readonly offeredCurrentA: Amps | null;
  /** Null for a steady pilot, or when no whole period was seen. */
  readonly frequencyHz: number | null;
  readonly diode: DiodeVerdict;
  /** Valid: a healthy pilot, charger and diode. */
  readonly verdict: "valid" | "invalid";
  readonly reasons: readonly CaptureReason[];
}

/** Allowance of the measurement around what a healthy generator produces. */
const ALLOWANCE_V = 0.25;
/** Fewest settled samples that make a plateau. @see VW-10 */
const PLATEAU_SAMPLES = 8;
/** A plateau must hold this share of the fullest one to be the highest. */
const SHARE_OF_FULLEST = 0.4;
/** A second level with this share of the first makes the recording unstable. */
const SHARE_OF_SECOND = 0.05;
/** Unsettled samples gathered on one side, as a share of all, that say the pilot switches. */
const SHARE_OF_SWITCHING = 0.02;
/** No pilot lies beyond this; what is seen there is outliers. */
const OUTLIERS_BEYOND_V = 13.5;
/** @see CP-07 */
const DUTY_TOLERANCE_POINTS = 1;
/** @see CP-04 */
const LOWEST_FREQUENCY_HZ = 980;
const HIGHEST_FREQUENCY_HZ = 1020;
const PERIOD_US = 1000;
/** A recording this close to whole periods has the duty of its share, though it holds no two edges of a kind. */
const WHOLE_PERIODS_WITHIN = 0.02;

/** Levels a recording shows, and what is wrong with how it shows them. */
interface Levels {
  readonly high: Plateau | null;
  readonly low: Plateau | null;
  readonly isSwitching: boolean;
  readonly reasons: readonly CaptureReason[];
}

/**
 * Judges a recording.
 * @param knownDuty what the charger was commanded: 100 for steady high, 0 for steady low; null where it is not known.
 */
export function verdictOf(capture: CaptureSummary, knownDuty: DutyPercent | null = null): CaptureVerdict {
  const levels = levelsOf(capture, knownDuty);
  const highV = levels.high?.level ?? null;
  const lowV = levels.low?.level ?? null;
  const state = stateOf(levels, highV, lowV);
  const diode = diodeOf(highV, lowV);
  const dutyCycle = dutyOf(capture, levels);
  const frequencyHz = levels.isSwitching ? frequencyOf(capture) : null;
  const reasons = [
    ...levels.reasons,
    ...reasonsOfLevels(state, highV, lowV, diode),
    ...reasonsOfDuty(levels, dutyCycle, knownDuty),
    ...(frequencyHz !== null && !isAllowed(frequencyHz, capture) ? (["frequencyOutOfRange"] as const) : []),
  ];
  const offering = knownDuty !== null && !reasons.includes("dutyMismatch") ? knownDuty : dutyCycle;
  return {
    state,
    highV,
    lowV,
    dutyCycle,
    offeredCurrentA: offering === null ? null : offerOfDuty(offering),
    frequencyHz,
    diode,
    verdict: reasons.length === 0 ? "valid" : "invalid",
    reasons,
  };
}

function levelsOf(capture: CaptureSummary, knownDuty: DutyPercent | null): Levels {
  const isSlow = capture.holes > capture.samples / 2;
  const isSteady = knownDuty === 0 || knownDuty === 100;
  if (isSlow && !isSteady) {
    return { high: null, low: null, isSwitching: false, reasons: [capture.samples < PLATEAU_SAMPLES ? "noSamples" : "sampledTooSlowly"] };
  }
  const histogram = isSlow ? capture.all : capture.settled;
  const floor = significant(histogram);
  const fullest = fullestPlateau(histogram, floor, MIDDLE_BIN, BINS);
  const high = fullest && highestPlateau(histogram, Math.max(floor, fullest.samples * SHARE_OF_FULLEST));
  const low = fullestPlateau(histogram, floor, 0, MIDDLE_BIN);
  if (high === null && low === null) {
    return { high, low, isSwitching: false, reasons: ["noSamples"] };
  }
  const gathers = Math.max(significant(capture.all), capture.samples * SHARE_OF_SWITCHING);
  const reasons: CaptureReason[] = [];
  if (high === null && fullestPlateau(capture.all, gathers, MIDDLE_BIN, BINS) !== null) {
    reasons.push("noHighPhase");
  }
  if (low === null && fullestPlateau(capture.all, gathers, 0, MIDDLE_BIN) !== null) {
    reasons.push("noLowPhase");
  }
  if (high !== null && hasSecondLevel(histogram, high, floor)) {
    reasons.push("highUnstable");
  }
  return {
    high,
    low,
    isSwitching: reasons.includes("noHighPhase") || reasons.includes("noLowPhase") || (high !== null && low !== null),
    reasons,
  };
}

/** Samples a plateau must hold to be more than outliers that happen to gather. */
function significant(histogram: PilotHistogram): number {
  const first = binOf(-OUTLIERS_BEYOND_V);
  const end = binOf(OUTLIERS_BEYOND_V);
  const outliers = countBetween(histogram, 0, first) + countBetween(histogram, end, BINS);
  const perWindow = (outliers * (PLATEAU_WIDTH_V / BIN_V)) / (BINS - (end - first));
  return Math.max(PLATEAU_SAMPLES, perWindow + 5 * Math.sqrt(perWindow));
}

function hasSecondLevel(histogram: PilotHistogram, high: Plateau, floor: number): boolean {
  const needed = Math.max(floor, high.samples * SHARE_OF_SECOND);
  return (
    gatheredAbove(histogram, high.level) >= needed ||
    fullestPlateau(histogram, needed, MIDDLE_BIN, binOf(high.level - PLATEAU_WIDTH_V)) !== null
  );
}

function stateOf({ reasons }: Levels, highV: Volts | null, lowV: Volts | null): CaptureVerdict["state"] {
  if (reasons.includes("highUnstable") || reasons.includes("noHighPhase")) {
    return "unknown";
  }
  if (highV !== null) {
    return windowOfHigh(highV) ?? "unknown";
  }
  return lowV !== null && liesIn(HEALTHY_LOW, lowV, -ALLOWANCE_V) ? "F" : "unknown";
}

function reasonsOfLevels(
  state: CaptureVerdict["state"],
  highV: Volts | null,
  lowV: Volts | null,
  diode: DiodeVerdict,
): readonly CaptureReason[] {
  if (state === "E") {
    return ["pilotDead"];
  }
  const reasons: CaptureReason[] = [];
  const isHighHealthy =
    highV === null || (state === "A" ? liesIn(HEALTHY_WINDOWS.A, highV, -ALLOWANCE_V) : state !== "gap" && windowOfHigh(highV) !== null);
  if (!isHighHealthy) {
    reasons.push("highOutOfRange");
  }
  if (diode === "shorted") {
    reasons.push("diodeShorted");
  } else if (lowV !== null && !liesIn(HEALTHY_LOW, lowV, -ALLOWANCE_V)) {
    reasons.push("lowOutOfRange");
  }
  return reasons;
}

function reasonsOfDuty(
  { high, low, isSwitching }: Levels,
  dutyCycle: DutyPercent | null,
  knownDuty: DutyPercent | null,
): readonly CaptureReason[] {
  const isSeen = high !== null || low !== null;
  const reasons: CaptureReason[] = [];
  if (isSeen && !isSwitching && knownDuty !== null && knownDuty > 0 && knownDuty < 100) {
    reasons.push("stuck");
  } else if (knownDuty !== null && dutyCycle !== null && Math.abs(dutyCycle - knownDuty) > DUTY_TOLERANCE_POINTS) {
    reasons.push("dutyMismatch");
  }
  if (isSwitching && dutyCycle !== null && knownDuty === null && meaningOfDuty(dutyCycle) === "meaningless") {
    reasons.push("dutyMeaningless");
  }
  return reasons;
}

function dutyOf({ cycles, coveredUs, highUs }: CaptureSummary, { high, low, isSwitching }: Levels): DutyPercent | null {
  if (!isSwitching) {
    return high === null && low === null ? null : DutyPercent(high === null ? 0 : 100);
  }
  const periods = Math.round(coveredUs / PERIOD_US);
  if (cycles.count === 0 && (periods === 0 || Math.abs(coveredUs / (periods * PERIOD_US) - 1) > WHOLE_PERIODS_WITHIN)) {
    return null;
  }
  const share = cycles.count > 0 ? cycles.highUs / cycles.totalUs : highUs / coveredUs;
  return DutyPercent(Math.round(share * 1000) / 10);
}

const frequencyOf = ({ cycles }: CaptureSummary): number | null => (cycles.count === 0 ? null : (cycles.count * 1e6) / cycles.totalUs);

/** Within CP-04, or outside it by no more than one sample's time explains. */
function isAllowed(frequencyHz: number, { cycles, coveredUs, samples }: CaptureSummary): boolean {
  const uncertainty = coveredUs / samples / cycles.totalUs;
  return frequencyHz >= LOWEST_FREQUENCY_HZ * (1 - uncertainty) && frequencyHz <= HIGHEST_FREQUENCY_HZ * (1 + uncertainty);
}
