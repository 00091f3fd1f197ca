/**
 * One thing changed at a time, at every duty: noise, capacitance, converter, length of the burst, spacing, and when conversions really
 * come. Each cell reads states A to D by the driver's spacings, through a converter's codes, with the reading the charger uses.
 */

import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import type { BurstPlan, PilotOutput } from "#core/pilot/types";
import { DutyPercent, Instant } from "#core/units/units";
import { spacingFor } from "#pi/burst-spacing";
import { CAR_OHM, lineOf } from "../pilot-waveform.ts";
import { table } from "../report/table.ts";
import {
  CALIBRATION,
  type Converter,
  converter,
  convertInto,
  DIVIDER_OHM,
  type Disturbance,
  leastSpacingUs,
  type Pace,
} from "./converter.ts";
import { DUTIES as ESTIMATORS_DUTIES, WARM_UP } from "./estimators.ts";
import { newTally, record, STATES, seenIn, shareText, type Told, told, voltsText } from "./tally.ts";

/** 94 % too: one burst just holds enough of its low phase, and must have it from all of it. */
const DUTIES = [...ESTIMATORS_DUTIES, 94].sort((one, other) => one - other);
/** The pilot and the converter run from crystals that differ by this at most. */
const CRYSTALS_PPM = 100;

interface Setting extends Disturbance, Omit<Pace, "count" | "spacingUs"> {
  readonly nanofarad: number;
  readonly converter: Converter;
  /** Of the samples that are planned, this share is taken. */
  readonly length: number;
  /** Null: as the driver spaces them, another spacing each burst. */
  readonly spacingUs: number | null;
}

/** An ordinary board: buffered, a quiet line, a daemon that keeps its time. */
const USUAL: Setting = {
  ...{ noiseV: 0.03, outlierPercent: 0, jitterUs: 1, gapPercent: 0, longestGapUs: 0, nanofarad: 3, length: 1, spacingUs: null },
  converter: converter("MCP3208"),
};

export const FACTORS = ["noise", "capacitance", "converter", "length", "spacing", "pace"] as const;
export type Factor = (typeof FACTORS)[number];

/** What is changed, by factor; the first of each is as usual. */
const LEVELS: Readonly<Record<Factor, Readonly<Record<string, Partial<Setting>>>>> = {
  noise: {
    "0.03 V": {},
    "0.1 V": { noiseV: 0.1 },
    "0.2 V": { noiseV: 0.2 },
    "0.3 V": { noiseV: 0.3 },
    "0.3 V, 5 % outliers": { noiseV: 0.3, outlierPercent: 5 },
  },
  capacitance: { "3 nF": {}, "1 nF": { nanofarad: 1 }, "5.5 nF": { nanofarad: 5.5 } },
  converter: Object.fromEntries(
    [
      USUAL.converter,
      converter("MCP3204", { clockHz: 800_000 }),
      converter("MCP3008"),
      converter("MCP3004", { clockHz: 1_000_000 }),
      converter("MCP3208", { sourceOhm: DIVIDER_OHM }),
      converter("MCP3008", { sourceOhm: DIVIDER_OHM }),
    ].map((each) => [each.name, { converter: each }]),
  ),
  length: {
    "as planned": {},
    "an eighth": { length: 1 / 8 },
    "a quarter": { length: 1 / 4 },
    half: { length: 1 / 2 },
    double: { length: 2 },
  },
  spacing: {
    "as the driver, in turn": {},
    "41 µs, always": { spacingUs: 41 },
    "40 µs, always": { spacingUs: 40 },
    "50 µs, always": { spacingUs: 50 },
    "100 µs, always": { spacingUs: 100 },
  },
  pace: {
    "1 µs jitter": {},
    "5 µs jitter": { jitterUs: 5 },
    "0.2 % held up to 1 ms": { gapPercent: 0.2, longestGapUs: 1_000 },
    "1 % held up to 1 ms": { gapPercent: 1, longestGapUs: 1_000 },
  },
};

export interface SweepRow extends Told {
  readonly factor: Factor;
  readonly level: string;
  readonly dutyPercent: number;
  /** Sigma in pilot volts. */
  readonly noiseV: number;
  readonly outlierPercent: number;
  /** Of the first burst. */
  readonly samples: number;
  readonly spacingUs: number;
}

export function sweep(runs: number, random: () => number): readonly SweepRow[] {
  return FACTORS.flatMap((factor) =>
    Object.entries(LEVELS[factor]).flatMap(([level, change]) =>
      DUTIES.map((dutyPercent) => ({ factor, level, dutyPercent, ...measured(dutyPercent, { ...USUAL, ...change }, runs, random) })),
    ),
  );
}

/** What the driver takes for a plan. */
function paced(plan: BurstPlan, { converter, length, spacingUs }: Setting): BurstPlan {
  return { count: Math.round(plan.count * length), spacingUs: spacingUs ?? spacingFor(plan, leastSpacingUs(converter)) };
}

function measured(
  dutyPercent: number,
  setting: Setting,
  runs: number,
  random: () => number,
): Told & Pick<SweepRow, "noiseV" | "outlierPercent" | "samples" | "spacingUs"> {
  const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(dutyPercent) };
  const adcV = new Float64Array(1024);
  const tally = newTally();
  for (const state of STATES) {
    let memory = EMPTY_PILOT_MEMORY;
    for (let run = -WARM_UP; run < runs; run += 1) {
      const { count, spacingUs } = paced(burstPlanFor(output, run + WARM_UP), setting);
      const line = lineOf(
        { carOhm: CAR_OHM[state], nanofarad: setting.nanofarad },
        dutyPercent,
        1000 * (1 + CRYSTALS_PPM * 1e-6 * (2 * random() - 1)),
      );
      convertInto(adcV, line, setting.converter, { ...setting, count, spacingUs }, setting, 1000 * random(), random);
      const step = readPilot(memory, { adcV, count, endedAt: Instant(run), output }, CALIBRATION);
      memory = step.memory;
      if (run >= 0) record(tally, state, line, seenIn(step.reading));
    }
  }
  const { count: samples, spacingUs } = paced(burstPlanFor(output, 0), setting);
  return { ...told(tally), noiseV: setting.noiseV, outlierPercent: setting.outlierPercent, samples, spacingUs };
}

export const sweepTable = (rows: readonly SweepRow[]): string =>
  table(
    ["changed", "to", "duty", "samples", "A/B as C/D", "wrong", "diode", "gap", "invalid", "high rms V", "worst", "low rms V", "worst"],
    rows.map((row) => [
      ...[row.factor, row.level, `${row.dutyPercent} %`, `${row.samples} × ${row.spacingUs.toFixed(1)}`],
      ...[row.falseRequest, row.wrong, row.falseDiode, row.gap, row.invalid].map(shareText),
      ...[row.highRmsV, row.highWorstV, row.lowRmsV, row.lowWorstV].map(voltsText),
    ]),
  );
