/** The pilot line as one who only tests the machine needs it: levels by name, and the readings that a burst of samples makes of them. */
import type { InvalidReason, PilotOutput, PilotReading } from "#core/pilot/types";
import { type Instant, Volts } from "#core/units/units";

/** What the line shows while high: a car's state, the gap beside C, or nothing that can be read. */
export type Level = "A" | "B" | "C" | "D" | "E" | "gap" | "unreadable" | "silent" | "noLowPhase" | "stuckHigh";

/** Highest first: what the estimator takes when a burst covers a change. */
const HEIGHT: readonly Level[] = ["silent", "unreadable", "stuckHigh", "noLowPhase", "A", "B", "gap", "C", "D", "E"];
const HIGH_V: Partial<Record<Level, number>> = { A: 12, B: 9, gap: 7.5, C: 6, D: 3, E: 0, stuckHigh: 12, noLowPhase: 6 };
/** Why a reading is not to be believed; the last two only with PWM, which they lack a phase of. */
const REASONS: Partial<Record<Level, readonly InvalidReason[]>> = {
  unreadable: ["highUnstable"],
  stuckHigh: ["noLowPhase"],
  noLowPhase: ["noLowPhase"],
};

/** Which level was on the line when. */
export class LineHistory {
  #changes: readonly { readonly level: Level; readonly at: number }[] = [{ level: "A", at: 0 }];

  change(level: Level, at: number): void {
    this.#changes = [...this.#changes.slice(-20), { level, at }];
  }

  highestBetween(from: number, to: number): Level {
    const during = this.#changes.filter(({ at }, index) => at < to && (this.#changes[index + 1]?.at ?? Number.POSITIVE_INFINITY) > from);
    return during.map(({ level }) => level).reduce((one, other) => (HEIGHT.indexOf(other) < HEIGHT.indexOf(one) ? other : one));
  }
}

export interface BurstOf {
  readonly at: Instant;
  readonly pilot: PilotOutput;
  /** The output changed within it. */
  readonly changed: boolean;
  readonly diode: PilotReading["diode"];
}

/** @returns null where the board stays silent */
export function readingOf(level: Level, { at, pilot, changed, diode }: BurstOf): PilotReading | null {
  const blank = { at, reasons: [], dutyPercent: null, lowV: null, highV: null, diode: "notTested" } as const;
  if (level === "silent") return null;
  if (changed) return { ...blank, valid: false, state: "unknown", reasons: ["outputChanged"] };
  if (pilot.kind === "steadyLow") return { ...blank, valid: true, state: "F", lowV: Volts(-12) };
  const highV = HIGH_V[level] === undefined ? null : Volts(HIGH_V[level]);
  const reasons = REASONS[level];
  if (level === "unreadable" || (reasons !== undefined && pilot.kind === "pwm")) {
    return { ...blank, valid: false, state: "unknown", reasons: reasons ?? [], highV };
  }
  const state = level === "stuckHigh" ? "A" : level === "noLowPhase" ? "C" : level;
  if (pilot.kind === "steadyHigh") return { ...blank, valid: true, state, highV };
  const isLoaded = state !== "A" && state !== "E";
  const lowV = Volts(isLoaded && diode === "shorted" ? -6 : -12);
  return { ...blank, valid: true, state, highV, lowV, dutyPercent: pilot.dutyPercent, diode: isLoaded ? diode : "notTested" };
}
