/**
 * The product's side of the bench, as a process of its own: the real safety loop on the real runner, at the priority a controller
 * gives itself (`--raise`). Sends a report after each batch until the bench ends it.
 */
import { raisePriority } from "#controller/priority";
import { Runner } from "#controller/runner";
import { prepareBatch, reportOf } from "./batch.ts";
import type { Reaction, Stage } from "./stage.ts";

/** Chargers at a time. A controller has one; more only make each later. */
const SIZE = 16;
/** Three loop periods: every phase between event, sample and loop. */
const SPREAD_MS = 36;

/** Runs one charger until its coil is off. */
function tried(stage: Stage): Promise<Reaction | "spoiled"> {
  return new Promise((resolve) => {
    const runner = new Runner(stage.loop, stage.clock, () => {
      const reaction = stage.reaction();
      if (reaction !== null) {
        runner.stop();
        resolve(reaction);
      }
    });
    runner.start();
  });
}

if (process.argv.includes("--raise")) {
  raisePriority();
}
process.once("disconnect", () => process.exit());
for (;;) {
  const stages = await prepareBatch({ size: SIZE, spreadMs: SPREAD_MS });
  process.send?.(reportOf(await Promise.all(stages.map(tried))));
}
