/**
 * The solar benchmark: sun, house, car and meter in a closed loop, our limiter and its competitors in the middle.
 *
 *   node --conditions=source bench/solar.ts [--data DIR] [--json] [--tolerance 3] [--cells typical:typical,…] [--own] [--svg FILE]
 *   node --conditions=source bench/solar.ts --bounds           what was aimed for, and what foresight makes of it under the same meters and cars
 *   node --conditions=source bench/solar.ts --fit              the weights of patience, found on days of their own
 *   node --conditions=source bench/solar.ts --short            the fixed part for CI, against bench/solar/baseline.json
 *   node --conditions=source bench/solar.ts --hindsight        what the best patience, chosen after the fact, would reach
 *   node --conditions=source bench/solar.ts --convert FROM TO  recordings as published → day files for --data
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ConfigError } from "#core/errors";
import type { Price } from "./solar/bound.ts";
import { boundsOf } from "./solar/bounds.ts";
import { COMPETITORS } from "./solar/competitors.ts";
import { convert } from "./solar/convert.ts";
import { type DaySet, makeDays, readDays } from "./solar/days.ts";
import { fitPatience } from "./solar/fit.ts";
import { type Mark, paretoSvg } from "./solar/pareto.ts";
import { CARS, HOME, METERS, type Site, SPARSE } from "./solar/plant.ts";
import { bestTuned, type CellReport, matrixOf, summaryOf, tableOf } from "./solar/report.ts";
import { type Cell, delayed, runCompetitor, runHindsight, runOurs, runSighted, runSwitched, tune } from "./solar/score.ts";
import { measureSpeed } from "./solar/speed.ts";

const CLOSURE_WH = 100;
/** Houses every sky of a data folder meets. */
const HOUSES = 4;
const TRAIN_DAYS = 6;
const TEST_DAYS = 12;
const SHORT_DAYS = 6;
/** Days of each kind that patience is fitted on, and tries. */
const FIT_DAYS = 40;
const FIT_ROUNDS = 2500;
const SHORT_CELLS = [
  "typical:typical",
  "fast:p1",
  "slow:slow30",
  "typical:cloud60",
  "overdraw:typical",
  "limited13:typical",
  "typical:outage",
  "typical:frozen",
];
/** A score may fall this far below the baseline before CI says no. */
const ALLOWED_FALL = 0.5;
const BASELINE = new URL("./solar/baseline.json", import.meta.url);

/** Other installations: a cell named `car:meter@site` stands in one of them. */
const SITES: Readonly<Record<string, Site>> = {
  "4kWp": { ...HOME, peakW: 4000 },
  "9kWp": { ...HOME, peakW: 9000 },
  "9kWp-3phases": { ...HOME, peakW: 9000, phases: 3 },
  "4kWp-120V": { ...HOME, peakW: 4000, volts: 120 },
  "9kWp-240V-32A": { ...HOME, peakW: 9000, volts: 240, mostA: 32 },
  "9kWp-switchable": { ...HOME, peakW: 9000, phases: "switchable" },
  "6kWp-battery": { ...HOME, battery: { capacityWh: 8000, largestW: 4000, charged: 0.3, lag: 3, skew: 2 } },
};

function cellOf(name: string): Cell {
  const [carName = "", meterName = "", siteName] = name.split(/[:@]/);
  const site = siteName === undefined ? HOME : SITES[siteName];
  const car = CARS[carName];
  const meter = METERS[meterName] ?? SPARSE[meterName];
  if (car === undefined || meter === undefined || site === undefined) {
    const known = `${Object.keys(CARS).join("|")}:${Object.keys({ ...METERS, ...SPARSE }).join("|")}[@${Object.keys(SITES).join("|")}]`;
    throw new ConfigError("BENCH_CELL", `--cells: expected ${known}, got "${name}"`);
  }
  return { name, car, meter, site };
}

/** Every car with every meter, then the typical ones on every other site. */
const everyCell = (): string[] => [
  ...Object.keys(CARS).flatMap((car) => Object.keys(METERS).map((meter) => `${car}:${meter}`)),
  ...Object.keys(SITES).map((site) => `typical:typical@${site}`),
];

function report(cell: Cell, days: DaySet, price: Price, competitors: boolean): CellReport {
  const own = [runOurs(days.test, cell, price, true), runOurs(days.test, cell, price, false)];
  const others = competitors
    ? COMPETITORS.flatMap((competitor) => [
        runCompetitor(competitor, null, "default", days.test, cell, price),
        runCompetitor(competitor, tune(competitor, days.train, cell, price), "tuned", days.test, cell, price),
      ])
    : [];
  const switched = runSwitched(days.test, cell, price);
  const eyes = runSighted(days.test, cell, price);
  return { cell: cell.name, oracle: delayed(days.test, cell, price), sighted: eyes, switched, rows: [...own, ...others] };
}

/** Our scores of the fixed part, by cell and controller. */
function shortScores(): Readonly<Record<string, number>> {
  const days = makeDays(0, SHORT_DAYS);
  const scores: Record<string, number> = {};
  for (const tolerance of [1, 3]) {
    for (const name of SHORT_CELLS) {
      for (const measured of [true, false]) {
        const row = runOurs(days.test, cellOf(name), { tolerance, closureWh: CLOSURE_WH }, measured);
        scores[`${name} λ=${tolerance} ${row.controller}`] = Math.round(row.score * 100) / 100;
      }
    }
  }
  return scores;
}

function short(write: boolean, json: boolean): void {
  const scores = shortScores();
  const baseline: unknown = JSON.parse(readFileSync(BASELINE, "utf8"));
  const before = new Map(Object.entries(baseline as object));
  if (write) {
    // A baseline only rises.
    const risen = Object.entries(scores).map(([name, score]) => [name, Math.max(score, Number(before.get(name) ?? score))]);
    writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(risen), null, 2)}\n`);
    return;
  }
  const fallen: string[] = [];
  const lines = Object.entries(scores).map(([name, score]) => {
    const was = Number(before.get(name));
    if (!(score >= was - ALLOWED_FALL)) fallen.push(name);
    return `${score.toFixed(2).padStart(7)}  ${score - was >= 0 ? "+" : ""}${(score - was).toFixed(2)}  ${name}`;
  });
  for (const name of before.keys()) if (scores[name] === undefined) fallen.push(`${name} (not run)`);
  console.log(json ? JSON.stringify({ scores, fallen }, null, 2) : lines.join("\n"));
  if (fallen.length > 0) {
    console.error(`Fell by more than ${ALLOWED_FALL} points, or is missing: ${fallen.join(", ")}`);
    process.exitCode = 1;
  }
}

/** Sun against import for one cell: our knob from eager to thrifty, competitors as shipped and tuned. */
function drawPareto(file: string, days: DaySet, reported: CellReport | undefined): void {
  const cell = cellOf("typical:typical");
  const ours: Mark[] = [0.3, 1, 2, 3, 6].map((tolerance) => ({
    row: { ...runOurs(days.test, cell, { tolerance, closureWh: CLOSURE_WH }, true), controller: `ours λ=${tolerance}` },
    kind: "ours",
  }));
  const others = (reported?.rows ?? []).filter(({ controller }) => !controller.startsWith("ours"));
  const marks: Mark[] = others.map((row) => ({ row, kind: row.controller.endsWith("tuned") ? "tuned" : "default" }));
  writeFileSync(file, paretoSvg("Typical car, typical meter: sun captured against energy bought", [...ours, ...marks]));
}

function full(options: {
  readonly data?: string | undefined;
  readonly json: boolean;
  readonly tolerance: number;
  readonly cells?: string | undefined;
  readonly svg?: string | undefined;
  readonly own: boolean;
  readonly bounds: boolean;
}): void {
  const days = options.data === undefined ? makeDays(TRAIN_DAYS, TEST_DAYS) : readDays(options.data, HOUSES);
  const price: Price = { tolerance: options.tolerance, closureWh: CLOSURE_WH };
  const names = options.cells?.split(",") ?? everyCell();
  const progress = (text: string): void => console.error(text);
  const reports = names.map((name) => {
    const one = report(cellOf(name), days, price, !options.own);
    const rival = bestTuned(one);
    progress(`${name}: ${one.rows[0]?.score.toFixed(2)}${rival === null ? "" : ` against ${rival.score.toFixed(2)}`}`);
    return one;
  });
  if (options.svg !== undefined)
    drawPareto(
      options.svg,
      days,
      reports.find(({ cell }) => cell === "typical:typical"),
    );
  if (options.bounds) {
    console.log(boundsOf(reports));
    return;
  }
  const [matrix, sites] = [reports.filter(({ cell }) => !cell.includes("@")), reports.filter(({ cell }) => cell.includes("@"))];
  const speed = measureSpeed();
  if (options.json) {
    console.log(
      JSON.stringify(
        { price, train: days.train.map(({ name }) => name), test: days.test.map(({ name }) => name), speed, reports },
        null,
        2,
      ),
    );
    return;
  }
  const parts = [
    `λ = ${price.tolerance}, K = ${price.closureWh / 1000} kWh; ${days.train.length} training days, ${days.test.length} test days`,
    ...(matrix.length > 0 ? [matrixOf(matrix), summaryOf(matrix).join("\n"), boundsOf(matrix)] : []),
    `${speed.decisionUs.toFixed(1)} µs a decision, ${speed.dayMs.toFixed(0)} ms for 24 h of readings a second apart; single decisions: 99.9 % within ${speed.single.p999.toFixed(1)} µs, longest ${speed.single.max.toFixed(0)} µs`,
    ...(sites.length > 0 ? ["Other installations, typical car and meter:", matrixOf(sites)] : []),
    ...reports.map(tableOf),
  ];
  console.log(parts.join("\n\n"));
}

/** How much a better choice of patience could still bring. */
function hindsight(folder: string | undefined, price: Price, names: readonly string[]): void {
  const days = folder === undefined ? makeDays(TRAIN_DAYS, TEST_DAYS) : readDays(folder, HOUSES);
  for (const name of names) {
    const cell = cellOf(name);
    const { eachDay, one } = runHindsight(days.test, cell, price);
    const own = runOurs(days.test, cell, price, true).score;
    const line = `ours ${own.toFixed(2)}, best temper for all days ${one.toFixed(2)}, best temper for each day ${eachDay.toFixed(2)}`;
    console.log(`${name}: ${line}, perfect eyes ${runSighted(days.test, cell, price).score.toFixed(2)}`);
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: "string" },
      json: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      "write-baseline": { type: "boolean", default: false },
      tolerance: { type: "string", default: "1" },
      cells: { type: "string" },
      svg: { type: "string" },
      own: { type: "boolean", default: false },
      hindsight: { type: "boolean", default: false },
      bounds: { type: "boolean", default: false },
      fit: { type: "boolean", default: false },
      convert: { type: "boolean", default: false },
    },
  });
  const [from, to] = positionals;
  if (values.fit) {
    fitPatience(FIT_DAYS, FIT_ROUNDS);
    return;
  }
  if (values.convert) {
    if (from === undefined || to === undefined) throw new ConfigError("BENCH_CONVERT", "--convert: expected two folders, FROM and TO");
    console.log(convert(from, to).join("\n"));
    return;
  }
  const tolerance = Number(values.tolerance);
  if (!(tolerance >= 0)) throw new ConfigError("BENCH_TOLERANCE", `--tolerance: expected a number from 0, got "${values.tolerance}"`);
  if (values.hindsight) hindsight(values.data, { tolerance, closureWh: CLOSURE_WH }, values.cells?.split(",") ?? ["typical:typical"]);
  else if (values.short || values["write-baseline"]) short(values["write-baseline"], values.json);
  else
    full({ data: values.data, json: values.json, tolerance, cells: values.cells, svg: values.svg, own: values.own, bounds: values.bounds });
}

main();
