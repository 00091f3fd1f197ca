import assert from "node:assert/strict";
import { parseScenarios } from "./parse.ts";
import { failureText, resultJson, type ScenarioResult, summaryLine, verdictText } from "./report.ts";
import type { RunResult, Verdict } from "./run.ts";

const { scenarios } = parseScenarios("a.scenario", "title A story\nrows F-11 I1\nnever coil on\n");
const [scenario] = scenarios;
assert.ok(scenario);

const verdict = (line: number, passed: boolean, afterMs: number | null = null): Verdict => ({
  line,
  text: `check ${line}`,
  passed,
  afterMs,
  instead: passed ? null : "something else",
});
const run = (seed: number, verdicts: readonly Verdict[], broken: readonly string[] = []): RunResult => ({
  seed,
  passed: broken.length === 0 && verdicts.every((each) => each.passed),
  verdicts,
  broken,
  story: [],
  lastedMs: 1000,
});
const resultOf = (...runs: RunResult[]): ScenarioResult => ({
  scenario,
  runs,
  passed: runs.every((each) => each.passed),
  lastedMs: 2000,
  tookMs: 1,
});

describe("scenario report", () => {
  it("gives each check the span in which it came over all runs", () => {
    const result = resultOf(run(1, [verdict(4, true, 20)]), run(2, [verdict(4, true, 31)]));
    assert.equal(verdictText(result), "  ✓ check 4  after 20 ms to 31 ms");
    assert.equal(summaryLine(result), "✓ A story [F-11] [I1]  (2 s, 2 runs)");
  });

  it("fails a check that one run failed, though its verdict came earlier than in the others", () => {
    const good = run(1, [verdict(4, true), verdict(5, true), verdict(3, true)]);
    const bad = run(2, [verdict(4, true), verdict(3, false)]);
    assert.deepEqual(verdictText(resultOf(good, bad)).split("\n"), ["  ✓ check 4", "  ✓ check 5", "  ✗ check 3: something else (line 3)"]);
  });

  it("keeps the checks of a repeat block apart", () => {
    const text = verdictText(resultOf(run(1, [verdict(4, true, 10), verdict(4, true, 900)])));
    assert.deepEqual(text.split("\n"), ["  ✓ check 4  after 10 ms", "  ✓ check 4  after 900 ms"]);
  });

  it("names every broken promise once and the seed that repeats it", () => {
    const result = resultOf(run(1, []), run(2, [], ["I1: broken"]), run(3, [], ["I1: broken"]));
    assert.equal(verdictText(result), "  ✗ I1: broken");
    assert.match(failureText(result), /seed 2/);
    assert.deepEqual(resultJson(result, false), {
      file: "a.scenario",
      title: "A story",
      rows: ["F-11", "I1"],
      passed: false,
      runs: 3,
      seed: 2,
      virtualMs: 2000,
      checks: [],
      broken: ["I1: broken"],
    });
  });
});
