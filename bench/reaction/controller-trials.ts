/**
 * The product's side of the bench, as a process of its own: the real safety loop on the real runner, at the priority a controller
 * gives itself (`--raise`). Sends a report after each batch until the bench ends it.
 */
import { spawnSync } from "node:child_process";
import { raisePriority } from "#controller/priority";
import { Runner } from "#controller/runner";
import { begin, prepareBatch, reportOf } from "./batch.ts";
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

/** Ordinary again. Preparing chargers at a controller's priority would take from the others what no controller takes. */
function lowerPriority(): void {
  spawnSync("chrt", ["--other", "--pid", "0", String(process.pid)]);
}

const isRaised = process.argv.includes("--raise");
process.once("disconnect", () => process.exit());
for (;;) {
  const stages = await prepareBatch(SIZE);
  if (isRaised) {
    raisePriority();
  }
  begin(stages, SPREAD_MS);
  const outcomes = await Promise.all(stages.map(tried));
  if (isRaised) {
    lowerPriority();
  }
  process.send?.(reportOf(outcomes));
}
