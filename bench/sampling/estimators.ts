/**
 * `readPilot` beside the estimators it was chosen over, all on the same samples: states A to D, 1, 3 and 5.5 nF, pilot frequencies of 980
 * to 1020 Hz, every phase.
 */
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import type { PilotCalibration, PilotOutput } from "#core/pilot/types";
import { windowOfHigh } from "#core/pilot/windows";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import { CAR_OHM, GAIN, lineOf, OFFSET_V, sampleInto } from "../pilot-waveform.ts";
import { table } from "../report/table.ts";
import { newTally, record, STATES, seenIn, shareText, type Tally, type Told, told, voltsText } from "./tally.ts";

export const DUTIES = [10, 16, 50, 85, 90, 96] as const;
const DISTURBANCES = [
  { name: "clean (30 mV)", noiseV: 0.03, outlierPercent: 0 },
  { name: "noise 0.1 V", noiseV: 0.1, outlierPercent: 0 },
  { name: "noise 0.3 V", noiseV: 0.3, outlierPercent: 0 },
  { name: "noise 0.3 V, 5 % outliers", noiseV: 0.3, outlierPercent: 5 },
  { name: "hum 1 Vpp, noise 0.1 V", noiseV: 0.1, humVpp: 1 },
  { name: "hold error 15 %, noise 0.1 V", noiseV: 0.1, holdError: 0.15 },
] as const;
export type DisturbanceName = (typeof DISTURBANCES)[number]["name"];
const NANOFARADS = [1, 3, 5.5] as const;
const CALIBRATION: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
/** Samples above this belong to the high phase, for the estimators that need to be told. */
const MIDDLE_V = -1.75;
/** Bursts that fill the memory of the low phase before readings count. */
export const WARM_UP = 4;

type Estimator = (ascending: Float64Array) => number;

/** What others do with the same samples, sorted. */
export const RIVALS = {
  "highest sample": (ascending) => ascending[ascending.length - 1] ?? Number.NaN,
  "3rd highest": (ascending) => ascending[ascending.length - 3] ?? Number.NaN,
  "median of the upper": (ascending) => {
    const first = ascending.findIndex((volts) => volts > MIDDLE_V);
    return first < 0 ? Number.NaN : (ascending[(first + ascending.length) >> 1] ?? Number.NaN);
  },
} as const satisfies Readonly<Record<string, Estimator>>;
export const OURS = "readPilot";

export interface EstimatorRow extends Told {
  readonly dutyPercent: number;
  readonly disturbance: DisturbanceName;
  readonly estimator: string;
}

export function compareEstimators(runs: number, random: () => number): readonly EstimatorRow[] {
  return DISTURBANCES.flatMap((disturbance) => DUTIES.flatMap((duty) => compared(duty, disturbance, runs, random)));
}

function compared(
  dutyPercent: number,
  disturbance: (typeof DISTURBANCES)[number],
  runs: number,
  random: () => number,
): readonly EstimatorRow[] {
  const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(dutyPercent) };
  const adcV = new Float64Array(512);
  const ours = newTally();
  const rivals = Object.entries<Estimator>(RIVALS).map(([name, estimate]) => ({ name, estimate, tally: newTally() }));
  for (const state of STATES) {
    for (const nanofarad of NANOFARADS) {
      let memory = EMPTY_PILOT_MEMORY;
      for (let run = -WARM_UP; run < runs; run += 1) {
        const plan = burstPlanFor(output, run + WARM_UP);
        const line = lineOf({ carOhm: CAR_OHM[state], nanofarad }, dutyPercent, 980 + 40 * random());
        sampleInto(adcV, line, { ...plan, startUs: 1000 * random(), humPhase: 2 * Math.PI * random(), ...disturbance }, random);
        const step = readPilot(memory, { adcV, count: plan.count, endedAt: Instant(run), output }, CALIBRATION);
        memory = step.memory;
        if (run < 0) continue;
        record(ours, state, line, seenIn(step.reading));
        const ascending = adcV
          .slice(0, plan.count)
          .sort()
          .map((volts) => volts * GAIN + OFFSET_V);
        for (const { estimate, tally } of rivals) {
          const highV = estimate(ascending);
          record(tally, state, line, { state: windowOfHigh(Volts(highV)), highV, lowV: null, diode: "notTested" });
        }
      }
    }
  }
  const row = (estimator: string, tally: Tally): EstimatorRow => ({
    ...{ dutyPercent, disturbance: disturbance.name, estimator },
    ...told(tally),
  });
  return [row(OURS, ours), ...rivals.map(({ name, tally }) => row(name, tally))];
}

export const estimatorTable = (rows: readonly EstimatorRow[]): string =>
  table(
    ["disturbance", "duty", "estimator", "A/B as C/D", "wrong", "gap", "invalid", "worst V"],
    rows.map(({ dutyPercent, disturbance, estimator, falseRequest, wrong, gap, invalid, highWorstV }) => [
      ...[disturbance, `${dutyPercent} %`, estimator],
      ...[falseRequest, wrong, gap, invalid].map(shareText),
      voltsText(highWorstV),
    ]),
  );
