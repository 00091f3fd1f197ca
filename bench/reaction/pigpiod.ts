/** `npm run bench:reaction -- --driver pigpiod`: reactions through the daemon's socket, beside those of the simulated board in the process. */
import { type Goal, verdictOf } from "../report/goals.ts";
import { type BenchOptions, publish } from "../report/options.ts";
import { spreadOf } from "../report/spread.ts";
import { ms, table } from "../report/table.ts";
import { LEASE_MS } from "../support/flow-process.ts";
import { cellsOf } from "./cells.ts";
import { CONDITIONS } from "./conditions.ts";
import { EVENT_TITLES } from "./events.ts";
import { DEATHS, dieAndRelease, loseFlow } from "./kill.ts";
import { deaths, flowDeaths, type Measured, PROTECTIONS, type Protection, reactions } from "./pigpiod-trials.ts";
import { runCondition } from "./run-condition.ts";

const LONG = { perEvent: 60, deaths: 24, flows: 8, inProcess: 200 };
const SHORT = { perEvent: 4, deaths: 4, flows: 4, inProcess: 32 };
/** Contacts open within 100 ms; they need up to 40. @see ST-08 */
const COIL_OFF_WITHIN = 60;
/** @see WD-01 @see F-30 @see F-31 */
const RELEASED_WITHIN: Readonly<Record<Protection, number>> = { oneShot: 150, deadMan: 250 };
const TITLES: Readonly<Record<Protection, string>> = { oneShot: "one-shot", deadMan: "dead-man alone" };
/** A limit that nobody renews runs out; then the car has six seconds to stop, and half a second is for opening. @see WD-02 @see ST-11 */
const FLOW_GONE_WITHIN = LEASE_MS + 6_500;
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

type Measurement = ReturnType<typeof spreadOf>;

/** How long something takes on a virtual Pi, and on the simulated board in the controller's own process. */
interface Beside {
  readonly name: string;
  readonly pigpiod: Measurement;
  readonly spoiled: number;
  readonly simulated: Measurement;
  /** How many times longer the middle of the one is than that of the other. */
  readonly ratio: number | null;
  readonly atMostMs: number;
  readonly noiseMs: number;
}

function beside(name: string, { times, spoiled }: Measured, simulated: Measurement, atMostMs: number, noiseMs = 0): Beside {
  const pigpiod = spreadOf(times);
  return { name, pigpiod, spoiled, simulated, ratio: pigpiod && simulated && pigpiod.p50 / simulated.p50, atMostMs, noiseMs };
}

const besideTable = (what: string, rows: readonly Beside[]): string =>
  table(
    [what, "n", "p50", "p99", "max", "in the process n", "p50", "max", "ratio of p50", "wanted"],
    rows.map(({ name, pigpiod, simulated, ratio, atMostMs }) => [
      name,
      ...[String(pigpiod?.n ?? 0), ms(pigpiod?.p50), ms(pigpiod?.p99), ms(pigpiod?.max)],
      ...[String(simulated?.n ?? 0), ms(simulated?.p50), ms(simulated?.max)],
      ...[ratio === null ? "–" : `× ${ratio.toFixed(2)}`, `≤ ${atMostMs}`],
    ]),
  );

const goalOf = ({ name, pigpiod, atMostMs, noiseMs }: Beside): Goal => ({
  ...{ name: `${name}: max`, unit: "ms", atMost: atMostMs, measured: pigpiod?.max ?? null, noise: noiseMs },
});

async function measureEvents(perEvent: number, inProcess: number): Promise<readonly Beside[]> {
  const [idle] = CONDITIONS;
  if (idle === undefined) throw new Error("expected a condition to compare with");
  console.error("events in the process …");
  const cells = cellsOf(await runCondition(idle, inProcess));
  console.error("events through a virtual Pi …");
  return [...(await reactions(perEvent))].map(([event, measured]) => {
    const simulated = cells.find((cell) => cell.event === event)?.controller ?? null;
    return beside(EVENT_TITLES[event], measured, simulated, COIL_OFF_WITHIN, NOISE_MS);
  });
}

async function measureEnds(trials: number): Promise<readonly Beside[]> {
  const ends: Beside[] = [];
  for (const death of DEATHS) {
    console.error(`${death} …`);
    // In the process there is no daemon that could have a dead-man.
    const simulated = spreadOf(await dieAndRelease(death, trials));
    for (const protection of PROTECTIONS) {
      const name = `${death}, ${TITLES[protection]}`;
      ends.push(
        beside(name, await deaths(death, protection, trials), protection === "oneShot" ? simulated : null, RELEASED_WITHIN[protection]),
      );
    }
  }
  return ends;
}

async function measureFlows(trials: number): Promise<readonly Beside[]> {
  console.error("flow killed …");
  const name = `flow killed, limit leased for ${LEASE_MS / 1_000} s`;
  return [beside(name, await flowDeaths(trials), spreadOf(await loseFlow(trials)), FLOW_GONE_WITHIN)];
}

export async function benchPigpiod(options: BenchOptions): Promise<void> {
  const counts = options.short ? SHORT : LONG;
  const events = await measureEvents(counts.perEvent, counts.inProcess);
  const ends = [...(await measureEnds(counts.deaths)), ...(await measureFlows(counts.flows))];
  const judged = [...events, ...ends].map(goalOf).map((goal) => ({ ...goal, verdict: verdictOf(goal) }));
  const unreached = judged.filter(({ verdict }) => verdict !== "reached");
  const spoiled = [...events, ...ends].reduce((sum, each) => sum + each.spoiled, 0);
  const verdict =
    unreached.length === 0
      ? `All ${judged.length} goals are reached.`
      : unreached.map((goal) => `${goal.verdict}: ${goal.name} ${ms(goal.measured)} ms, wanted ≤ ${goal.atMost} ms`).join("\n");
  const tables = [besideTable("event to coil off, ms", events), besideTable("what ended, to coil without current, ms", ends)];
  publish(options, `${tables.join("\n\n")}\n\n${spoiled} chargers opened before their trial, because a process came late.\n${verdict}`, {
    driver: "pigpiod",
    events,
    ends,
    goals: judged,
  });
  process.exitCode = options.strict && judged.some((goal) => goal.verdict === "missed") ? 1 : 0;
}
