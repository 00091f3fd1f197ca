/** Several chargers prepared together and tried at the same time: preparing takes the processor, so nothing is live meanwhile. */
import { EVENT_NAMES } from "./events.ts";
import { type Reaction, Stage } from "./stage.ts";

/** Loops run in real time before anything happens: caches warm, timers in step. */
const SETTLE_MS = 48;

let seed = 0;

export interface BatchPlan {
  readonly size: number;
  /** Events happen at a random moment of this span, ms. */
  readonly spreadMs: number;
}

/** @returns chargers that are charging, each with an event of its own before it, every kind in turn. */
export async function prepareBatch({ size, spreadMs }: BatchPlan): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  const first = seed;
  for (; seed < first + size; seed += 1) {
    stages.push(await Stage.charging(seed));
  }
  for (const [index, stage] of stages.entries()) {
    const event = EVENT_NAMES[(first + index) % EVENT_NAMES.length];
    if (event !== undefined) {
      stage.begin(event, SETTLE_MS + Math.random() * spreadMs);
    }
  }
  return stages;
}

/** What a process that runs trials sends to the bench. */
export interface BatchReport {
  readonly reactions: readonly Reaction[];
  /** Trials whose charger opened before its event, because its loop was late. */
  readonly spoiled: number;
}

export function reportOf(outcomes: readonly (Reaction | "spoiled")[]): BatchReport {
  const reactions = outcomes.filter((outcome) => outcome !== "spoiled");
  return { reactions, spoiled: outcomes.length - reactions.length };
}
