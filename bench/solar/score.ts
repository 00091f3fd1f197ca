/** Scores of controllers over days of one cell of the matrix. */
import { BrokenInvariant } from "#core/errors";
import type { LearnedSolar } from "#core/solar/limiter";
import { type Bound, boundOf, type Price } from "./bound.ts";
import { type Competitor, onSite, type Setting } from "./competitors.ts";
import type { Day } from "./days.ts";
import { configFor, type Ours, ours, oursSwitchedBy } from "./ours.ts";
import { type CarKind, type Controller, type MeterKind, type Site, simulate, type Tally } from "./plant.ts";
import { randomOf } from "./random.ts";
import { sighted } from "./sighted.ts";

export interface Cell {
  readonly name: string;
  readonly car: CarKind;
  readonly meter: MeterKind;
  readonly site: Site;
}

/** One controller over all days of a cell. */
export interface Row {
  readonly controller: string;
  /** Percent of the best possible score. */
  readonly score: number;
  /** Half width of the 95 % interval over days, percent points. */
  readonly interval: number;
  /** Percent of the sun the best plan takes. */
  readonly solarPercent: number;
  /** Per day. */
  readonly solarKwh: number;
  readonly importKwh: number;
  readonly closures: number;
  readonly moves: number;
  readonly cpuMs: number;
  readonly hourImportKwh: number;
  readonly shortestS: number;
  readonly setting?: Setting;
  /** Wh scored on each day. */
  readonly daily: readonly number[];
}

const boundCache = new WeakMap<Day, Map<string, Bound>>();

export function bound(day: Day, cell: Cell, price: Price): Bound {
  const kept = boundCache.get(day) ?? new Map<string, Bound>();
  boundCache.set(day, kept);
  const { car, meter, site } = cell;
  const key = JSON.stringify([car, meter.period, meter.lag, site, price]);
  const known = kept.get(key) ?? boundOf(day, site, car, meter, price);
  kept.set(key, known);
  return known;
}

const scoreOf = (tally: Tally, price: Price): number => tally.solarWh - price.tolerance * tally.importWh - price.closureWh * tally.closures;

/** Meter noise and losses depend on the day only, so every controller meets the same. */
const seedOf = (index: number): number => 4242 + index * 7;

/** Two-sided 97.5 % points of Student's t for 1, 2, … degrees of freedom; 2.0 beyond. */
const STUDENT = [12.7, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

/** Half width of the 95 % interval of the pooled score (ratio of sums) over days. */
function intervalOf(scores: readonly number[], bounds: readonly number[]): number {
  const n = scores.length;
  if (n < 2) return 0;
  const total = bounds.reduce((sum, value) => sum + value, 0);
  const pooled = scores.reduce((sum, value) => sum + value, 0) / total;
  const residual = scores.reduce((sum, score, i) => sum + (score - pooled * (bounds[i] ?? 0)) ** 2, 0) / (n - 1);
  return (100 * (STUDENT[n - 2] ?? 2) * Math.sqrt(residual / n)) / (total / n);
}

/** A car on its way down draws below the floor for some seconds, which the best plan does not know. */
const LUCK = 0.001;

/** Runs `make` over the days in order. @throws BrokenInvariant when a controller beats the bound, for then the bound is wrong. */
export function run(name: string, days: readonly Day[], cell: Cell, price: Price, make: (index: number) => Controller): Row {
  const scores: number[] = [];
  const bests: number[] = [];
  const sum = { solar: 0, sun: 0, bought: 0, closures: 0, moves: 0, hour: 0, shortest: Number.POSITIVE_INFINITY };
  const from = performance.now();
  days.forEach((day, index) => {
    const tally = simulate(day, cell.site, cell.car, cell.meter, make(index), seedOf(index));
    const { bestWh, solarWh } = bound(day, cell, price);
    sum.sun += solarWh;
    const score = scoreOf(tally, price);
    if (score > bestWh * (1 + LUCK))
      throw new BrokenInvariant("BENCH_BOUND", `${name} beat perfect foresight on ${day.name}: ${score} of ${bestWh} Wh`);
    scores.push(score);
    bests.push(bestWh);
    sum.solar += tally.solarWh;
    sum.bought += tally.importWh;
    sum.closures += tally.closures;
    sum.moves += tally.moves;
    sum.hour += tally.hourImportWh;
    sum.shortest = Math.min(sum.shortest, tally.shortest);
  });
  const best = bests.reduce((total, value) => total + value, 0);
  const n = days.length;
  return {
    controller: name,
    score: (100 * scores.reduce((total, value) => total + value, 0)) / best,
    interval: intervalOf(scores, bests),
    solarPercent: (100 * sum.solar) / sum.sun,
    solarKwh: sum.solar / n / 1000,
    importKwh: sum.bought / n / 1000,
    closures: sum.closures / n,
    moves: sum.moves / n,
    cpuMs: (performance.now() - from) / n,
    hourImportKwh: sum.hour / n / 1000,
    shortestS: Number.isFinite(sum.shortest) ? sum.shortest : 0,
    daily: scores,
  };
}

/** Our limiter with what it learned carried from day to day, starting as a stranger. */
export function runOurs(days: readonly Day[], cell: Cell, price: Price, measured: boolean): Row {
  let last: Ours | null = null;
  return run(measured ? "ours + car current" : "ours", days, cell, price, () => {
    last = ours(configFor(cell.site, price), measured, last?.learned() ?? null);
    return last;
  });
}

/** Far more than any temper can have won, Wh: the one that has it stays in force. */
const UNBEATABLE = 1e9;

/**
 * Percent our limiter would reach if the best of its tempers were chosen for each day after the fact, and the best single one for all.
 * No learning among these tempers can do better than the first.
 */
export function runHindsight(days: readonly Day[], cell: Cell, price: Price): { readonly eachDay: number; readonly one: number } {
  const stranger = ours(configFor(cell.site, price), true, null).learned();
  const tempers = stranger.tempers.map((_, chosen) => {
    let last: LearnedSolar = stranger;
    let made: Ours | null = null;
    return run("ours, one temper", days, cell, price, () => {
      last = made?.learned() ?? last;
      made = ours(configFor(cell.site, price), true, { ...last, tempers: last.tempers.map((_won, i) => (i === chosen ? UNBEATABLE : 0)) });
      return made;
    }).daily;
  });
  const best = days.reduce((sum, day) => sum + bound(day, cell, price).bestWh, 0);
  const eachDay = days.reduce((sum, _, i) => sum + Math.max(...tempers.map((daily) => daily[i] ?? 0)), 0);
  const one = Math.max(...tempers.map((daily) => daily.reduce((sum, value) => sum + value, 0)));
  return { eachDay: (100 * eachDay) / best, one: (100 * one) / best };
}

/** Our set point with the best plan's switching. */
export const runSwitched = (days: readonly Day[], cell: Cell, price: Price): Row =>
  run("ours, switched with foresight", days, cell, price, (index) =>
    oursSwitchedBy(bound(days[index] as Day, cell, price).on, configFor(cell.site, price)),
  );

/** The best plan's switching and the exact surplus of each reading, through the real car: what following could do at most. */
export const runSighted = (days: readonly Day[], cell: Cell, price: Price): Row =>
  run("perfect eyes", days, cell, price, (index) => {
    const day = days[index] as Day;
    return sighted(day, bound(day, cell, price).on, cell.site, cell.car);
  });

/** @param wanted null for the setting it is shipped with */
export function runCompetitor(
  known: Competitor,
  wanted: Setting | null,
  label: string,
  days: readonly Day[],
  cell: Cell,
  price: Price,
): Row {
  const competitor = onSite(known, cell.site);
  const setting = wanted ?? competitor.defaults;
  return { ...run(`${competitor.name} ${label}`, days, cell, price, () => competitor.create(setting, cell.site)), setting };
}

/** Passes over all knobs; later ones let early knobs react to late ones. */
const PASSES = 3;
/** Places drawn from a competitor's grid to climb from, beside its defaults and its hint. */
const DRAWN_STARTS = 1;

/** Climbs from `start`: one knob after the other over its whole grid, until a pass changes nothing. */
function climb(competitor: Competitor, start: Setting, judge: (setting: Setting) => number): readonly [Setting, number] {
  let best = start;
  let most = judge(start);
  for (let pass = 0; pass < PASSES; pass += 1) {
    const before = best;
    for (const [knob, values] of Object.entries(competitor.grid)) {
      for (const value of values) {
        if (value === best[knob]) continue;
        const setting = { ...best, [knob]: value };
        const score = judge(setting);
        if (score > most) {
          most = score;
          best = setting;
        }
      }
    }
    if (best === before) break;
  }
  return [best, most];
}

/** Settings drawn from the grid, the same in every run. */
function drawnStarts({ defaults, grid }: Competitor): Setting[] {
  const random = randomOf(61851);
  return Array.from({ length: DRAWN_STARTS }, () => {
    const drawn = Object.entries(grid).map(([knob, values]) => [knob, values[Math.floor(random.next() * values.length)] ?? 0] as const);
    return { ...defaults, ...Object.fromEntries(drawn) };
  });
}

/** Best setting on the training days, to the very score used, climbing from the defaults, the competitor's hint and places drawn from its grid. */
export function tune(known: Competitor, days: readonly Day[], cell: Cell, price: Price): Setting {
  const competitor = onSite(known, cell.site);
  const tried = new Map<string, number>();
  const judge = (setting: Setting): number => {
    const key = JSON.stringify(Object.entries(setting).sort());
    const known = tried.get(key) ?? run("", days, cell, price, () => competitor.create(setting, cell.site)).score;
    tried.set(key, known);
    return known;
  };
  const starts = [competitor.defaults, ...(competitor.hint === undefined ? [] : [competitor.hint]), ...drawnStarts(competitor)];
  const [first, ...rest] = starts.map((start) => climb(competitor, start, judge));
  return rest.reduce((best, other) => (other[1] > best[1] ? other : best), first ?? [competitor.defaults, 0])[0];
}

/** Mean score of the delay-limited oracle, percent. */
export function delayed(days: readonly Day[], cell: Cell, price: Price): number {
  const bounds = days.map((day) => bound(day, cell, price));
  const sum = (pick: (one: Bound) => number): number => bounds.reduce((total, one) => total + pick(one), 0);
  return (100 * sum((one) => one.delayedWh)) / sum((one) => one.bestWh);
}
