/** Test results as mocha's JSON reporter writes them. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export interface TestResult {
  /** Titles of its suites and its own. */
  readonly title: string;
  /** From the project's folder, with forward slashes; a scenario's own file where the title names one. */
  readonly file: string;
  readonly outcome: "pass" | "fail" | "pending";
}

interface MochaTest {
  readonly fullTitle: string;
  readonly file: string | null;
  readonly err: object;
}

const isTest = (value: unknown): value is MochaTest =>
  typeof value === "object" && value !== null && "fullTitle" in value && typeof value.fullTitle === "string" && "err" in value;

const listOf = (report: object, name: string): MochaTest[] => {
  const list = (report as Record<string, unknown>)[name];
  if (!Array.isArray(list) || !list.every(isTest)) throw new Error(`not a report of mocha: "${name}" is no list of tests`);
  return list;
};

/** Scenario tests carry their file's name in the title; that file shows the row, not the suite that plays it. */
function fileOf(test: MochaTest): string {
  const scenario = /\S+\.scenario\b/.exec(test.fullTitle)?.[0];
  if (scenario !== undefined) return `test/scenarios/${scenario}`;
  return test.file === null ? "" : relative(PROJECT, test.file).replaceAll("\\", "/");
}

/** @throws Error when the text is no report of mocha's JSON reporter. */
export function readReport(text: string): TestResult[] {
  const report: unknown = JSON.parse(text);
  if (typeof report !== "object" || report === null) throw new Error("not a report of mocha");
  const pending = new Set(listOf(report, "pending").map((test) => test.fullTitle));
  return listOf(report, "tests").map((test) => ({
    title: test.fullTitle,
    file: fileOf(test),
    outcome: pending.has(test.fullTitle) ? "pending" : Object.keys(test.err).length > 0 ? "fail" : "pass",
  }));
}

/** Tests that need only Node: the quick ones, and those with processes of their own. */
const CONFIGURATIONS = [".mocharc.quick.json", ".mocharc.process.json"];

/** Runs the tests that need only Node. @throws Error when mocha leaves no report. */
export async function runTests(): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const configuration of CONFIGURATIONS) results.push(...(await runMocha(configuration)));
  return results;
}

async function runMocha(configuration: string): Promise<TestResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    const report = join(folder, "report.json");
    const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
    const args = [mocha, "--config", configuration, "--reporter", "json", "--reporter-option", `output=${report}`];
    const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ["ignore", "ignore", "inherit"] });
    await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return readReport(readFileSync(report, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
