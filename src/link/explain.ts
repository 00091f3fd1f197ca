/** Says in one line what a schema refused. */
import type * as v from "valibot";

/** Longest explanation, characters; enough for a handful of fields, or for all interlocks of a board. */
const LONGEST = 1_000;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

const show = (value: unknown): string => cut(typeof value === "string" ? JSON.stringify(value) : String(value), 40);

function explainIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((step) => String(step.key)).join(".");
  const name = path === "" ? "the value" : cut(path, 80);
  if (issue.expected === null) return path === "" ? issue.message : `${name}: ${issue.message}`;
  if (issue.type === "strict_object" && issue.expected === "never") return `${name} is not a known key`;
  if (issue.input === undefined) return `${name} is missing`;
  const expected = issue.type.endsWith("_length") ? `a length ${issue.expected}` : issue.expected;
  return `${name}: expected ${expected}, got ${show(issue.input)}`;
}

/** For example `limitA: expected <=80, got 99; foo is not a known key`. */
export function explain(issues: readonly v.BaseIssue<unknown>[]): string {
  return cut(issues.map(explainIssue).join("; "), LONGEST);
}
