/** A scenario's car and hardware on a virtual Pi, in real time: what it does is done, what it checks is waited for and left to others to judge. */
import { setTimeout as pass } from "node:timers/promises";
import type { VirtualPi } from "#virtual-pi/virtual-pi";
import type { Observation } from "./observation.ts";
import type { Check, Scenario } from "./scenario.ts";
import { durationText } from "./words.ts";

/** How often a condition is looked at, ms. */
const LOOK_EVERY_MS = 10;

/** Ends early, without a word, when `signal` is raised. @param tell hears each line that was done */
export async function playBoard(scenario: Scenario, pi: VirtualPi, tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const { clock } = pi.agenda;
  const startedAt = clock.ms;
  const seen: Observation = {
    get at() {
      return clock.ms - startedAt;
    },
    status: null,
    answer: null,
    heard: [],
    get outputs() {
      return pi.outputs;
    },
    get truth() {
      return pi.truth();
    },
  };
  let anchor = 0;
  const until = async (at: number, over: () => boolean = () => false): Promise<void> => {
    while (seen.at < at && !over()) await pass(Math.min(LOOK_EVERY_MS, Math.max(1, at - seen.at)), undefined, { signal });
  };
  try {
    for (const step of scenario.steps) {
      if (step.kind === "check") {
        const end = endOf(step.check, seen.at, anchor);
        if (end !== null) await until(end, () => step.check.kind !== "for" && step.check.condition.holds(seen, anchor));
        continue;
      }
      if (step.kind !== "fromHere") await until("at" in step.when ? step.when.at : seen.at + step.when.after);
      anchor = seen.at;
      if (step.kind !== "act") continue;
      for (const action of step.actions) if (action.on === "board") pi.apply(action.action);
      const ours = step.actions.some(({ on }) => on === "board");
      tell(`${durationText(anchor)}  ${step.text}${ours ? "" : "  (left to the controller)"}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Until when a check is waited for; null when it takes no time. */
function endOf(check: Check, now: number, anchor: number): number | null {
  switch (check.kind) {
    case "within":
      return anchor + check.limit;
    case "between":
      return anchor + check.to;
    case "by":
      return check.at;
    case "for":
      return now + check.duration;
    case "expect":
    case "never":
    case "always":
      return null;
  }
}
