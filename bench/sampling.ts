/**
 * `npm run bench:sampling -- [--runs N] [--seed N] [--json [FILE]]`: how well bursts of unsynchronised samples show the pilot. The reading
 * beside other estimators; what noise, capacitance, converter, length, spacing and pace each do; and the design's figures beside ours.
 * Ends with exit code 1 when a goal is missed.
 */
import { parseArgs } from "node:util";
import { seededRandom } from "./pilot-waveform.ts";
import { verdictOf } from "./report/goals.ts";
import { publish } from "./report/options.ts";
import { agreementOf, compareWithDesign, designTable } from "./sampling/design-figures.ts";
import { compareEstimators, estimatorTable } from "./sampling/estimators.ts";
import { goalsOfDesign, goalsOfEstimators, goalsOfSweep } from "./sampling/goals.ts";
import { sweep, sweepTable } from "./sampling/sweeps.ts";
import { timeReadings } from "./sampling/timing.ts";

const { values, positionals } = parseArgs({
  options: { runs: { type: "string", default: "1000" }, seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!(Number.isInteger(runs) && runs > 0 && Number.isInteger(seed))) {
  throw new RangeError(`sampling: --runs and --seed take whole numbers, got ${values.runs} and ${values.seed}`);
}
const [file, ...more] = positionals;
if (more.length > 0 || (file !== undefined && !values.json))
  throw new RangeError("sampling: expected [--runs N] [--seed N] [--json [FILE]]");

const estimators = compareEstimators(runs, seededRandom(seed));
const sweeps = sweep(runs, seededRandom(seed));
const design = compareWithDesign(seededRandom(seed));
const timing = timeReadings(seededRandom(seed));

const judged = [...goalsOfSweep(sweeps), ...goalsOfEstimators(estimators), ...goalsOfDesign(design)].map((goal) => ({
  ...goal,
  verdict: verdictOf(goal),
}));
const missed = judged.filter(({ verdict }) => verdict === "missed");
const verdict =
  missed.length === 0
    ? `All ${judged.length} goals are reached.`
    : missed.map(({ name, measured, atMost, unit }) => `missed: ${name}: ${measured} ${unit}, wanted ≤ ${atMost}`).join("\n");
const costs = timing.map(({ dutyPercent, samples, microseconds }) => `${dutyPercent} %: ${samples} samples, ${microseconds} µs a reading`);

publish(
  { short: false, strict: true, json: values.json ? (file ?? "") : null },
  [estimatorTable(estimators), sweepTable(sweeps), designTable(design), costs.join("\n"), verdict].join("\n\n"),
  { runs, seed, estimators, sweeps, design: design.map((each) => ({ ...each, agreement: agreementOf(each) })), timing, goals: judged },
);
process.exitCode = missed.length === 0 ? 0 : 1;
