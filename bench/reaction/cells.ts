/** One cell of the result: one event under one condition, with the goals it is held against. */
import type { Goal } from "../report/goals.ts";
import { type Spread, spreadOf } from "../report/spread.ts";
import type { Condition } from "./conditions.ts";
import { EVENT_NAMES, EVENT_TITLES, type EventName } from "./events.ts";
import type { ConditionResult } from "./run-condition.ts";
import type { Reaction } from "./stage.ts";

export interface Cell {
  readonly condition: Condition;
  readonly event: EventName;
  /** Event to coil command off, ms; null when nothing was measured. */
  readonly controller: Spread | null;
  readonly naive: Spread | null;
  /** How many times longer the worst naive reaction took than the worst of the controller. */
  readonly ratio: number | null;
}

/** A measuring machine that is virtual takes the processor away for some milliseconds now and then. */
const NOISE_MS = 5;
/** Worst reactions wanted, ms; null where the condition is only reported. */
const GOALS: Readonly<Record<string, { readonly p999: number; readonly max: number | null } | undefined>> = {
  idle: { p999: 50, max: 60 },
  blocked: { p999: 50, max: 60 },
  garbage: { p999: 50, max: 60 },
  hogs: { p999: 60, max: null },
};

const times = (reactions: readonly Reaction[], event: EventName): number[] =>
  reactions.filter((reaction) => reaction.event === event).map(({ coilOffMs }) => coilOffMs);

export function cellsOf({ condition, controller, naive }: ConditionResult): readonly Cell[] {
  return EVENT_NAMES.map((event) => {
    const ours = spreadOf(times(controller.reactions, event));
    const theirs = spreadOf(times(naive.reactions, event));
    return { condition, event, controller: ours, naive: theirs, ratio: ours && theirs && theirs.max / ours.max };
  });
}

/** @returns no goals for a condition that is only reported. */
export function goalsOf({ condition, event, controller }: Cell): readonly Goal[] {
  const goal = GOALS[condition.name];
  if (goal === undefined) {
    return [];
  }
  const name = `${EVENT_TITLES[event]}, ${condition.title}`;
  const p999: Goal = { name: `${name}: p99.9`, unit: "ms", atMost: goal.p999, measured: controller?.p999 ?? null, noise: NOISE_MS };
  const max: Goal[] =
    goal.max === null ? [] : [{ name: `${name}: max`, unit: "ms", atMost: goal.max, measured: controller?.max ?? null, noise: NOISE_MS }];
  return [p999, ...max];
}
