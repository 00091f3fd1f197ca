/**
 * How well a burst of unsynchronised samples shows the pilot: `node --conditions=source bench/sampling.ts [--runs N] [--seed N] [--json]`.
 * Each row is one duty under one disturbance, over states A to D, 1, 3 and 5.5 nF, pilot frequencies of 980 to 1020 Hz and all
 * phases. `readPilot` stands beside the estimators it was chosen over, which all get the same samples.
 */
import { parseArgs } from "node:util";
import { burstPlanFor } from "#core/pilot/plan";
import { EMPTY_PILOT_MEMORY, readPilot } from "#core/pilot/read";
import type { PilotBurst, PilotCalibration, PilotOutput } from "#core/pilot/types";
import { windowOfHigh } from "#core/pilot/windows";
import { DutyPercent, Instant, Volts } from "#core/units/units";
import { CAR_OHM, GAIN, lineOf, OFFSET_V, sampleInto, seededRandom } from "./pilot-waveform.ts";

const DUTIES = [10, 16, 50, 85, 90, 96] as const;
const DISTURBANCES = [
  { name: "clean (30 mV)", noiseV: 0.03, outlierPercent: 0 },
  { name: "noise 0.1 V", noiseV: 0.1, outlierPercent: 0 },
  { name: "noise 0.3 V", noiseV: 0.3, outlierPercent: 0 },
  { name: "noise 0.3 V, 5 % outliers", noiseV: 0.3, outlierPercent: 5 },
  { name: "hum 1 Vpp, noise 0.1 V", noiseV: 0.1, humVpp: 1 },
  { name: "hold error 15 %, noise 0.1 V", noiseV: 0.1, holdError: 0.15 },
] as const;
const NANOFARADS = [1, 3, 5.5] as const;
const STATES = ["A", "B", "C", "D"] as const;
type State = (typeof STATES)[number];

const CALIBRATION: PilotCalibration = { gain: GAIN, offsetV: Volts(OFFSET_V) };
/** Samples above this belong to the high phase, for the estimators that need to be told. */
const MIDDLE_V = -1.75;
/** A steady line is read this often to time one reading. */
const TIMED_READINGS = 100_000;

type Estimator = (ascending: Float64Array) => number;

/** What others do with the same samples, sorted. */
const RIVALS: Readonly<Record<string, Estimator>> = {
  "highest sample": (ascending) => ascending[ascending.length - 1] ?? Number.NaN,
  "3rd highest": (ascending) => ascending[ascending.length - 3] ?? Number.NaN,
  "median of the upper": (ascending) => {
    const first = ascending.findIndex((volts) => volts > MIDDLE_V);
    return first < 0 ? Number.NaN : (ascending[(first + ascending.length) >> 1] ?? Number.NaN);
  },
};

interface Tally {
  readings: number;
  invalid: number;
  gap: number;
  /** A or B read as C or D: what must not happen. */
  falseRequest: number;
  /** Any other wrong state. */
  wrong: number;
  worstErrorV: number;
}

const newTally = (): Tally => ({ readings: 0, invalid: 0, gap: 0, falseRequest: 0, wrong: 0, worstErrorV: 0 });

function record(tally: Tally, truth: State, trueV: number, seen: string | null, seenV: number | null): void {
  tally.readings += 1;
  if (seenV !== null) {
    tally.worstErrorV = Math.max(tally.worstErrorV, Math.abs(seenV - trueV));
  }
  if (seen === null) {
    tally.invalid += 1;
  } else if (seen === "gap") {
    tally.gap += 1;
  } else if ((truth === "A" || truth === "B") && (seen === "C" || seen === "D")) {
    tally.falseRequest += 1;
  } else if (seen !== truth) {
    tally.wrong += 1;
  }
}

interface Row {
  readonly dutyPercent: number;
  readonly disturbance: string;
  readonly estimator: string;
  readonly tally: Tally;
}

function measure(dutyPercent: number, disturbance: (typeof DISTURBANCES)[number], runs: number, random: () => number): Row[] {
  const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(dutyPercent) };
  const adcV = new Float64Array(512);
  const tallies = new Map(["readPilot", ...Object.keys(RIVALS)].map((name) => [name, newTally()]));
  for (const state of STATES) {
    for (const nanofarad of NANOFARADS) {
      let memory = EMPTY_PILOT_MEMORY;
      for (let run = -WARM_UP; run < runs; run += 1) {
        const plan = burstPlanFor(output, run + WARM_UP);
        const line = lineOf({ carOhm: CAR_OHM[state], nanofarad }, dutyPercent, 980 + 40 * random());
        sampleInto(adcV, line, { ...plan, startUs: 1000 * random(), humPhase: 2 * Math.PI * random(), ...disturbance }, random);
        const step = readPilot(memory, { adcV, count: plan.count, endedAt: Instant(run), output }, CALIBRATION);
        memory = step.memory;
        if (run < 0) {
          continue;
        }
        const { reading } = step;
        record(tallyOf(tallies, "readPilot"), state, line.highV, reading.valid ? reading.state : null, reading.highV);
        const ascending = adcV
          .slice(0, plan.count)
          .sort()
          .map((volts) => volts * GAIN + OFFSET_V);
        for (const [name, estimate] of Object.entries(RIVALS)) {
          const volts = estimate(ascending);
          record(tallyOf(tallies, name), state, line.highV, windowOfHigh(Volts(volts)), volts);
        }
      }
    }
  }
  return [...tallies].map(([estimator, tally]) => ({ dutyPercent, disturbance: disturbance.name, estimator, tally }));
}

/** Bursts that fill the memory of the low phase before readings count. */
const WARM_UP = 4;

function tallyOf(tallies: ReadonlyMap<string, Tally>, name: string): Tally {
  return tallies.get(name) ?? newTally();
}

/** @returns microseconds per reading at each duty, on a warm engine. */
function timeReadings(random: () => number): { dutyPercent: number; samples: number; microseconds: number }[] {
  const burstsAt = (dutyPercent: number): PilotBurst[] => {
    const output: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(dutyPercent) };
    return Array.from({ length: 64 }, (_, sequence) => {
      const plan = burstPlanFor(output, sequence);
      const adcV = new Float64Array(plan.count);
      sampleInto(adcV, lineOf({ carOhm: CAR_OHM.C }, dutyPercent), { ...plan, startUs: 1000 * random(), noiseV: 0.03 }, random);
      return { adcV, count: plan.count, endedAt: Instant(sequence), output };
    });
  };
  const read = (bursts: readonly PilotBurst[]): number => {
    let memory = EMPTY_PILOT_MEMORY;
    const start = performance.now();
    for (let turn = 0; turn < TIMED_READINGS; turn += bursts.length) {
      for (const burst of bursts) {
        memory = readPilot(memory, burst, CALIBRATION).memory;
      }
    }
    return ((performance.now() - start) * 1000) / TIMED_READINGS;
  };
  for (const dutyPercent of DUTIES) {
    read(burstsAt(dutyPercent));
  }
  return DUTIES.map((dutyPercent) => {
    const bursts = burstsAt(dutyPercent);
    const microseconds = Math.min(read(bursts), read(bursts), read(bursts));
    return { dutyPercent, samples: bursts[0]?.count ?? 0, microseconds: Number(microseconds.toFixed(2)) };
  });
}

function printed(rows: readonly Row[]): string {
  const share = (part: number, whole: number): string => (part === 0 ? "-" : (part / whole).toExponential(1));
  const head = ["duty", "disturbance", "estimator", "A/B as C/D", "wrong", "gap", "invalid", "worst V"];
  const body = rows.map(({ dutyPercent, disturbance, estimator, tally }) => [
    `${dutyPercent} %`,
    disturbance,
    estimator,
    share(tally.falseRequest, tally.readings),
    share(tally.wrong, tally.readings),
    share(tally.gap, tally.readings),
    share(tally.invalid, tally.readings),
    tally.worstErrorV.toFixed(2),
  ]);
  const table = [head, ...body];
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

const { values } = parseArgs({
  options: { runs: { type: "string", default: "1000" }, seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!(Number.isInteger(runs) && runs > 0 && Number.isInteger(seed))) {
  throw new RangeError(`sampling: --runs and --seed take whole numbers, got ${values.runs} and ${values.seed}`);
}
const random = seededRandom(seed);
const rows = DISTURBANCES.flatMap((disturbance) => DUTIES.flatMap((duty) => measure(duty, disturbance, runs, random)));
const timing = timeReadings(random);
if (values.json) {
  process.stdout.write(`${JSON.stringify({ runs, seed, readingsPerRow: runs * STATES.length * NANOFARADS.length, rows, timing })}\n`);
} else {
  process.stdout.write(
    `${printed(rows)}\n\n${timing.map((row) => `${row.dutyPercent} %: ${row.samples} samples, ${row.microseconds} µs a reading`).join("\n")}\n`,
  );
}
