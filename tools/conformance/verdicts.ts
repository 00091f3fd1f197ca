/** From test results to a verdict for every row. */
import type { TestResult } from "./results.ts";
import type { Row } from "./row.ts";

export type Verdict = "pass" | "fail" | "untested" | "hardware-only" | "not-applicable";

export interface JudgedRow extends Row {
  readonly verdict: Verdict;
  /** Tests that name the row, by file and title. */
  readonly tests: readonly TestResult[];
}

/** Loose on purpose, so that `[ST-8]` is found and told of. */
const ROW_IN_TITLE = /\[([A-Z]{1,2}-?\d+|VW-[A-Z][a-z]?)\]/g;

/** Rows a test's title names in square brackets. */
export const rowsIn = (title: string): string[] => [...title.matchAll(ROW_IN_TITLE)].map(([, id]) => id ?? "");

const byPlace = (a: TestResult, b: TestResult): number => (a.file === b.file ? compare(a.title, b.title) : compare(a.file, b.file));
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function verdictOf(row: Row, tests: readonly TestResult[]): Verdict {
  if (tests.some((test) => test.outcome === "fail")) return "fail";
  if (row.means === "hardware") return "hardware-only";
  if (row.means === "not-applicable") return "not-applicable";
  return tests.some((test) => test.outcome === "pass") ? "pass" : "untested";
}

/** Judges every row by the tests that name it. */
export function judgeRows(rows: readonly Row[], results: readonly TestResult[]): JudgedRow[] {
  const naming = new Map<string, TestResult[]>();
  for (const result of results) {
    for (const id of new Set(rowsIn(result.title))) naming.set(id, [...(naming.get(id) ?? []), result]);
  }
  return rows.map((row) => {
    const tests = (naming.get(row.id) ?? []).toSorted(byPlace);
    return { ...row, verdict: verdictOf(row, tests), tests };
  });
}

/** Row-like names in titles that no row has: a typo would otherwise show nothing. */
export function unknownRows(rows: readonly Row[], results: readonly TestResult[]): string[] {
  const known = new Set(rows.map((row) => row.id));
  return [...new Set(results.flatMap((result) => rowsIn(result.title)))].filter((id) => !known.has(id)).sort(compare);
}
