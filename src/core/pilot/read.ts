/**
 * One burst of samples to one reading: plateaus, state, diode, and whether to believe them. Samples come without their time, so
 * the pilot's frequency cannot be seen here, and settled samples are told from edges by where they gather, not by when they came.
 */
import { diodeOf } from "#core/pilot/diode";
import { fullestPlateau, gatheredAbove, highestPlateau, MIDDLE, MIDDLE_BIN, type Plateau } from "#core/pilot/estimate";
import { BINS, clear, countBetween, countBurst, newHistogram } from "#core/pilot/histogram";
import { isLowSeen, PLATEAU_SAMPLES, readLowPhase, SHARE_NEEDED, samplesDue } from "#core/pilot/low-phase";
import { type DutyMean, dutyOf, isFarOff, isOffOnAverage, meanWith } from "#core/pilot/readback";
import type { InvalidReason, PilotBurst, PilotCalibration, PilotReading, VehicleState } from "#core/pilot/types";
import { liesIn, RECOGNISED_LOW, RECOGNISED_WINDOWS, stateOfHigh } from "#core/pilot/windows";
import type { DutyPercent, Instant, Volts } from "#core/units/units";

/** A steady pilot's plateau must hold this share of all samples. */
const STEADY_SHARE_NEEDED = 0.5;
/** Samples gathered above the high plateau that make the burst unreadable: this share of what the phase is due, and no fewer than six. */
const SHARE_DISTURBING = 0.2;
const DISTURBING_SAMPLES = 6;
/** Samples gathered at a low level while the pilot should be steady high: a PWM is running. @see CP-09 */
const PWM_IN_STEADY_SAMPLES = 3;
/** Share of a PWM's samples in one plateau that says the pilot does not move. */
const SHARE_STUCK = 0.85;

/** What one reading leaves for the next. Opaque to everyone else. */
export interface PilotMemory {
  /** The last state shown, kept through gaps and invalid readings; null before the first and after steady low. @see VW-11 @see VW-13 */
  readonly held: VehicleState | null;
  /** Low-phase samples of earlier bursts, pilot volts, newest first. */
  readonly lows: readonly Float64Array[];
  readonly duty: DutyMean | null;
}

/** The memory before the first reading. */
export const EMPTY_PILOT_MEMORY: PilotMemory = { held: null, lows: [], duty: null };

export interface PilotReadingStep {
  readonly memory: PilotMemory;
  readonly reading: PilotReading;
}

/** What was measured, before it is judged. */
interface Measured {
  readonly at: Instant;
  readonly highV: Volts | null;
  readonly lowV: Volts | null;
  readonly dutyPercent: DutyPercent | null;
}

/** Scratch of the burst being read; cleared before use. */
const histogram = newHistogram();

const NO_REASONS: readonly InvalidReason[] = [];
const GAP_REASONS: readonly InvalidReason[] = ["highOutOfRange"];

/**
 * Reads one burst. Costs about 2 µs for 256 samples.
 * @param memory what the reading before returned, or `EMPTY_PILOT_MEMORY`.
 * @returns the reading, and the memory for the next. An invalid reading has the state "unknown" and says why; so does a gap, which
 * is valid. A shorted diode is a valid reading: its levels are believable.
 * @see VW-10 @see VW-18
 */
export function readPilot(memory: PilotMemory, burst: PilotBurst, calibration: PilotCalibration): PilotReadingStep {
  const { output, endedAt } = burst;
  const nothing: Measured = { at: endedAt, highV: null, lowV: null, dutyPercent: null };
  if (output === null) {
    return { memory, reading: refused(nothing, ["outputChanged"]) };
  }
  const samples = Math.min(burst.count, burst.adcV.length);
  if (!(samples >= PLATEAU_SAMPLES)) {
    return { memory, reading: refused(nothing, ["noSamples"]) };
  }
  clear(histogram);
  countBurst(histogram, burst.adcV, samples, calibration);
  switch (output.kind) {
    case "steadyHigh":
      return readSteadyHigh(memory, endedAt, samples);
    case "steadyLow":
      return { memory: EMPTY_PILOT_MEMORY, reading: readSteadyLow(endedAt, samples) };
    case "pwm":
      return readPwm(memory, burst, samples, output.dutyPercent, calibration);
  }
}

function readSteadyHigh({ held }: PilotMemory, at: Instant, samples: number): PilotReadingStep {
  const plateau = highestPlateau(histogram, samples * STEADY_SHARE_NEEDED, 0);
  const measured = measuredSteady(at, plateau);
  const reading = judged(measured, held, faultsOfSteadyHigh(plateau, samples));
  return { memory: { held: heldAfter(held, reading), lows: [], duty: null }, reading };
}

function faultsOfSteadyHigh(plateau: Plateau | null, samples: number): readonly InvalidReason[] {
  if (plateau === null) {
    return ["highUnstable"];
  }
  if (plateau.level < MIDDLE) {
    return ["noHighPhase", "stuck"];
  }
  if (fullestPlateau(histogram, PWM_IN_STEADY_SAMPLES, 0, MIDDLE_BIN) !== null) {
    return ["dutyMismatch"];
  }
  return isDisturbed(plateau.level, samples) ? ["highUnstable"] : NO_REASONS;
}

/** Steady low cannot sense a car: F where −12 V is seen, E where the line is held at 0 V. @see EF-01 @see EF-02 */
function readSteadyLow(at: Instant, samples: number): PilotReading {
  const plateau = fullestPlateau(histogram, samples * STEADY_SHARE_NEEDED, 0, BINS);
  const measured = measuredSteady(at, plateau);
  if (measured.lowV !== null && liesIn(RECOGNISED_LOW, measured.lowV)) {
    return { ...measured, valid: true, state: "F", reasons: NO_REASONS, diode: "notTested" };
  }
  if (measured.highV !== null && liesIn(RECOGNISED_WINDOWS.E, measured.highV)) {
    return { ...measured, valid: true, state: "E", reasons: NO_REASONS, diode: "notTested" };
  }
  return refused(measured, measured.highV === null ? ["lowOutOfRange"] : ["noLowPhase", "stuck"]);
}

/** A steady pilot has one plateau, high or low by where it is, not by where it should be. */
function measuredSteady(at: Instant, plateau: Plateau | null): Measured {
  const level = plateau?.level ?? null;
  const isHigh = level !== null && level >= MIDDLE;
  return { at, highV: isHigh ? level : null, lowV: isHigh ? null : level, dutyPercent: null };
}

function readPwm(
  memory: PilotMemory,
  burst: PilotBurst,
  samples: number,
  commanded: DutyPercent,
  calibration: PilotCalibration,
): PilotReadingStep {
  const high = highestPlateau(histogram, Math.max(PLATEAU_SAMPLES, samplesDue(samples, commanded) * SHARE_NEEDED));
  const low = readLowPhase(histogram, memory.lows, burst, samples, 100 - commanded, calibration);
  const dutyPercent = dutyOf(histogram, high?.level ?? null, low.plateau?.level ?? null);
  const measured: Measured = { at: burst.endedAt, highV: high?.level ?? null, lowV: low.plateau?.level ?? null, dutyPercent };
  const duty = high === null || low.plateau === null ? null : meanWith(memory.duty, commanded, dutyPercent);
  const faults = [...faultsOfHigh(high, samples, commanded), ...faultsBelow(measured, memory.held, duty, commanded)];
  if (faults.length > 0 && isStuck(high, low.plateau, samples, commanded)) {
    faults.push("stuck");
  }
  const reading = judged(measured, memory.held, faults);
  return { memory: { held: heldAfter(memory.held, reading), lows: low.recent, duty }, reading };
}

function faultsOfHigh(high: Plateau | null, samples: number, commanded: DutyPercent): readonly InvalidReason[] {
  const due = samplesDue(samples, commanded);
  if (high === null) {
    return [countBetween(histogram, MIDDLE_BIN, BINS) > due * SHARE_NEEDED ? "highUnstable" : "noHighPhase"];
  }
  return isDisturbed(high.level, due) ? ["highUnstable"] : NO_REASONS;
}

/** Faults of the low phase and of the duty. A line at 0 V is E whatever its low phase does. @see VW-17 */
function faultsBelow(
  { highV, lowV, dutyPercent }: Measured,
  held: VehicleState | null,
  duty: DutyMean | null,
  commanded: DutyPercent,
): readonly InvalidReason[] {
  if (highV !== null && stateOfHigh(highV, held) === "E") {
    return NO_REASONS;
  }
  if (lowV === null) {
    return ["noLowPhase"];
  }
  if (!liesIn(RECOGNISED_LOW, lowV) && diodeOf(highV, lowV) !== "shorted") {
    return ["lowOutOfRange"];
  }
  const isOff = duty !== null && dutyPercent !== null && (isFarOff(commanded, dutyPercent) || isOffOnAverage(duty));
  return isOff ? ["dutyMismatch"] : NO_REASONS;
}

/** Whether nearly all samples of a PWM sit at one level. @see EF-03 */
function isStuck(high: Plateau | null, low: Plateau | null, samples: number, commanded: DutyPercent): boolean {
  return high === null
    ? low !== null && low.samples >= samples * SHARE_STUCK
    : high.samples >= samples * SHARE_STUCK && !isLowSeen(histogram, samples, 100 - commanded);
}

const isDisturbed = (level: Volts, due: number): boolean =>
  gatheredAbove(histogram, level) >= Math.max(DISTURBING_SAMPLES, due * SHARE_DISTURBING);

function judged(measured: Measured, held: VehicleState | null, faults: readonly InvalidReason[]): PilotReading {
  const state = measured.highV === null ? null : stateOfHigh(measured.highV, held);
  if (faults.length > 0 || state === null) {
    return refused(measured, state === null && measured.highV !== null ? [...faults, "highOutOfRange"] : faults);
  }
  const reasons = state === "gap" ? GAP_REASONS : NO_REASONS;
  return { ...measured, valid: true, state, reasons, diode: diodeOf(measured.highV, measured.lowV) };
}

const refused = (measured: Measured, reasons: readonly InvalidReason[]): PilotReading => ({
  ...measured,
  valid: false,
  state: "unknown",
  reasons,
  diode: "notTested",
});

function heldAfter(held: VehicleState | null, { state }: PilotReading): VehicleState | null {
  return state === "gap" || state === "unknown" ? held : state;
}
