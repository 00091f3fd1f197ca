/** From the text of a scenario file to scenarios. */
import type { EvseConfig } from "#core/evse/config";
import { Millis } from "#core/units/units";
import { ACTION_WORDS, actionAhead, readActions } from "./actions.ts";
import { readCondition } from "./conditions.ts";
import type { Check, Scenario, Step, When } from "./scenario.ts";
import { readSettings, type Setting } from "./settings.ts";
import { ScenarioSyntaxError, Words } from "./words.ts";

const HEADERS = ["title", "rows", "seed", "runs", "charger"] as const;
const CHECKS = ["within", "between", "by", "for", "expect", "never", "always"] as const;
const NOW: When = { after: Millis(0) };

/** Every word a line can begin with. */
export const LINE_WORDS: readonly string[] = [...HEADERS, "at", "after", "wait", "from", ...CHECKS, "repeat", "end", ...ACTION_WORDS];

/** A scenario while it is read. */
interface Draft {
  readonly line: number;
  readonly title: string;
  rows: string[];
  seed: number;
  runs: number;
  readonly settings: Setting[];
  readonly steps: Step[];
  /** Steps of the repeat blocks that are still open, outermost first. */
  readonly open: { readonly line: number; readonly times: number; readonly steps: Step[] }[];
}

export interface Parsed {
  readonly scenarios: readonly Scenario[];
  /** One for each line that could not be understood; no scenario of the file should be run when there is any. */
  readonly errors: readonly ScenarioSyntaxError[];
}

/** Reads a file's text. A file holds one scenario or several, each begun by its `title`. */
export function parseScenarios(file: string, text: string): Parsed {
  const drafts: Draft[] = [];
  const errors: ScenarioSyntaxError[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = new Words(file, index + 1, line);
    if (words.ended) continue;
    try {
      readLine(words, drafts);
    } catch (error) {
      if (!(error instanceof ScenarioSyntaxError)) throw error;
      errors.push(error);
    }
  }
  for (const draft of drafts) {
    for (const block of draft.open)
      errors.push(new ScenarioSyntaxError(file, block.line, 1, 'expected "end" to close this repeat, the scenario ends'));
  }
  if (drafts.length === 0 && errors.length === 0) {
    errors.push(new ScenarioSyntaxError(file, 1, 1, "expected a scenario beginning with its title, the file is empty"));
  }
  return { scenarios: drafts.map((draft) => finished(file, draft)), errors };
}

function finished(file: string, draft: Draft): Scenario {
  const { line, title, rows, seed, runs, settings, steps } = draft;
  const charger = (defaults: EvseConfig): EvseConfig => settings.reduce((config, set) => set(config), defaults);
  return { file, line, title, rows, seed, runs, charger, steps };
}

function readLine(words: Words, drafts: Draft[]): void {
  if (words.take("title")) {
    drafts.push({ line: words.line, title: words.rest("the title"), rows: [], seed: 1, runs: 1, settings: [], steps: [], open: [] });
    return;
  }
  const draft = drafts.at(-1) ?? words.fail('"title" to begin a scenario');
  const steps = draft.open.at(-1)?.steps ?? draft.steps;
  const text = words.remaining;
  const { line } = words;

  if (words.take("rows")) draft.rows.push(...readRows(words));
  else if (words.take("seed")) draft.seed = wholeNumber(words, "a seed");
  else if (words.take("runs")) draft.runs = wholeNumber(words, "a number of runs");
  else if (words.take("charger")) draft.settings.push(...readSettings(words));
  else if (words.take("repeat")) {
    const times = wholeNumber(words, "how often to repeat");
    words.oneOf("the word after the count", ["times"]);
    words.end();
    draft.open.push({ line, times, steps: [] });
  } else if (words.ahead === "end") {
    const block = draft.open.pop() ?? words.fail('"repeat" before "end"');
    words.take("end");
    words.end();
    const outer = draft.open.at(-1)?.steps ?? draft.steps;
    for (let time = 0; time < block.times; time += 1) outer.push(...block.steps);
  } else if (words.take("from")) {
    words.oneOf("from where", ["here"]);
    words.end();
    steps.push({ kind: "fromHere", line, text });
  } else if (words.take("wait")) {
    const when = { after: words.duration() };
    words.end();
    steps.push({ kind: "wait", when, line, text });
  } else if (words.ahead === "at" || words.ahead === "after") {
    const when = words.take("at") ? { at: words.duration() } : { after: words.take("after") ? words.duration() : Millis(0) };
    if (words.take("expect")) {
      const check: Check = { kind: "expect", condition: readCondition(words) };
      steps.push({ kind: "wait", when, line, text }, { kind: "check", check, line, text });
    } else {
      steps.push({ kind: "act", when, actions: readActions(words), line, text });
    }
  } else if (actionAhead(words)) {
    steps.push({ kind: "act", when: NOW, actions: readActions(words), line, text });
  } else {
    const check = readCheck(words) ?? words.fail(words.oneOf("a line", LINE_WORDS));
    steps.push({ kind: "check", check, line, text });
  }
}

/** A check that begins with its own word, or null when another word stands there. */
function readCheck(words: Words): Check | null {
  const kind = CHECKS.find((each) => words.take(each));
  switch (kind) {
    case undefined:
      return null;
    case "within":
      return { kind, limit: words.duration(), condition: readCondition(words) };
    case "by":
      return { kind, at: words.duration(), condition: readCondition(words) };
    case "for":
      return { kind, duration: words.duration(), condition: readCondition(words) };
    case "between": {
      const from = words.duration();
      if (!words.take("and")) words.fail('"and" and the later time');
      const to = words.duration();
      return { kind, from, to, condition: readCondition(words) };
    }
    case "expect":
    case "never":
    case "always":
      return { kind, condition: readCondition(words) };
  }
}

function readRows(words: Words): string[] {
  const rows: string[] = [];
  do {
    if (!/^([A-Z]{2}-[0-9A-Za-z]+|F-\d{2}|[IH]\d{1,2})$/.test(words.ahead))
      words.fail("a row of the conformance list such as ST-08, F-11 or I1");
    rows.push(words.word("a row"));
  } while (!words.ended);
  return rows;
}

function wholeNumber(words: Words, what: string): number {
  if (!/^[1-9]\d*$/.test(words.ahead)) words.fail(`${what}, a whole number from 1`);
  const value = words.number(what);
  return value;
}
