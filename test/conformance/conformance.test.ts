import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseScenarios } from "#cli/scenario/parse";
import { documentOf } from "../../tools/conformance/document.ts";
import { readReport, type TestResult } from "../../tools/conformance/results.ts";
import { rowsOf } from "../../tools/conformance/row.ts";
import { CHAPTERS, ROWS } from "../../tools/conformance/rows.ts";
import { judgeRows, rowsIn, unknownRows } from "../../tools/conformance/verdicts.ts";

const test = (title: string, outcome: TestResult["outcome"] = "pass", file = "src/a.test.ts"): TestResult => ({ title, file, outcome });
const LIST = rowsOf("ST-08 | software | opens |\nH1 | hardware | gate | a gate\nPX-01 | not-applicable | plug | the car's");
const verdicts = (...results: TestResult[]) => judgeRows(LIST, results).map((row) => row.verdict);

/** Ids from first to last of a numbered group. */
const numbered = (group: string, count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, index) => `${group}-${String(index + from).padStart(2, "0")}`);

describe("conformance list", () => {
  it("has every row once", () => {
    const windows = ["A", "B", "C", "D", "E", "L", "Ds"].map((window) => `VW-${window}`);
    const expected = [
      ...numbered("CP", 12),
      ...windows,
      ...numbered("VW", 10, 10),
      ...numbered("DC", 9),
      ...numbered("ST", 22),
      ...numbered("DI", 3),
      ...numbered("VE", 2),
      ...numbered("EF", 4),
      ...numbered("PX", 5),
      ...numbered("RL", 5),
      ...numbered("GM", 2),
      ...numbered("GF", 9),
      ...numbered("OC", 4),
      ...numbered("OT", 2),
      ...numbered("PW", 5),
      ...numbered("WD", 4),
      ...numbered("MT", 2),
      ...numbered("ER", 2),
      ...numbered("NE", 3),
      ...numbered("F", 47),
      ...Array.from({ length: 7 }, (_, index) => `I${index + 1}`),
      ...Array.from({ length: 12 }, (_, index) => `H${index + 1}`),
    ];
    assert.deepEqual(ROWS.map((row) => row.id).sort(), expected.sort());
  });

  it("names the hardware of every row that only hardware meets, and says why a row does not apply", () => {
    for (const row of ROWS) assert.equal(row.note === "", row.means === "software", row.id);
  });

  const garbled = [
    "ST-8 | software | x |",
    "ST-08 | maybe | x |",
    "ST-08 | software | |",
    "ST-08 | software | x | note",
    "H1 | hardware | x |",
    "ST-08",
  ];
  for (const line of garbled) {
    it(`refuses the line "${line}"`, () => assert.throws(() => rowsOf(line)));
  }
});

describe("conformance verdict", () => {
  it("reads rows in square brackets from a title and nothing else", () => {
    assert.deepEqual(rowsIn("opens 60 ms after F-11 [ST-08] [F-11] [I1] [VW-Ds] (not [this] nor [12])"), ["ST-08", "F-11", "I1", "VW-Ds"]);
  });

  it("is pass when a test shows the row and all that name it pass", () => {
    assert.deepEqual(verdicts(test("a [ST-08]"), test("b [ST-08]")), ["pass", "hardware-only", "not-applicable"]);
  });

  it("is fail when one test that names the row fails, hardware rows too", () => {
    assert.deepEqual(verdicts(test("a [ST-08]"), test("b [ST-08] [H1]", "fail")), ["fail", "fail", "not-applicable"]);
  });

  it("is untested without a test, and with pending tests only", () => {
    assert.deepEqual(verdicts(), ["untested", "hardware-only", "not-applicable"]);
    assert.deepEqual(verdicts(test("a [ST-08]", "pending"))[0], "untested");
  });

  it("finds rows that the list does not have", () => {
    assert.deepEqual(unknownRows(LIST, [test("a [ST-08]"), test("b [ST-99] [F-48]")]), ["F-48", "ST-99"]);
  });
});

describe("conformance results", () => {
  const report = (tests: object[], pending: object[] = []): string => JSON.stringify({ tests, pending });

  it("are read from mocha's report, with scenarios under their own file", () => {
    const file = join(import.meta.dirname, "x.test.ts");
    const text = report(
      [
        { fullTitle: "F-11-unplug.scenario Unplugged [F-11]", file, err: {} },
        { fullTitle: "b fails", file, err: { message: "no" } },
        { fullTitle: "c is skipped", file, err: {} },
      ],
      [{ fullTitle: "c is skipped", file, err: {} }],
    );
    assert.deepEqual(readReport(text), [
      { title: "F-11-unplug.scenario Unplugged [F-11]", file: "test/scenarios/F-11-unplug.scenario", outcome: "pass" },
      { title: "b fails", file: "test/conformance/x.test.ts", outcome: "fail" },
      { title: "c is skipped", file: "test/conformance/x.test.ts", outcome: "pending" },
    ]);
  });

  for (const text of ["", "null", "{}", '{"tests":[{"a":1}],"pending":[]}']) {
    it(`are not read from ${text === "" ? "nothing" : text}`, () => assert.throws(() => readReport(text)));
  }
});

describe("conformance document", () => {
  it("is the same for the same results in another order, and says that it is no certification", () => {
    const results = [test("a [ST-08]", "pass", "src/b.test.ts"), test("b [ST-08]", "pass", "src/a.test.ts"), test("c [F-11]")];
    const text = documentOf(CHAPTERS, judgeRows(ROWS, results));
    assert.equal(documentOf(CHAPTERS, judgeRows(ROWS, results.toReversed())), text);
    assert.match(text, /This is not a certification/);
    assert.match(text, /\| ST-08 \| .* \| pass, simulator \| .* \| \[a\.test\.ts\]\(\.\.\/src\/a\.test\.ts\) \[b\.test\.ts\]/);
  });
});

describe("scenario files", () => {
  it("name only rows of the list", () => {
    const folder = join(import.meta.dirname, "../scenarios");
    const known = new Set(ROWS.map((row) => row.id));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".scenario"));
    const named = files.flatMap((name) =>
      parseScenarios(name, readFileSync(join(folder, name), "utf8")).scenarios.flatMap((each) => each.rows),
    );
    assert.deepEqual(
      named.filter((row) => !known.has(row)),
      [],
    );
  });
});
