/** Ten years of charging in each store, and how long an owner waits for an answer. */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { SessionBatch } from "#core/session/record";
import type { SessionStore } from "#ports/session-store";
import { PostgresStore } from "#store/postgres/postgres-store";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import { PostgresCluster } from "../../test/support/postgres-cluster.ts";
import { type Goal, verdictOf } from "../report/goals.ts";
import { benchOptions, publish } from "../report/options.ts";
import { type Spread, spreadOf } from "../report/spread.ts";
import { ms, table } from "../report/table.ts";
import { type Charge, type Decade, decadeOf } from "./charging.ts";
import { JsonLines } from "./json-lines.ts";
import { measure, monthReport, type StoreFigures, TIME_ZONE, timed } from "./questions.ts";

const SEED = 1772;
const DECADE = { from: Date.UTC(2015, 0, 1), until: Date.UTC(2025, 0, 1) };
const FULL = { sessions: 30_000, questions: 60, appends: 1000 };
const SHORT = { sessions: 1_500, questions: 20, appends: 300 };
/** Charges that are written together while the stores are filled. */
const CHARGES_A_BATCH = 12;

const options = benchOptions(process.argv.slice(2));
const { sessions, ...counts } = options.short ? SHORT : FULL;
const decade: Decade = { ...DECADE, sessions };
const folder = mkdtempSync(join(tmpdir(), "j1772-bench-sessions-"));
const cluster = await PostgresCluster.start();
try {
  const file = join(folder, "sessions.db");
  const lines = new JsonLines(join(folder, "sessions.jsonl"));
  const kept = { SQLite: () => new SqliteStore(file), PostgreSQL: () => new PostgresStore(cluster.url) };
  const { newest, samples, seconds } = await fill({ SQLite: kept.SQLite(), PostgreSQL: kept.PostgreSQL() }, lines);
  await asPostgres("vacuum (analyze)", "checkpoint");
  console.error(`${samples} samples are kept; now they are asked for`);
  const bytes = { SQLite: sizeOfFile(file), PostgreSQL: await sizeOfSchema(), "JSON lines": await lines.bytes() };
  const figures = {
    SQLite: await measure(kept.SQLite, decade, newest, counts),
    PostgreSQL: await measure(kept.PostgreSQL, decade, newest, counts),
  };
  report(figures, await plain(lines, newest), bytes, samples, seconds);
} finally {
  await cluster.dispose();
  rmSync(folder, { recursive: true, force: true });
}

interface Filled {
  readonly newest: Charge;
  readonly samples: number;
  readonly seconds: Readonly<Record<string, number>>;
}

async function fill(stores: Readonly<Record<string, SessionStore>>, file: JsonLines): Promise<Filled> {
  const seconds: Record<string, number> = {};
  let samples = 0;
  let newest: Charge | null = null;
  let waiting: Charge[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  const write = async (): Promise<void> => {
    const batch = batchOf(waiting);
    waiting = [];
    await writing;
    writing = Promise.all(
      Object.entries(stores).map(async ([name, store]) => {
        seconds[name] = (seconds[name] ?? 0) + (await timed(() => store.append(batch))) / 1000;
      }),
    );
  };
  for (const charge of decadeOf(decade, SEED)) {
    samples += charge.samples.length;
    if (charge.record.endedAt === null) newest = charge;
    await file.add(charge);
    waiting.push(charge);
    if (waiting.length === CHARGES_A_BATCH) await write();
  }
  await write();
  await writing;
  await file.finish();
  await Promise.all(Object.values(stores).map((store) => store.close()));
  if (newest === null) throw new Error("expected an open session among those that were made up");
  return { newest, samples, seconds };
}

function batchOf(charges: readonly Charge[]): SessionBatch {
  return {
    records: charges.map(({ record }) => record),
    samples: charges.flatMap(({ samples }) => samples),
    events: charges.flatMap(({ events }) => events),
    checkpoints: charges.slice(-1).map(({ record }) => ({ charger: record.charger, at: record.startedAt, state: "{}" })),
  };
}

function sizeOfFile(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + (existsSync(each) ? statSync(each).size : 0), 0);
}

async function asPostgres(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  let rows: Record<string, unknown>[] = [];
  for (const statement of statements) ({ rows } = await client.query(statement));
  await client.end();
  return rows;
}

async function sizeOfSchema(): Promise<number> {
  const tables = "select oid from pg_class where relnamespace = 'j1772'::regnamespace and relkind = 'r'";
  const [row] = await asPostgres(`select sum(pg_total_relation_size(oid))::float8 as bytes from (${tables}) as kept`);
  return Number(row?.bytes);
}

interface PlainFigures {
  readonly month: number;
  readonly tenYears: number;
  readonly append: Spread | null;
}

/** The same questions by reading a file of lines; each reads it all, so each is asked once. */
async function plain(lines: JsonLines, { samples }: Charge): Promise<PlainFigures> {
  const { from, until } = monthReport(1, decade);
  const month = await timed(() => lines.ask(from ?? 0, until ?? 0, TIME_ZONE, "day"));
  const tenYears = await timed(() => lines.ask(decade.from, decade.until, TIME_ZONE, "month"));
  const appends: number[] = [];
  const [sample] = samples;
  for (let index = 0; index < counts.appends && sample !== undefined; index += 1) appends.push(await timed(() => lines.append(sample)));
  return { month, tenYears, append: spreadOf(appends) };
}

function report(
  figures: Readonly<Record<"SQLite" | "PostgreSQL", StoreFigures>>,
  file: PlainFigures,
  bytes: Readonly<Record<string, number>>,
  samples: number,
  seconds: Readonly<Record<string, number>>,
): void {
  const goals = Object.entries(figures).flatMap(([name, figure]) => goalsOf(name, figure, (bytes[name] ?? 0) / samples));
  const cell = (spread: Spread | null): string => (spread === null ? "–" : `${ms(spread.p50)} / ${ms(spread.p99)}`);
  const row = (what: string, figure: (each: StoreFigures) => string, plainly: string): string[] => [
    what,
    ...Object.values(figures).map(figure),
    plainly,
  ];
  const perSample = (name: string): string => ((bytes[name] ?? 0) / samples).toFixed(1);
  const text = [
    `${sessions} sessions, ${samples} samples`,
    table(
      ["median / 99 %, ms", ...Object.keys(figures), "JSON lines"],
      [
        row("month by day and charger", ({ month }) => cell(month), ms(file.month)),
        row("ten years by month", ({ tenYears }) => cell(tenYears), ms(file.tenYears)),
        row("page's first data", ({ firstData }) => cell(firstData), "as a month"),
        row("one durable append", ({ append }) => cell(append), cell(file.append)),
        row("start to first answer", ({ startUp }) => cell(startUp), "–"),
        row("longest block (idle)", ({ block, idleBlock }) => `${ms(block.wallMs)} (${ms(idleBlock.wallMs)})`, "–"),
        row("  of it processor time", ({ block, idleBlock }) => `${ms(block.cpuMs)} (${ms(idleBlock.cpuMs)})`, "–"),
        ["bytes a sample", perSample("SQLite"), perSample("PostgreSQL"), perSample("JSON lines")],
        ["filled in, s", ...Object.keys(figures).map((name) => (seconds[name] ?? 0).toFixed(0)), "–"],
      ],
    ),
    table(
      ["", "measured", "goal", ""],
      goals.map((goal) => [
        goal.name,
        `${goal.measured?.toFixed(1) ?? "–"} ${goal.unit}`,
        `≤ ${goal.atMost} ${goal.unit}`,
        verdictOf(goal),
      ]),
    ),
  ].join("\n\n");
  publish(options, text, {
    sessions,
    samples,
    goals: goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })),
    figures,
    jsonLines: file,
    bytes,
    filledInS: seconds,
  });
  process.exitCode = options.strict && goals.some((goal) => verdictOf(goal) === "missed") ? 1 : 0;
}

/** Answers by their median, a durable append by its 99th percent, a block by the processor time that is ours. */
function goalsOf(name: string, figure: StoreFigures, bytesPerSample: number): readonly Goal[] {
  const goal = (what: string, unit: string, atMost: number, measured: number | null, noise = 0): Goal => ({
    name: `${name}, ${what}`,
    unit,
    atMost,
    measured,
    noise,
  });
  return [
    goal("month report", "ms", 30, figure.month?.p50 ?? null),
    goal("ten-year report by month", "ms", 150, figure.tenYears?.p50 ?? null),
    goal("page's first data", "ms", 100, figure.firstData?.p50 ?? null),
    goal("one durable append, 99 %", "ms", 15, figure.append?.p99 ?? null),
    goal("start with that file", "ms", 200, figure.startUp?.p50 ?? null),
    goal("longest block of the loop", "ms", 20, figure.block.cpuMs),
    goal("on disk, a sample", "bytes", 60, bytesPerSample),
  ];
}
