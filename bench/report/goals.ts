/** What a bench wants to see, and what it saw. */
export interface Goal {
  readonly name: string;
  readonly unit: string;
  /** Largest value that reaches the goal. */
  readonly atMost: number;
  /** What was measured; null when it could not be. */
  readonly measured: number | null;
  /** How far a value may lie over the goal and still be noise of the machine that measures. */
  readonly noise: number;
}

export type Verdict = "reached" | "noise" | "missed";

/** @returns "missed" too when nothing was measured: a bench that measured nothing has shown nothing. */
export function verdictOf({ atMost, measured, noise }: Goal): Verdict {
  if (measured === null || !Number.isFinite(measured) || measured > atMost + noise) {
    return "missed";
  }
  return measured > atMost ? "noise" : "reached";
}
