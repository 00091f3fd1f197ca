/**
 * Finds how much patience each sign of the last hour deserves (src/core/solar/patience.ts), on made-up training days that no other part of
 * the benchmark sees, by the score itself, with the set point as late as the meter and the car make it.
 */
import { LEAST_PATIENCE, looked, MOST_PATIENCE, marksOf, type Outlook } from "#core/solar/outlook";
import { SIGNS } from "#core/solar/patience";
import { gainOf } from "#core/solar/regret";
import { Seconds } from "#core/units/units";
import { boundOf, worth } from "./bound.ts";
import { type Day, makeDay } from "./days.ts";
import { evolve } from "./evolve.ts";
import { CARS, type CarKind, FLOOR_A, HOME, METERS, type MeterKind, type Site, surplusOf } from "./plant.ts";

/** Seconds between two looks. */
const STEP = 20;
const CLOSURE_WH = 100;
/** Points of score that one closure less a day is worth beyond its price. */
const CALM = 0.3;
/** Keeps weights small that hardly matter. */
const RIDGE = 0.002;
const TRAINING_SEED = 200_000;
const CHECKING_SEED = 700_000;

/** An installation with its tolerance, and how much it counts. */
interface School {
  readonly name: string;
  readonly site: Site;
  readonly car: string;
  readonly meter: string;
  readonly tolerance: number;
  readonly weight: number;
}

const typical = { site: HOME, car: "typical", meter: "typical", tolerance: 1, weight: 1 };
const small: Site = { ...HOME, peakW: 4000 };
const large: Site = { ...HOME, peakW: 9000 };
const SCHOOLS: readonly School[] = [
  { ...typical, name: "6 kWp", weight: 3 },
  { ...typical, name: "6 kWp λ=3", tolerance: 3, weight: 2 },
  { ...typical, name: "6 kWp λ=5", tolerance: 5, weight: 0.5 },
  { ...typical, name: "6 kWp λ=0.5", tolerance: 0.5, weight: 0.5 },
  { ...typical, name: "overdraw", car: "overdraw", weight: 1.5 },
  { ...typical, name: "underdraw", car: "underdraw" },
  { ...typical, name: "4 kWp", site: small },
  { ...typical, name: "4 kWp λ=3", site: small, tolerance: 3, weight: 0.5 },
  { ...typical, name: "4 kWp 120 V", site: { ...small, volts: 120 }, weight: 0.7 },
  { ...typical, name: "9 kWp", site: large },
  { ...typical, name: "9 kWp 3 phases", site: { ...large, phases: 3 }, weight: 0.7 },
  { ...typical, name: "9 kWp 3 phases λ=3", site: { ...large, phases: 3 }, tolerance: 3, weight: 0.4 },
  { ...typical, name: "cloud60", meter: "cloud60", weight: 1.5 },
  { ...typical, name: "cloud60 λ=3", meter: "cloud60", tolerance: 3, weight: 1.5 },
  { ...typical, name: "slow:slow30", car: "slow", meter: "slow30" },
  { ...typical, name: "slow:slow30 λ=3", car: "slow", meter: "slow30", tolerance: 3, weight: 0.7 },
];

/** A day as the rule sees it and as it is, look by look. */
interface Lesson {
  /** What running is worth by the reading at hand, Wh a look; its sign says which patience is asked for. */
  readonly seen: Float32Array;
  /** What running is really worth with the set point in force, Wh a look. */
  readonly true: Float32Array;
  readonly marks: Float32Array;
  readonly bestWh: number;
  readonly startS: number;
}

const MARKS = SIGNS.length;

function lessonOf(day: Day, school: School): Lesson {
  const car = CARS[school.car] as CarKind;
  const meter = METERS[school.meter] as MeterKind;
  const { site, tolerance } = school;
  const volts = site.volts * (site.phases === 3 ? 3 : 1);
  const range = { least: (FLOOR_A + car.offset) * volts, most: Math.min(site.mostA + car.offset, car.most) * volts };
  const surplus = surplusOf(day, site.peakW);
  const looks = Math.floor(surplus.length / STEP);
  const readAt = (second: number): number => surplus[Math.floor(Math.max(0, second - meter.lag) / meter.period) * meter.period] as number;
  const lesson = { seen: new Float32Array(looks), true: new Float32Array(looks), marks: new Float32Array(looks * MARKS) };
  let outlook: Outlook | null = null;
  for (let i = 0; i < looks; i += 1) {
    let sum = 0;
    for (let t = i * STEP; t < (i + 1) * STEP; t += 1) {
      const aim = Math.max(range.least, Math.min(range.most, readAt(t - car.dead)));
      sum += worth(aim, surplus[t] as number, tolerance);
    }
    lesson.true[i] = sum / 3600;
    const read = readAt(i * STEP);
    const gain = gainOf(read, range, tolerance);
    lesson.seen[i] = (gain * STEP) / 3600;
    outlook = looked(outlook, gain, range.least, Seconds(STEP), read > 0);
    lesson.marks.set(marksOf(outlook, gain < 0, tolerance), i * MARKS);
  }
  const { bestWh } = boundOf(day, site, car, meter, { tolerance, closureWh: CLOSURE_WH });
  return { ...lesson, bestWh, startS: car.start };
}

interface Outcome {
  readonly wonWh: number;
  readonly closures: number;
}

/** One day by the rule with these weights: those of stopping, then those of starting. */
function sit({ seen, true: really, marks, startS }: Lesson, weights: Float64Array): Outcome {
  const least = CLOSURE_WH * Math.exp(LEAST_PATIENCE);
  let on = false;
  let regret = 0;
  let won = 0;
  let closures = 0;
  let held = Number.POSITIVE_INFINITY;
  for (let i = 0; i < seen.length; i += 1) {
    const gain = seen[i] as number;
    held += STEP;
    if (on && held > startS) won += really[i] as number;
    regret += on ? -gain : gain;
    if (regret <= 0) {
      regret = 0;
      continue;
    }
    if (regret < least || held < 60 || (on ? gain >= 0 : gain <= 0)) continue;
    const from = on ? 0 : MARKS;
    let sum = 0;
    for (let k = 0; k < MARKS; k += 1) sum += (weights[from + k] as number) * (marks[i * MARKS + k] as number);
    if (regret < CLOSURE_WH * Math.exp(Math.max(LEAST_PATIENCE, Math.min(MOST_PATIENCE, sum)))) continue;
    on = !on;
    regret = 0;
    held = 0;
    if (!on) continue;
    closures += 1;
    won -= CLOSURE_WH;
  }
  return { wonWh: won, closures };
}

interface Class {
  readonly school: School;
  readonly lessons: readonly Lesson[];
}

const classesOf = (days: number, seed: number): readonly Class[] =>
  SCHOOLS.map((school, k) => ({
    school,
    lessons: Array.from({ length: days }, (_, i) => lessonOf(makeDay(seed + 1000 * k + i), school)),
  }));

function marksFor({ lessons }: Class, weights: Float64Array): { readonly score: number; readonly closures: number } {
  let won = 0;
  let best = 0;
  let closures = 0;
  for (const lesson of lessons) {
    const outcome = sit(lesson, weights);
    won += outcome.wonWh;
    best += lesson.bestWh;
    closures += outcome.closures;
  }
  return { score: (100 * won) / best, closures: closures / lessons.length };
}

/** Mean score of all schools, less what closures cost calm. */
function judge(classes: readonly Class[], weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (const one of classes) {
    const { score, closures } = marksFor(one, weights);
    sum += one.school.weight * (score - (one.school.tolerance > 1 ? 0 : CALM * closures));
    total += one.school.weight;
  }
  return sum / total;
}

/** The same price always: 1.5 closures to stop, 0.6 to start. */
function bareRule(): Float64Array {
  const weights = new Float64Array(2 * MARKS);
  weights[0] = Math.log(1.5);
  weights[MARKS] = Math.log(0.6);
  return weights;
}

/** Prints what the weights found on `days` days a school come to on as many other days, beside the bare rule, and then the weights. */
export function fitPatience(days: number, rounds: number): void {
  const training = classesOf(days, TRAINING_SEED);
  const start = bareRule();
  const size = (weights: Float64Array): number => weights.reduce((sum, weight, i) => (i % MARKS === 0 ? sum : sum + weight * weight), 0);
  const found = evolve((weights) => judge(training, weights) - RIDGE * size(weights), start, rounds).map(
    (weight) => Math.round(weight * 100) / 100,
  );
  const checking = classesOf(days, CHECKING_SEED);
  console.log(`training: ${judge(training, start).toFixed(3)} → ${judge(training, found).toFixed(3)}`);
  for (const one of checking) {
    const [before, after] = [marksFor(one, start), marksFor(one, found)];
    console.log(
      `${one.school.name.padEnd(20)} ${before.score.toFixed(2)} → ${after.score.toFixed(2)} %, closures ${before.closures.toFixed(2)} → ${after.closures.toFixed(2)}`,
    );
  }
  console.log(`checking: ${judge(checking, start).toFixed(3)} → ${judge(checking, found).toFixed(3)}`);
  SIGNS.forEach(([sign], i) => {
    console.log(`  ["${sign}", ${found[i]}, ${found[i + MARKS]}],`);
  });
}
