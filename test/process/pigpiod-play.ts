/**
 * Plays a scenario of a file on a virtual Pi, in real time and at a controller's priority, as a process of its own:
 * `node --conditions=source test/process/pigpiod-play.ts FILE INDEX`. Prints the result as one JSON object.
 */
import { readFileSync } from "node:fs";
import { parseScenarios } from "#cli/scenario/parse";
import { runOnce } from "#cli/scenario/run";
import type { Scenario, Step } from "#cli/scenario/scenario";
import { raisePriority } from "#controller/priority";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import { Millis } from "#core/units/units";
import { PigpiodRig } from "./pigpiod-rig.ts";

/** Real time is dear: what must last longer is watched for this long, ms. */
const LONGEST_WATCH = 5_000;

/** What the board has no sensor for. */
const ON_A_PI: EvseConfig = { ...DEFAULT_EVSE_CONFIG, meter: "none" };

function shortened(step: Step): Step {
  if (step.kind !== "check" || step.check.kind !== "for") return step;
  return { ...step, check: { ...step.check, duration: Millis(Math.min(step.check.duration, LONGEST_WATCH)) } };
}

const [file = "", index = "0"] = process.argv.slice(2);
const { scenarios, errors } = parseScenarios(file, readFileSync(file, "utf8"));
const found: Scenario | undefined = scenarios[Number(index)];
if (found === undefined || errors.length > 0) throw new Error(`expected scenario ${index} in ${file}`);
raisePriority();
process.once("SIGTERM", () => process.exit(1));
const rig = await PigpiodRig.open(found.charger(ON_A_PI), found.seed);
const result = await runOnce({ ...found, steps: found.steps.map(shortened) }, rig, found.seed);
console.log(JSON.stringify({ title: found.title, rows: found.rows, worstLateMs: rig.worstLateMs, ...result }));
process.exit();
