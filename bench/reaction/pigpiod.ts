/** `npm run bench:reaction -- --driver pigpiod`: reactions through the daemon's socket, beside those of the simulated board in the process. */
import { type Goal, verdictOf } from "../report/goals.ts";
import { type BenchOptions, publish } from "../report/options.ts";
import { spreadOf } from "../report/spread.ts";
import { ms, table } from "../report/table.ts";
import { cellsOf } from "./cells.ts";
import { CONDITIONS } from "./conditions.ts";
import { EVENT_TITLES } from "./events.ts";
import { DEATHS } from "./kill.ts";
import { deaths, PROTECTIONS, type Protection, reactions } from "./pigpiod-trials.ts";
import { runCondition } from "./run-condition.ts";

const LONG = { perEvent: 60, deaths: 24, inProcess: 200 };
const SHORT = { perEvent: 4, deaths: 4, inProcess: 32 };
/** Contacts open within 100 ms; they need up to 40. @see ST-08 */
const COIL_OFF_WITHIN = 60;
/** @see WD-01 @see F-30 @see F-31 */
const RELEASED_WITHIN: Readonly<Record<Protection, number>> = { oneShot: 150, deadMan: 250 };
const TITLES: Readonly<Record<Protection, string>> = { oneShot: "one-shot", deadMan: "dead-man alone" };
/** A measuring machine that is virtual takes the processor away for some milliseconds now and then. */
const NOISE_MS = 15;

/** Takes `--driver NAME` out of a bench's command line. @throws Error for a driver there is no bench of */
export function driverOption(args: readonly string[]): { readonly driver: "sim" | "pigpiod"; readonly rest: readonly string[] } {
  const at = args.indexOf("--driver");
  if (at < 0) return { driver: "sim", rest: args };
  const driver = args[at + 1];
  if (driver !== "sim" && driver !== "pigpiod") throw new Error(`--driver: expected sim or pigpiod, got "${driver ?? ""}"`);
  return { driver, rest: args.filter((_, index) => index !== at && index !== at + 1) };
}

export async function benchPigpiod(options: BenchOptions): Promise<void> {
  const counts = options.short ? SHORT : LONG;
  const [idle] = CONDITIONS;
  if (idle === undefined) throw new Error("expected a condition to compare with");
  console.error("in the process …");
  const inProcess = cellsOf(await runCondition(idle, counts.inProcess));
  console.error("through a virtual Pi …");
  const measured = await reactions(counts.perEvent);
  const events = [...measured].map(([event, { times, spoiled }]) => {
    const simulated = inProcess.find((cell) => cell.event === event)?.controller ?? null;
    return { event, pigpiod: spreadOf(times), spoiled, simulated };
  });
  const ends: {
    readonly death: string;
    readonly protection: Protection;
    readonly spoiled: number;
    readonly spread: ReturnType<typeof spreadOf>;
  }[] = [];
  for (const protection of PROTECTIONS) {
    for (const death of DEATHS) {
      console.error(`${death}, ${TITLES[protection]} …`);
      const { times, spoiled } = await deaths(death, protection, counts.deaths);
      ends.push({ death, protection, spoiled, spread: spreadOf(times) });
    }
  }
  const goals: readonly Goal[] = [
    ...events.map(({ event, pigpiod }): Goal => {
      return { name: `${EVENT_TITLES[event]}: max`, unit: "ms", atMost: COIL_OFF_WITHIN, measured: pigpiod?.max ?? null, noise: NOISE_MS };
    }),
    ...ends.map(({ death, protection, spread }): Goal => {
      const name = `${death}, ${TITLES[protection]}: coil without current, max`;
      return { name, unit: "ms", atMost: RELEASED_WITHIN[protection], measured: spread?.max ?? null, noise: 0 };
    }),
  ];
  const judged = goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) }));
  const reached = table(
    ["event to coil off, ms", "n", "p50", "p99", "max", "in the process n", "p50", "max"],
    events.map(({ event, pigpiod, simulated }) => [
      EVENT_TITLES[event],
      ...[String(pigpiod?.n ?? 0), ms(pigpiod?.p50), ms(pigpiod?.p99), ms(pigpiod?.max)],
      ...[String(simulated?.n ?? 0), ms(simulated?.p50), ms(simulated?.max)],
    ]),
  );
  const ended = table(
    ["end of the controller to coil without current, ms", "n", "p50", "max"],
    ends.map(({ death, protection, spread }) => [
      `${death}, ${TITLES[protection]}`,
      String(spread?.n ?? 0),
      ms(spread?.p50),
      ms(spread?.max),
    ]),
  );
  const unreached = judged.filter(({ verdict }) => verdict !== "reached");
  const spoiled = [...events, ...ends].reduce((sum, each) => sum + each.spoiled, 0);
  const verdict =
    unreached.length === 0
      ? `All ${judged.length} goals are reached.`
      : unreached.map((goal) => `${goal.verdict}: ${goal.name} ${ms(goal.measured)} ms, wanted ≤ ${goal.atMost} ms`).join("\n");
  publish(options, `${reached}\n\n${ended}\n\n${spoiled} chargers opened before their trial, because a process came late.\n${verdict}`, {
    driver: "pigpiod",
    events,
    ends,
    goals: judged,
  });
  process.exitCode = options.strict && judged.some((goal) => goal.verdict === "missed") ? 1 : 0;
}
