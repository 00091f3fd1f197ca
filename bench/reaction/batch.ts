/** Several chargers prepared together and tried at the same time: preparing takes the processor, so nothing is live meanwhile. */
import { EVENT_NAMES } from "./events.ts";
import { type Reaction, Stage } from "./stage.ts";

/** Loops run in real time before anything happens: caches warm, timers in step. */
const SETTLE_MS = 48;

let seed = 0;

/** @returns `size` chargers that are charging. */
export async function prepareBatch(size: number): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for (let index = 0; index < size; index += 1) {
    seed += 1;
    stages.push(await Stage.charging(seed));
  }
  return stages;
}

/** Collects what preparing left, lets real time begin for each, and an event come at a random moment of `spreadMs`; the kinds of events take turns. */
export function begin(stages: readonly Stage[], spreadMs: number): void {
  globalThis.gc?.();
  for (const [index, stage] of stages.entries()) {
    const event = EVENT_NAMES[(seed + index) % EVENT_NAMES.length];
    if (event !== undefined) {
      stage.begin(event, SETTLE_MS + Math.random() * spreadMs);
    }
  }
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
