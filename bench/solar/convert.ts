/** Turns recordings as their sources publish them into the day files the benchmark reads. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A kettle or the like: a minute's mean that stands clear of both neighbours is this power for a part of the minute. */
const SHORT_APPLIANCE_W = 2800;
const CLEAR_OF_NEIGHBOURS_W = 250;
const MINUTES = 1440;

const textOf = (path: string): string => {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};

const numbersOf = (text: string): number[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(Number);

/** Rows at which the value changes; straight lines between rows give back what is left out. */
function csvOf(title: string, values: ArrayLike<number>, every: number, from: number): string {
  const rows = [`second,${title}`];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    const flat = i > 0 && i < values.length - 1 && values[i - 1] === value && values[i + 1] === value;
    if (!flat) rows.push(`${from + i * every},${Math.round(value * 10_000) / 10_000}`);
  }
  return `${rows.join("\n")}\n`;
}

/** Minute means decoded to seconds: short appliances become blocks of their true power, the rest keeps its mean. */
export function secondsOf(minutes: readonly number[]): Float64Array {
  const seconds = new Float64Array(minutes.length * 60);
  minutes.forEach((mean, i) => {
    const beside = Math.max(minutes[i - 1] ?? mean, minutes[i + 1] ?? mean);
    const short = mean - beside > CLEAR_OF_NEIGHBOURS_W;
    const height = Math.max(SHORT_APPLIANCE_W, mean - beside);
    const block = short ? Math.round((60 * (mean - beside)) / height) : 0;
    const start = short ? (i * 17) % (61 - block) : 0;
    for (let s = 0; s < 60; s += 1) {
      const on = short && s >= start && s < start + block;
      seconds[i * 60 + s] = (short ? beside : mean) + (on ? height : 0);
    }
  });
  return seconds;
}

const shareOfPeak = (values: readonly number[]): number[] => {
  const peak = Math.max(...values);
  return values.map((value) => Math.max(0, value) / peak);
};

/** Sun at one second from 06:00 on, one number a line. */
function convertSecondSun(text: string): string {
  return csvOf("share", shareOfPeak(numbersOf(text)), 1, 6 * 3600);
}

/** Irradiance a minute, third column. Night below 1 % of the day's peak. */
function convertIrradiance(text: string): string {
  const values = text
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[2])
    .filter((cell) => cell !== undefined)
    .map(Number);
  const share = shareOfPeak(values).map((value) => (value < 0.01 ? 0 : value));
  return csvOf("share", share, 60, 0);
}

/** Days of a household from minute rows "YYYY-MM-DD HH:MM:SS,W,…". */
function* convertHousehold(text: string): Generator<readonly [string, string]> {
  const days = new Map<string, number[]>();
  for (const line of text.split("\n").slice(1)) {
    const [time = "", watts = ""] = line.split(",");
    const [day = "", clock = ""] = time.split(" ");
    const [hour = 0, minute = 0] = clock.split(":").map(Number);
    if (day === "" || watts === "") continue;
    const minutes = days.get(day) ?? new Array<number>(MINUTES).fill(Number.NaN);
    minutes[hour * 60 + minute] = Number(watts);
    days.set(day, minutes);
  }
  for (const [day, minutes] of days) {
    if (minutes.filter(Number.isFinite).length < MINUTES * 0.98) continue;
    let last = minutes.find(Number.isFinite) ?? 0;
    const whole = minutes.map((value) => {
      if (Number.isFinite(value)) last = value;
      return last;
    });
    yield [day, csvOf("watts", secondsOf(whole), 1, 0)];
  }
}

/**
 * Converts every file of `from` it knows by its name into day files in `to`. Skies and houses alternate between training and test.
 * @returns the names written.
 */
export function convert(from: string, to: string): readonly string[] {
  mkdirSync(to, { recursive: true });
  const written: string[] = [];
  let suns = 0;
  let loads = 0;
  const half = (index: number): string => (index % 2 === 0 ? "test" : "train");
  const write = (name: string, text: string): void => {
    writeFileSync(join(to, name), text);
    written.push(name);
  };
  for (const file of readdirSync(from).sort()) {
    const path = join(from, file);
    if (/^pv-epri-.*\.csv$/.test(file)) write(`${half(suns++)}-sun-epri.csv`, convertSecondSun(textOf(path)));
    else if (/^pv-midc-.*\.txt$/.test(file)) write(`${half(suns++)}-sun-midc.csv`, convertIrradiance(textOf(path)));
    else if (/^load-refit-.*\.csv\.gz$/.test(file)) {
      for (const [day, text] of convertHousehold(textOf(path))) write(`${half(loads++)}-load-refit-${day}.csv`, text);
    } else if (/^ieee_lv_.*_kW\.txt$/.test(file)) {
      const watts = numbersOf(textOf(path)).map((kilowatts) => kilowatts * 1000);
      write(`${half(loads++)}-load-ieee-${/\d+/.exec(file)?.[0] ?? "x"}.csv`, csvOf("watts", secondsOf(watts), 1, 0));
    }
  }
  return written;
}
