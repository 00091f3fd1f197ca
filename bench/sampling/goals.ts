/** What sampling must reach. A share or an error above these ends the bench with an exit code of 1. */
import { DIODE_LOW, HEALTHY_LOW, HEALTHY_WINDOWS, RECOGNISED_LOW, RECOGNISED_WINDOWS } from "#core/pilot/windows";
import type { Goal } from "../report/goals.ts";
import { agreementOf, type Comparison } from "./design-figures.ts";
import { type EstimatorRow, OURS } from "./estimators.ts";
import type { SweepRow } from "./sweeps.ts";

/** A healthy high plateau that is misread by less stays within what must be recognised. @see VW-B */
const HIGH_WITHIN_V = HEALTHY_WINDOWS.B.from - RECOGNISED_WINDOWS.B.from;
/** A healthy low plateau that is misread by less still counts as one. @see VW-L */
const LOW_WITHIN_V = RECOGNISED_LOW.to - HEALTHY_LOW.to;
/** … and, where few samples settle, is still no shorted diode. @see DI-01 */
const SHORT_LOW_WITHIN_V = DIODE_LOW - HEALTHY_LOW.to;
/** What a plateau may be off at worst and in the middle (root of the mean square), volts, besides its share of the noise's sigma. */
interface Accuracy {
  readonly worstV: number;
  readonly worstOfSigma: number;
  readonly rmsV: number;
  readonly rmsOfSigma: number;
}
const ACCURACY: Accuracy = { worstV: 0.1, worstOfSigma: 1, rmsV: 0.05, rmsOfSigma: 0.2 };
/** Of a low phase that hardly settles: four bursts make it up. */
const SHORT_LOW_ACCURACY: Accuracy = { worstV: 0.5, worstOfSigma: 1, rmsV: 0.2, rmsOfSigma: 0.3 };
/** Above this the low phase settles for less than 80 µs. */
const SHORT_LOW_DUTY_PERCENT = 90;
/** One reading in a thousand that is refused costs nothing: the next comes 12 ms later. At 96 % one in a hundred. @see VW-11 */
const INVALID_SHARE = 1e-3;
const INVALID_SHARE_SHORT_LOW = 1e-2;

/** Levels that are measured to show why they are not used: nothing is wanted of them. */
const WARNINGS: readonly RegExp[] = [/no buffer/, /always/, /an eighth/, /a quarter/, /half/];
const isWarning = ({ level }: SweepRow): boolean => WARNINGS.some((warning) => warning.test(level));

/** How far a share of few readings may lie above the true one: three sigma. */
const byChance = (share: number, readings: number): number => 3 * Math.sqrt(share / readings);

const volts = (atMost: number) => ({ unit: "V", atMost, noise: 0 });
const worstOf = ({ worstV, worstOfSigma }: Accuracy, { noiseV }: SweepRow, withinV: number): number =>
  Math.min(withinV, worstV + worstOfSigma * noiseV);
const rmsOf = ({ rmsV, rmsOfSigma }: Accuracy, { noiseV }: SweepRow): number => rmsV + rmsOfSigma * noiseV;

const NONE = { unit: "of readings", atMost: 0, noise: 0 } as const;

/** @see VW-10 @see VW-18 */
export function goalsOfSweep(rows: readonly SweepRow[]): readonly Goal[] {
  return rows
    .filter((row) => !isWarning(row))
    .flatMap((row): Goal[] => {
      const name = `${row.factor} ${row.level}, ${row.dutyPercent} %`;
      const isShortLow = row.dutyPercent > SHORT_LOW_DUTY_PERCENT;
      const invalid = isShortLow ? INVALID_SHARE_SHORT_LOW : INVALID_SHARE;
      const low = isShortLow ? SHORT_LOW_ACCURACY : ACCURACY;
      const lowWithinV = isShortLow ? SHORT_LOW_WITHIN_V : LOW_WITHIN_V;
      return [
        { name: `${name}: A or B read as C or D`, ...NONE, measured: row.falseRequest },
        { name: `${name}: another state`, ...NONE, measured: row.wrong + row.gap },
        { name: `${name}: a good diode called shorted`, ...NONE, measured: row.falseDiode },
        { name: `${name}: refused`, ...NONE, atMost: invalid, noise: byChance(invalid, row.readings), measured: row.invalid },
        { name: `${name}: high plateau off, rms`, ...volts(rmsOf(ACCURACY, row)), measured: row.highRmsV },
        { name: `${name}: low plateau off, rms`, ...volts(rmsOf(low, row)), measured: row.lowRmsV },
        // Where samples are anywhere, the worst of thousands of readings is chance, and what counts is that no state is wrong.
        ...(row.outlierPercent > 0
          ? []
          : [
              { name: `${name}: high plateau off`, ...volts(worstOf(ACCURACY, row, HIGH_WITHIN_V)), measured: row.highWorstV },
              { name: `${name}: low plateau off`, ...volts(worstOf(low, row, lowWithinV)), measured: row.lowWorstV },
            ]),
      ];
    });
}

/** Ours mistakes nothing under any disturbance; what it refuses or calls a gap is safe. */
export function goalsOfEstimators(rows: readonly EstimatorRow[]): readonly Goal[] {
  return rows
    .filter(({ estimator }) => estimator === OURS)
    .flatMap(({ disturbance, dutyPercent, falseRequest, wrong }): Goal[] => {
      const name = `${disturbance}, ${dutyPercent} %`;
      return [
        { name: `${name}: A or B read as C or D`, ...NONE, measured: falseRequest },
        { name: `${name}: another state`, ...NONE, measured: wrong },
      ];
    });
}

/** What the design says and what is found here are the same, or it is known why not. */
export const goalsOfDesign = (comparisons: readonly Comparison[]): readonly Goal[] =>
  comparisons.map((each) => ({
    name: `${each.section}: ${each.what}: theirs ${each.theirs}, ours ${each.ours}; differing without a reason`,
    ...{ unit: "", atMost: 0, noise: 0 },
    measured: agreementOf(each) === "differs" ? 1 : 0,
  }));
