/**
 * The same rules without a process of their own: a function node in Node-RED calls `cycle` from an interval, as a flow would that
 * reads its pins and drives its relay itself. Node-RED's settings put this into the function nodes' global context.
 */
import { begin, prepareBatch, reportOf } from "./batch.ts";
import type { Reaction, Stage } from "./stage.ts";

export interface NaivePlan {
  /** Chargers at a time. */
  readonly size: number;
  /** Events come at a random moment of this span, ms. */
  readonly spreadMs: number;
}

export interface NaiveChargers {
  cycle(): void;
}

/** Sends a report to the parent process after each batch. */
export function naiveChargers({ size, spreadMs }: NaivePlan): NaiveChargers {
  let live: readonly Stage[] = [];
  let outcomes: (Reaction | "spoiled")[] = [];
  let isPreparing = false;

  const prepare = async (): Promise<void> => {
    isPreparing = true;
    live = await prepareBatch(size);
    begin(live, spreadMs);
    isPreparing = false;
  };

  return {
    cycle() {
      const still: Stage[] = [];
      for (const stage of live) {
        stage.loop.cycle();
        const reaction = stage.reaction();
        if (reaction === null) {
          still.push(stage);
        } else {
          outcomes.push(reaction);
        }
      }
      live = still;
      if (live.length === 0 && !isPreparing) {
        process.send?.(reportOf(outcomes));
        outcomes = [];
        void prepare();
      }
    },
  };
}
