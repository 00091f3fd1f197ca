/**
 * Plays scenarios of a file on virtual Pis, one after the other, in real time and at a controller's priority, as a process of its own:
 * `node --conditions=source test/process/pigpiod-play.ts FILE INDEX …`. Prints each result as a line of JSON. `INDEX+rival`: a stranger on
 * the daemon takes the pilot's pin, where the scenario has its generator stop; `INDEX+evseHat`: on that board.
 */
import { readFileSync } from "node:fs";
import { parseScenarios } from "#cli/scenario/parse";
import { raisePriority } from "#controller/priority";
import { played } from "./pigpiod-played.ts";
import { PigpiodRig } from "./pigpiod-rig.ts";

const [file = "", ...indices] = process.argv.slice(2);
const { scenarios, errors } = parseScenarios(file, readFileSync(file, "utf8"));
raisePriority();
process.once("SIGTERM", () => process.exit(1));
for (const asked of indices) {
  const [index = "", how] = asked.split("+");
  const scenario = scenarios[Number(index)];
  if (scenario === undefined || errors.length > 0) throw new Error(`expected scenario ${index} in ${file}`);
  const preset = how === "evseHat" ? how : "buildGuide";
  const result = await played(scenario, preset, (config, seed) => PigpiodRig.open(config, seed, preset, how === "rival"));
  console.log(JSON.stringify({ asked, ...result }));
}
process.exit();
