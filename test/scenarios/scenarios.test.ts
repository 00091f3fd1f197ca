/** Every scenario file beside this one is a test: on virtual time, through the real safety loop and the simulated board. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseScenarios } from "#cli/scenario/parse";
import { play } from "#cli/scenario/play";
import { failureText, titleOf } from "#cli/scenario/report";

const FOLDER = import.meta.dirname;

/** Parses a file's text and makes a test of each of its scenarios. */
function test(file: string, text: string): void {
  describe(file, function () {
    // The longest lives through seven hours; a machine that is busy with other things needs its time for them.
    this.timeout(120_000);
    const { scenarios, errors } = parseScenarios(file, text);
    assert.deepEqual(
      errors.map((error) => error.message),
      [],
    );
    for (const scenario of scenarios) {
      it(titleOf(scenario), async () => {
        const result = await play(scenario);
        assert.ok(result.passed, failureText(result));
      });
    }
  });
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".scenario"))) test(file, readFileSync(join(FOLDER, file), "utf8"));

const example = /```text\n(title[^`]*)```/.exec(readFileSync(join(FOLDER, "../../docs/scenarios.md"), "utf8"))?.[1];
assert.ok(example);
test("docs/scenarios.md", example);
