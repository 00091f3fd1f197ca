/** `npm run bench:footprint`: what a controller uses of the machine, and what the package adds to the start of Node-RED. */
import { join } from "node:path";
import { buildIfStale } from "../tools/start/build.ts";
import { startUpCost } from "./footprint/start-up.ts";
import { cpuPercent, residentMiB } from "./footprint/usage.ts";
import { type Goal, verdictOf } from "./report/goals.ts";
import { benchOptions, publish } from "./report/options.ts";
import { table } from "./report/table.ts";
import { LiveController } from "./support/live-controller.ts";

const PROJECT = join(import.meta.dirname, "..");
const LONG = { watchMs: 60_000, pairs: 15 };
const SHORT = { watchMs: 20_000, pairs: 5 };
/** The first seconds load and compile code that later seconds only run. */
const WARM_UP = 5_000;

const options = benchOptions(process.argv.slice(2));
const { watchMs, pairs } = options.short ? SHORT : LONG;
buildIfStale(PROJECT);

const controller = await LiveController.start();
let inA: number;
let inC: number;
let memory: number;
try {
  await controller.offer();
  await controller.until("notConnected");
  await cpuPercent(controller.pid, WARM_UP);
  inA = await cpuPercent(controller.pid, watchMs);
  await controller.sim({ do: "plug" });
  await controller.until("charging");
  await cpuPercent(controller.pid, WARM_UP);
  inC = await cpuPercent(controller.pid, watchMs);
  memory = residentMiB(controller.pid);
} finally {
  await controller.kill();
}
const startUp = await startUpCost(PROJECT, pairs);

const goals: readonly Goal[] = [
  { name: "controller, memory", unit: "MiB", atMost: 64, measured: memory, noise: 0 },
  { name: "controller, one core, no car (A)", unit: "%", atMost: 5, measured: inA, noise: 0.5 },
  { name: "controller, one core, charging (C)", unit: "%", atMost: 10, measured: inC, noise: 0.5 },
  { name: "Node-RED start, added by the package", unit: "ms", atMost: 150, measured: startUp.costMs, noise: startUp.noiseMs },
];

publish(
  options,
  table(
    ["", "measured", "goal", ""],
    goals.map((goal) => [goal.name, `${goal.measured?.toFixed(1)} ${goal.unit}`, `≤ ${goal.atMost} ${goal.unit}`, verdictOf(goal)]),
  ),
  { goals: goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })), watchedMs: watchMs, startUp },
);
process.exitCode = options.strict && goals.some((goal) => verdictOf(goal) === "missed") ? 1 : 0;
