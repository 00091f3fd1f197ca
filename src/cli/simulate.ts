/** `j1772 simulate`: runs scenarios on virtual time and prints what happened. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fileFailure } from "#cli/file-failure";
import type { Io } from "#cli/io";
import { parseScenarios } from "#cli/scenario/parse";
import { play } from "#cli/scenario/play";
import { resultJson, type ScenarioResult, storyText, summaryLine, toldRun, verdictText } from "#cli/scenario/report";
import type { Scenario } from "#cli/scenario/scenario";
import { durationText } from "#cli/scenario/words";

const USAGE = `j1772 simulate SCENARIO… [options]: runs scenarios on virtual time and prints what happened

  SCENARIO     a .scenario file, or a folder of them
  --json       print the results as one JSON object
  --seed N     another seed for noise and chance (a whole number from 1)
  --verbose    the timeline of every run; with --json, of the run that tells most
  --quiet      one line for each scenario

Exit code: 0 all passed, 1 a check failed or a promise broke, 2 a scenario or the command could not be understood.
The language: https://github.com/opencharge/node-red-j1772/blob/main/docs/scenarios.md
`;

const PASSED = 0;
const FAILED = 1;
const NOT_UNDERSTOOD = 2;

/** Text an `Error` carries, whatever was thrown. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The scenario files a path means: itself, or all in the folder, by name. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(".scenario"))
    .sort()
    .map((name) => join(path, name));
}

/** Reads all scenarios, or says what is wrong with them and returns null. */
function readAll(paths: readonly string[], io: Io): Scenario[] | null {
  const scenarios: Scenario[] = [];
  let understood = true;
  for (const path of paths) {
    try {
      const files = filesOf(path);
      if (files.length === 0) throw new Error(`${path}: expected files ending in .scenario, the folder has none`);
      for (const file of files) {
        const parsed = parseScenarios(file, readFileSync(file, "utf8"));
        scenarios.push(...parsed.scenarios);
        for (const error of parsed.errors) io.err(`${error.message}\n`);
        understood &&= parsed.errors.length === 0;
      }
    } catch (error) {
      io.err(`${fileFailure(error) ?? messageOf(error)}\n`);
      understood = false;
    }
  }
  return understood ? scenarios : null;
}

function tell(result: ScenarioResult, quiet: boolean, verbose: boolean, io: Io): void {
  io.out(`${summaryLine(result)}\n`);
  if (quiet && result.passed) return;
  io.out(`${verdictText(result)}\n`);
  if (quiet) return;
  for (const run of verbose ? result.runs : [toldRun(result)]) if (run !== undefined) io.out(`\nseed ${run.seed}\n${storyText(run)}\n`);
  io.out("\n");
}

/** Runs the command. @returns the exit code. */
export async function simulate(args: readonly string[], io: Io): Promise<number> {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    io.err(`${messageOf(error)}\n\n${USAGE}`);
    return NOT_UNDERSTOOD;
  }
  const { values, positionals, seed } = parsed;
  if (values.help === true) {
    io.out(USAGE);
    return PASSED;
  }
  if (positionals.length === 0) {
    io.err(`A scenario is missing.\n\n${USAGE}`);
    return NOT_UNDERSTOOD;
  }
  const scenarios = readAll(positionals, io);
  if (scenarios === null) return NOT_UNDERSTOOD;

  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await play(scenario, seed ?? scenario.seed);
    results.push(result);
    if (values.json !== true) tell(result, values.quiet === true, values.verbose === true, io);
  }
  const failed = results.filter((result) => !result.passed).length;
  const virtualMs = results.reduce((sum, result) => sum + result.lastedMs, 0);
  const realMs = results.reduce((sum, result) => sum + result.tookMs, 0);
  const speed = Math.round(virtualMs / realMs);
  if (values.json === true) {
    const told = results.map((result) => resultJson(result, values.verbose === true));
    io.out(`${JSON.stringify({ passed: failed === 0, failed, virtualMs, realMs: Math.round(realMs), speed, scenarios: told }, null, 2)}\n`);
  } else {
    const verdict = failed === 0 ? `${results.length} passed` : `${failed} of ${results.length} failed`;
    io.out(`${verdict}: ${durationText(virtualMs)} in ${durationText(realMs)}, ${speed} × real time\n`);
  }
  return failed === 0 ? PASSED : FAILED;
}

function read(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      verbose: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.seed !== undefined && !/^[1-9]\d{0,8}$/.test(values.seed)) {
    throw new Error(`--seed: expected a whole number from 1, got "${values.seed}"`);
  }
  return { values, positionals, seed: values.seed === undefined ? null : Number(values.seed) };
}
