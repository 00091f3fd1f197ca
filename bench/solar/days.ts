/** Days of sun and household load at one second, made from a seed or read from files. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { randomOf } from "./random.ts";

export interface Day {
  readonly name: string;
  /** Share of the plant's peak, one value a second, from first to last light. */
  readonly sun: Float64Array;
  /** W, same seconds. */
  readonly load: Float64Array;
}

export interface DaySet {
  readonly train: readonly Day[];
  readonly test: readonly Day[];
}

const DAY = 86_400;

/** How cloudy a made-up sky is: mean of the cloud field, its spread, its quickest time constant in s, and what clouds let through. */
const SKIES = [
  { name: "clear", mean: 2.6, spread: 0.5, quick: 120, through: 0.5 },
  { name: "fair", mean: 1.2, spread: 1.1, quick: 60, through: 0.3 },
  { name: "broken", mean: 0.2, spread: 1.3, quick: 40, through: 0.25 },
  { name: "showery", mean: -0.5, spread: 1.5, quick: 80, through: 0.2 },
  { name: "hazy", mean: 1.6, spread: 0.7, quick: 300, through: 0.6 },
  { name: "windy", mean: 0.5, spread: 1.6, quick: 20, through: 0.3 },
] as const;

function makeSun(seed: number): { readonly sky: string; readonly from: number; readonly sun: Float64Array } {
  const random = randomOf(seed);
  const sky = SKIES[seed % SKIES.length] ?? SKIES[0];
  const length = random.between(11, 15.5) * 3600;
  const from = Math.round(13 * 3600 - length / 2);
  const height = random.between(0.75, 1);
  const sun = new Float64Array(Math.round(length));
  let slow = random.normal();
  let middle = random.normal();
  let quick = random.normal();
  let edge = 0;
  const drift = random.between(-0.8, 0.8);
  const towards = (value: number, seconds: number): number => value * (1 - 1 / seconds) + Math.sqrt(2 / seconds) * random.normal();
  for (let t = 0; t < sun.length; t += 1) {
    const elevation = Math.sin((Math.PI * t) / length);
    slow = towards(slow, 5400);
    middle = towards(middle, 600);
    quick = towards(quick, sky.quick);
    const field = sky.mean + drift * (t / length - 0.5) + sky.spread * (0.6 * slow + 0.6 * middle + 0.5 * quick);
    const open = 1 / (1 + Math.exp(-5 * field));
    // Panels a few metres apart see an edge pass over some seconds.
    edge += (open - edge) / 5;
    const bright = edge > 0.3 && edge < 0.9 ? 1.06 : 1;
    sun[t] = Math.min(1.1, height * elevation ** 1.3 * (sky.through + (1 - sky.through) * edge) * bright);
  }
  return { sky: sky.name, from, sun };
}

/** Adds an appliance that is switched between `from` and `to`, with a thermostat when `on` and `off` (s) are given. */
function addLoad(load: Float64Array, watts: number, from: number, to: number, on = Number.POSITIVE_INFINITY, off = 0): void {
  for (let t = Math.max(0, Math.round(from)); t < Math.min(DAY, to); t += 1) {
    if ((t - from) % (on + off) < on) load[t] = (load[t] ?? 0) + watts;
  }
}

function makeLoad(seed: number): Float64Array {
  const random = randomOf(seed ^ 0x5eed);
  const load = new Float64Array(DAY);
  const base = random.between(120, 380);
  let hum = 0;
  for (let t = 0; t < DAY; t += 1) {
    hum = hum * 0.999 + random.normal() * 1.2;
    load[t] = Math.max(40, base + hum);
  }
  addLoad(load, random.between(70, 140), random.between(0, 3600), DAY, random.between(600, 1200), random.between(1500, 3000));
  const times = (least: number, most: number): number => Math.round(random.between(least, most));
  for (let i = times(3, 9); i > 0; i -= 1) {
    const at = random.between(6, 21) * 3600;
    addLoad(load, random.between(1800, 2900), at, at + random.between(90, 260));
  }
  for (let i = times(1, 6); i > 0; i -= 1) {
    const at = random.between(7, 21) * 3600;
    addLoad(load, random.between(900, 1500), at, at + random.between(60, 420));
  }
  for (let i = times(0, 2); i > 0; i -= 1) {
    const at = random.between(9, 18) * 3600;
    addLoad(load, random.between(1900, 2300), at, at + random.between(900, 1500));
    addLoad(load, random.between(150, 350), at + 1500, at + 5400, random.between(8, 20), random.between(4, 12));
  }
  if (random.next() < 0.6) {
    const at = random.between(10.5, 18) * 3600;
    addLoad(load, random.between(1800, 2600), at, at + random.between(1500, 3600), random.between(25, 90), random.between(20, 120));
  }
  if (random.next() < 0.5) {
    const at = random.between(9, 19) * 3600;
    addLoad(load, random.between(1700, 2200), at, at + 1000);
    addLoad(load, random.between(1700, 2200), at + 3000, at + 3700);
  }
  return load;
}

/** One made-up day: a sky and a house of their own. */
export function makeDay(seed: number): Day {
  const { sky, from, sun } = makeSun(seed);
  return { name: `${sky}-${seed}`, sun, load: makeLoad(seed).slice(from, from + sun.length) };
}

/** Training days and test days from separate seeds. */
export function makeDays(train: number, test: number): DaySet {
  return {
    train: Array.from({ length: train }, (_, i) => makeDay(1000 + i)),
    test: Array.from({ length: test }, (_, i) => makeDay(7000 + i)),
  };
}

/** Reads `second,value` rows and fills the seconds between by straight lines; outside the rows the value is 0. */
export function readSeries(path: string): Float64Array {
  const series = new Float64Array(DAY);
  let lastSecond = -1;
  let lastValue = 0;
  for (const line of readFileSync(path, "utf8").split("\n").slice(1)) {
    const [second, value] = line.split(",").map(Number);
    if (second === undefined || value === undefined || !Number.isInteger(second) || !Number.isFinite(value)) continue;
    if (second <= lastSecond || second >= DAY) throw new RangeError(`${path}: expected rising seconds below ${DAY}, got ${second}`);
    for (let t = Math.max(0, lastSecond); t <= second; t += 1) {
      const share = lastSecond < 0 || second === lastSecond ? 1 : (t - lastSecond) / (second - lastSecond);
      if (lastSecond >= 0 || t === second) series[t] = lastValue + share * (value - lastValue);
    }
    lastSecond = second;
    lastValue = value;
  }
  if (lastSecond < 0) throw new RangeError(`${path}: expected rows of second,value, found none`);
  return series;
}

const SUN_FILE = /^(?:(train|test)-)?sun-.+\.csv$/;
const LOAD_FILE = /^(?:(train|test)-)?load-.+\.csv$/;

function half(
  folder: string,
  pattern: RegExp,
  files: readonly string[],
  which: "train" | "test",
): readonly (readonly [string, Float64Array])[] {
  const all = files.filter((file) => pattern.test(file));
  return all
    .filter((file, index) => (pattern.exec(file)?.[1] ?? (index % 2 === 0 ? "train" : "test")) === which)
    .map((file) => [basename(file, ".csv"), readSeries(join(folder, file))] as const);
}

/** Cuts the night off: from the first to the last second with sun. */
function dayOf(name: string, sun: Float64Array, load: Float64Array): Day {
  const first = sun.findIndex((value) => value > 0);
  const last = sun.findLastIndex((value) => value > 0);
  return { name, sun: sun.slice(first, last + 1), load: load.slice(first, last + 1) };
}

/**
 * Days from a folder of `sun-NAME.csv` (second of the day, share of the plant's peak) and `load-NAME.csv` (second, W).
 * A name that begins with `train-` or `test-` says which half it belongs to; otherwise files alternate. Every sky meets up to `houses` houses.
 */
export function readDays(folder: string, houses: number): DaySet {
  const files = readdirSync(folder).sort();
  const days = (which: "train" | "test"): Day[] => {
    const suns = half(folder, SUN_FILE, files, which);
    const loads = half(folder, LOAD_FILE, files, which);
    if (suns.length === 0 || loads.length === 0) {
      throw new RangeError(`${folder}: expected sun-*.csv and load-*.csv files for ${which}, found ${suns.length} and ${loads.length}`);
    }
    return suns.flatMap(([sunName, sun], s) =>
      Array.from({ length: Math.min(houses, loads.length) }, (_, i) => {
        const [loadName, load] = loads[(s * houses + i) % loads.length] as readonly [string, Float64Array];
        return dayOf(`${sunName}+${loadName}`, sun, load);
      }),
    );
  };
  return { train: days("train"), test: days("test") };
}
