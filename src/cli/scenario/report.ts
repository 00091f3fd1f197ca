/** What people and programs read of a run. */
import type { Moment, RunResult, Verdict } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { durationText } from "./words.ts";

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly runs: readonly RunResult[];
  readonly passed: boolean;
  /** Virtual and real time of all runs. */
  readonly lastedMs: number;
  readonly tookMs: number;
}

/** A check over all runs: whether it held in all, and how early and late it came. */
interface Judged {
  readonly line: number;
  readonly text: string;
  readonly passed: boolean;
  readonly earliestMs: number | null;
  readonly latestMs: number | null;
  readonly instead: string | null;
}

/** The run to tell the story of: the first that failed, else the first. */
export const toldRun = (result: ScenarioResult): RunResult | undefined => result.runs.find((run) => !run.passed) ?? result.runs[0];

/** Verdicts by the check they belong to; within a repeat block a line has several, told apart by their order. */
function byCheck(runs: readonly RunResult[]): Map<string, Verdict[]> {
  const checks = new Map<string, Verdict[]>();
  for (const { verdicts } of runs) {
    const times = new Map<number, number>();
    for (const verdict of verdicts) {
      const time = times.get(verdict.line) ?? 0;
      times.set(verdict.line, time + 1);
      const key = `${verdict.line} ${time}`;
      checks.set(key, [...(checks.get(key) ?? []), verdict]);
    }
  }
  return checks;
}

function judge(result: ScenarioResult): Judged[] {
  // The run that came furthest has the checks in their order; what only others have comes after.
  const runs = result.runs.toSorted((a, b) => b.verdicts.length - a.verdicts.length);
  return [...byCheck(runs).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const moments = all.flatMap((each) => each.afterMs ?? []);
    return {
      line: first.line,
      text: first.text,
      passed: all.every((each) => each.passed),
      earliestMs: moments.length === 0 ? null : Math.min(...moments),
      latestMs: moments.length === 0 ? null : Math.max(...moments),
      instead: all.find((each) => !each.passed)?.instead ?? null,
    };
  });
}

const rowsText = (scenario: Scenario): string => scenario.rows.map((row) => `[${row}]`).join(" ");

/** Title with its rows, as test titles have them. */
export const titleOf = (scenario: Scenario): string => `${scenario.title} ${rowsText(scenario)}`.trim();

const MARKS: Readonly<Record<Moment["kind"], string>> = { action: "▸", event: "·", verdict: "✓", broken: "✗" };

function storyLine(moment: Moment): string {
  const mark = moment.passed === false ? "✗" : MARKS[moment.kind];
  const offer = moment.offeredCurrentA === null ? "" : moment.offeredCurrentA === 0 ? "–" : `${moment.offeredCurrentA.toFixed(1)} A`;
  const columns = [
    `${(moment.at / 1000).toFixed(3)} s`.padStart(12),
    (moment.state ?? "–").padEnd(7),
    offer.padStart(6),
    (moment.relay ?? "–").padEnd(7),
    `${mark} ${moment.text}`,
  ];
  return `${columns.join("  ")}${moment.faults.length === 0 ? "" : `   ${moment.faults.join(", ")}`}`.trimEnd();
}

/** Timeline of one run, a line for each thing that happened. */
export function storyText(run: RunResult): string {
  const head = `${"time".padStart(12)}  ${"state".padEnd(7)}  ${"offer".padStart(6)}  ${"relay".padEnd(7)}  what happened`;
  return [head, ...run.story.map(storyLine)].join("\n");
}

const spread = ({ earliestMs, latestMs }: Judged): string => {
  if (earliestMs === null || latestMs === null) return "";
  return durationText(earliestMs) === durationText(latestMs)
    ? `  after ${durationText(latestMs)}`
    : `  after ${durationText(earliestMs)} to ${durationText(latestMs)}`;
};

/** Verdict of each check over all runs, and every broken promise. */
export function verdictText(result: ScenarioResult): string {
  const checks = judge(result).map((each) =>
    each.passed ? `  ✓ ${each.text}${spread(each)}` : `  ✗ ${each.text}: ${each.instead} (line ${each.line})`,
  );
  const broken = [...new Set(result.runs.flatMap((run) => run.broken))].map((promise) => `  ✗ ${promise}`);
  return [...checks, ...broken].join("\n");
}

/** One line for a scenario. */
export function summaryLine(result: ScenarioResult): string {
  const runs = result.runs.length === 1 ? "" : `, ${result.runs.length} runs`;
  return `${result.passed ? "✓" : "✗"} ${titleOf(result.scenario)}  (${durationText(result.lastedMs)}${runs})`;
}

/** Why a scenario failed, for a test's message. */
export function failureText(result: ScenarioResult): string {
  const run = toldRun(result);
  return `${titleOf(result.scenario)}\n${verdictText(result)}\n${run === undefined ? "" : `seed ${run.seed}\n${storyText(run)}`}`;
}

/** What `--json` prints for a scenario. */
export function resultJson(result: ScenarioResult, withStory: boolean): object {
  const run = toldRun(result);
  return {
    file: result.scenario.file,
    title: result.scenario.title,
    rows: result.scenario.rows,
    passed: result.passed,
    runs: result.runs.length,
    seed: run?.seed ?? null,
    virtualMs: result.lastedMs,
    checks: judge(result),
    broken: [...new Set(result.runs.flatMap((each) => each.broken))],
    ...(withStory && run !== undefined ? { story: run.story } : {}),
  };
}
