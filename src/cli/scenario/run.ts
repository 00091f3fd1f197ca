/** Runs a scenario on a rig: does what it says when it says so, and judges every check. */
import type { EventMessage } from "#link/messages";
import { eventText } from "./claims.ts";
import type { Condition } from "./conditions.ts";
import type { Rig } from "./rig.ts";
import type { Check, Scenario, Step } from "./scenario.ts";
import { durationText } from "./words.ts";

export interface Verdict {
  readonly line: number;
  readonly text: string;
  readonly passed: boolean;
  /** How long after the last action it became true, ms; null where that has no meaning. */
  readonly afterMs: number | null;
  /** What there was instead; null when it passed. */
  readonly instead: string | null;
}

/** One line of the story: what happened, and what the charger said of itself then. */
export interface Moment {
  readonly at: number;
  readonly kind: "action" | "event" | "verdict" | "broken";
  readonly text: string;
  readonly passed?: boolean;
  readonly event?: EventMessage;
  readonly state: string | null;
  readonly offeredCurrentA: number | null;
  readonly relay: string | null;
  readonly faults: readonly string[];
}

export interface RunResult {
  readonly seed: number;
  readonly passed: boolean;
  readonly verdicts: readonly Verdict[];
  readonly broken: readonly string[];
  readonly story: readonly Moment[];
  /** Time that passed in the scenario. */
  readonly lastedMs: number;
}

/** How much longer than allowed a late condition is waited for, so that the report can say how late it came. */
const PATIENCE = 1000;

/**
 * Plays all steps; stops at the first check that fails or promise that breaks.
 * @param slackMs how much later than written an action is done after a check. A check is decided at a loop, so what follows it would
 * otherwise always meet the loop at the same point of its period.
 */
export async function runOnce(scenario: Scenario, rig: Rig, seed: number, slackMs = 0): Promise<RunResult> {
  const run = new Run(rig, slackMs);
  try {
    for (const step of scenario.steps) {
      await run.play(step);
      if (run.failed) break;
    }
    run.finish();
  } finally {
    await rig.end();
  }
  const { verdicts, story } = run;
  return { seed, passed: !run.failed, verdicts, broken: rig.broken, story, lastedMs: rig.seen.at };
}

/** A check that goes on in the background until the end. */
interface Watched {
  readonly step: Step;
  readonly condition: Condition;
  readonly wanted: boolean;
  readonly since: number;
}

class Run {
  readonly verdicts: Verdict[] = [];
  readonly story: Moment[] = [];
  failed = false;
  readonly #rig: Rig;
  readonly #watched: Watched[] = [];
  /** When the last action was done. */
  #anchor = 0;
  #told = 0;
  #brokenTold = 0;
  readonly #slackMs: number;
  #checkedLast = false;

  constructor(rig: Rig, slackMs: number) {
    this.#rig = rig;
    this.#slackMs = slackMs;
  }

  async play(step: Step): Promise<void> {
    if (step.kind === "check") {
      this.#checkedLast = true;
      return this.#judge(step, step.check);
    }
    const { seen } = this.#rig;
    if (step.kind === "fromHere") {
      this.#anchor = seen.at;
      return;
    }
    const slack = step.kind === "act" && this.#checkedLast ? this.#slackMs : 0;
    const due = "at" in step.when ? step.when.at : seen.at + step.when.after + slack;
    if (due < seen.at) return this.#verdict(step, false, null, `it is ${durationText(seen.at)} already`);
    await this.#pass(due, () => false);
    if (this.failed || step.kind === "wait") return;
    this.#checkedLast = false;
    this.#anchor = seen.at;
    this.#tell("action", step.text);
    for (const action of step.actions) await this.#rig.perform(action);
    this.#hear();
  }

  /** Gives the checks in the background their verdict. */
  finish(): void {
    if (this.failed) return;
    for (const { step } of this.#watched) this.#verdict(step, true, null, null);
  }

  /** Lets time pass; the checks in the background may end it. */
  async #pass(until: number, look: () => boolean): Promise<void> {
    await this.#rig.run(until, () => {
      this.#hear();
      return this.#watch() || look();
    });
  }

  async #judge(step: Step, check: Check): Promise<void> {
    const { seen } = this.#rig;
    const { condition } = check;
    switch (check.kind) {
      case "within":
        return this.#becomes(step, condition, this.#anchor, this.#anchor + check.limit);
      case "by":
        return this.#becomes(step, condition, seen.at, check.at);
      case "between":
        return this.#becomes(step, condition, this.#anchor + check.from, this.#anchor + check.to);
      case "for":
        return this.#stays(step, condition, seen.at + check.duration);
      case "expect": {
        const holds = condition.holds(seen, this.#anchor);
        return this.#verdict(step, holds, null, holds ? null : condition.instead(seen, this.#anchor));
      }
      case "never":
      case "always":
        this.#watched.push({ step, condition, wanted: check.kind === "always", since: seen.at });
        this.#watch();
    }
  }

  /** Waits for the condition; it must come true between `from` and `to`. */
  async #becomes(step: Step, condition: Condition, from: number, to: number): Promise<void> {
    const { seen } = this.#rig;
    const anchor = this.#anchor;
    let came: number | null = null;
    const look = (): boolean => {
      if (!condition.holds(seen, anchor)) return false;
      came = Math.max(condition.exactly(seen) ?? seen.at, anchor);
      return true;
    };
    if (!look()) await this.#pass(to + PATIENCE, look);
    if (this.failed) return;
    if (came === null) return this.#verdict(step, false, null, condition.instead(seen, anchor));
    const inTime = came >= from && came <= to;
    const when = `it came ${durationText(came - anchor)} after`;
    this.#verdict(step, inTime, came - anchor, inTime ? null : when);
  }

  /** The condition must hold now and at every loop until `until`. */
  async #stays(step: Step, condition: Condition, until: number): Promise<void> {
    const { seen } = this.#rig;
    const since = seen.at;
    const broke = (): boolean => !condition.holds(seen, since);
    if (!broke()) await this.#pass(until, broke);
    if (this.failed) return;
    const held = !broke();
    this.#verdict(step, held, null, held ? null : `${condition.instead(seen, since)} after ${durationText(seen.at - since)}`);
  }

  /** Looks at the checks in the background. @returns true when the run is over. */
  #watch(): boolean {
    const { seen } = this.#rig;
    for (const { step, condition, wanted, since } of this.#watched) {
      if (condition.holds(seen, since) === wanted) continue;
      this.#verdict(step, false, null, `at ${durationText(seen.at)}: ${wanted ? condition.instead(seen, since) : "it was so"}`);
      return true;
    }
    return this.failed;
  }

  /** Writes down what was heard and what broke since it last listened. */
  #hear(): void {
    const { heard } = this.#rig.seen;
    for (; this.#told < heard.length; this.#told += 1) {
      const each = heard[this.#told];
      if (each !== undefined) this.#tell("event", eventText(each.event), { event: each.event });
    }
    const { broken } = this.#rig;
    for (; this.#brokenTold < broken.length; this.#brokenTold += 1) {
      this.failed = true;
      this.#tell("broken", broken[this.#brokenTold] ?? "");
    }
  }

  #verdict(step: Step, passed: boolean, afterMs: number | null, instead: string | null): void {
    this.verdicts.push({ line: step.line, text: step.text, passed, afterMs, instead });
    const came = afterMs === null ? "" : `, ${durationText(afterMs)} after`;
    this.#tell("verdict", `${step.text}${passed ? came : `: ${instead}`}`, { passed });
    if (!passed) this.failed = true;
  }

  #tell(kind: Moment["kind"], text: string, more: Partial<Moment> = {}): void {
    const { at, status } = this.#rig.seen;
    this.story.push({
      at,
      kind,
      text,
      state: status?.state ?? null,
      offeredCurrentA: status?.offeredCurrentA ?? null,
      relay: status?.relay ?? null,
      faults: status?.faults.map((fault) => fault.name) ?? [],
      ...more,
    });
  }
}
