/** `npm run bench:reaction`: from an event at the hardware to the coil command being off, and what protects when the process is gone. `--driver pigpiod`: the same through a virtual Pi. */
import { join } from "node:path";
import { buildIfStale } from "../tools/start/build.ts";
import { type Cell, cellsOf, goalsOf } from "./reaction/cells.ts";
import { CONDITIONS } from "./reaction/conditions.ts";
import { EVENT_TITLES } from "./reaction/events.ts";
import { DEATHS, type Death, dieAndRelease } from "./reaction/kill.ts";
import { benchPigpiod, driverOption } from "./reaction/pigpiod.ts";
import { runCondition } from "./reaction/run-condition.ts";
import { type Goal, verdictOf } from "./report/goals.ts";
import { benchOptions, publish } from "./report/options.ts";
import { spreadOf } from "./report/spread.ts";
import { ms, table } from "./report/table.ts";

const LONG = { perEvent: 1_000, deaths: 60 };
const SHORT = { perEvent: 100, deaths: 8 };
/** The one-shot holds for 80 ms and the last pulse is at most one loop old. @see WD-01 */
const RELEASED_WITHIN = 100;

const { driver, rest } = driverOption(process.argv.slice(2));
const options = benchOptions(rest);
const { perEvent, deaths } = options.short ? SHORT : LONG;
buildIfStale(join(import.meta.dirname, ".."));
if (driver === "pigpiod") {
  await benchPigpiod(options);
  process.exit();
}

const cells: Cell[] = [];
for (const condition of CONDITIONS) {
  console.error(`${condition.title} …`);
  cells.push(...cellsOf(await runCondition(condition, perEvent)));
}
const released = new Map<Death, readonly number[]>();
for (const death of DEATHS) {
  console.error(`${death} …`);
  released.set(death, await dieAndRelease(death, deaths));
}

const goals: readonly Goal[] = [
  ...cells.flatMap(goalsOf),
  ...[...released].map(([death, times]): Goal => {
    return {
      name: `${death}: coil without current, max`,
      unit: "ms",
      atMost: RELEASED_WITHIN,
      measured: spreadOf(times)?.max ?? null,
      noise: 0,
    };
  }),
];
const judged = goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) }));
const unreached = judged.filter(({ verdict }) => verdict !== "reached");

const reactions = table(
  ["event to coil off, ms", "n", "p50", "p99", "p99.9", "max", "naive n", "p50", "max", "ratio"],
  cells.map(({ condition, event, controller, naive, ratio }) => [
    `${EVENT_TITLES[event]}, ${condition.title}`,
    String(controller?.n ?? 0),
    ms(controller?.p50),
    ms(controller?.p99),
    ms(controller?.p999),
    ms(controller?.max),
    String(naive?.n ?? 0),
    ms(naive?.p50),
    ms(naive?.max),
    ratio === null ? "–" : `× ${ratio.toFixed(ratio < 10 ? 1 : 0)}`,
  ]),
);
const ends = table(
  ["end of the controller to coil without current, ms", "n", "p50", "max"],
  [...released].map(([death, times]) => {
    const spread = spreadOf(times);
    return [death, String(spread?.n ?? 0), ms(spread?.p50), ms(spread?.max)];
  }),
);
const verdict =
  unreached.length === 0
    ? `All ${judged.length} goals are reached.`
    : unreached.map((goal) => `${goal.verdict}: ${goal.name} ${ms(goal.measured)} ms, wanted ≤ ${goal.atMost} ms`).join("\n");

publish(options, `${reactions}\n\n${ends}\n\n${verdict}`, {
  cells: cells.map(({ condition, ...cell }) => ({ condition: condition.name, ...cell })),
  ends: Object.fromEntries([...released].map(([death, times]) => [death, spreadOf(times)])),
  goals: judged,
});
process.exitCode = options.strict && judged.some((goal) => goal.verdict === "missed") ? 1 : 0;
