/** `npm run conformance`: every row of the conformance list with its verdict and the tests that show it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { documentOf } from "./document.ts";
import { PROJECT, readReport, runTests, type TestResult } from "./results.ts";
import { CHAPTERS, ROWS } from "./rows.ts";
import { type JudgedRow, judgeRows, unknownRows } from "./verdicts.ts";

const USAGE = `npm run conformance -- [options] [REPORT.json …]

Runs the tests that need only Node (some minutes), and judges every row by those that name it.

  --tests FILE  use this report of mocha's JSON reporter instead of running the tests
  REPORT.json   more reports, of other suites
  --json        print every row with its verdict and tests as JSON
  --write       write docs/conformance.md
  --check       fail when docs/conformance.md is not what would be written

Exit code: 0 every row that software can meet passes, 1 one does not or the document is stale, 2 the command or a report could not be understood.
`;

const DOCUMENT = join(PROJECT, "docs/conformance.md");

const readArgs = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      tests: { type: "string" },
      json: { type: "boolean" },
      write: { type: "boolean" },
      check: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });

const fromFile = (path: string): TestResult[] => readReport(readFileSync(path, "utf8"));

function textOf(row: JudgedRow): string {
  const shown = row.tests.length === 0 ? "" : `  (${row.tests.length} ${row.tests.length === 1 ? "test" : "tests"})`;
  return `${row.verdict.padEnd(14)} ${row.id.padEnd(6)} ${row.requirement}${shown}\n`;
}

async function main(): Promise<number> {
  const { values, positionals } = readArgs();
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const tests = values.tests === undefined ? await runTests() : fromFile(values.tests);
  const results = [...tests, ...positionals.flatMap(fromFile)];
  const judged = judgeRows(ROWS, results);
  const unmet = judged.filter((row) => row.verdict === "fail" || row.verdict === "untested");
  const unknown = unknownRows(ROWS, results);
  const text = documentOf(CHAPTERS, judged);

  if (values.write === true) writeFileSync(DOCUMENT, text);
  const stale = values.check === true && (!existsSync(DOCUMENT) || readFileSync(DOCUMENT, "utf8") !== text);

  if (values.json === true) {
    const rows = judged.map(({ tests: shown, ...row }) => ({ ...row, tests: shown }));
    process.stdout.write(`${JSON.stringify({ passed: unmet.length === 0, unknown, rows }, null, 2)}\n`);
  } else {
    for (const row of judged) process.stdout.write(textOf(row));
    process.stdout.write(`\n${judged.length} rows, ${unmet.length} not met: ${unmet.map((row) => row.id).join(" ") || "none"}\n`);
  }
  for (const id of unknown) process.stderr.write(`A test names the row [${id}], which the list does not have.\n`);
  if (stale) process.stderr.write("docs/conformance.md is stale: run `npm run conformance -- --write` and commit it.\n");
  return unmet.length === 0 && unknown.length === 0 && !stale ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
