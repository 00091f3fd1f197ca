/**
 * Samples as PostgreSQL keeps them: those of one session and one hour (UTC) in one row of arrays, in whole steps. A row for each sample
 * would cost 24 bytes of header and 30 of index for 40 of content.
 */
import type { SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SAMPLE_SCALE } from "../resolution.ts";

const HOUR = 3_600_000;

type Figure = keyof typeof SAMPLE_SCALE;
export const FIGURES = Object.keys(SAMPLE_SCALE) as readonly Figure[];

/** Arrays of one length, in the order of time. */
export interface SampleBlock extends Readonly<Record<Figure, readonly (number | null)[]>> {
  readonly session: string;
  /** Begin of the hour. */
  readonly at: number;
  /** Milliseconds since `at`. */
  readonly offset: readonly number[];
}

/** Counters and money may grow large; nothing that is measured at one moment comes near 2 GW. */
export const TYPES: Readonly<Record<Figure, "int4" | "int8">> = {
  energyWh: "int8",
  sunWh: "int8",
  gridWh: "int8",
  batteryWh: "int8",
  cost: "int8",
  powerW: "int4",
  currentA: "int4",
  offeredA: "int4",
  temperatureC: "int4",
};
const LARGEST = { int4: 2 ** 31 - 1, int8: Number.MAX_SAFE_INTEGER } as const;

/** One block for each session and hour. */
export function blocksOf(samples: readonly SessionSample[]): readonly SampleBlock[] {
  const byHour = new Map<string, SessionSample[]>();
  for (const sample of samples) {
    const key = `${hourOf(sample.at)} ${sample.session}`;
    const inHour = byHour.get(key);
    if (inHour === undefined) byHour.set(key, [sample]);
    else inHour.push(sample);
  }
  return [...byHour.values()].map(blockOf);
}

const hourOf = (at: number): number => Math.floor(Math.round(at) / HOUR) * HOUR;

/** @param samples one or more, all of one session and hour */
function blockOf(samples: readonly SessionSample[]): SampleBlock {
  const { session, at } = { session: samples[0]?.session ?? "", at: hourOf(samples[0]?.at ?? 0) };
  const once = new Map<number, SessionSample>();
  for (const sample of samples) {
    const offset = Math.round(sample.at) - at;
    if (!once.has(offset)) once.set(offset, sample);
  }
  const ordered = [...once].sort(([a], [b]) => a - b);
  const figures = FIGURES.map((figure) => [figure, ordered.map(([, sample]) => inSteps(sample[figure], figure))]);
  return { session, at, offset: ordered.map(([offset]) => offset), ...Object.fromEntries(figures) };
}

/** @returns the samples of a block, in the order of time. */
export const samplesOf = (block: SampleBlock): readonly SessionSample[] =>
  block.offset.map((offset, index) => sampleOf(block.session, block.at + offset, (figure) => block[figure][index] ?? null));

/** @param steps a figure as a row has it */
export function sampleOf(session: string, at: number, steps: (figure: Figure) => number | null): SessionSample {
  const units = (figure: Figure): number | null => {
    const whole = steps(figure);
    return whole === null ? null : whole / SAMPLE_SCALE[figure];
  };
  return {
    session,
    at: WallTime(at),
    energyWh: units("energyWh") ?? 0,
    sunWh: units("sunWh") ?? 0,
    gridWh: units("gridWh") ?? 0,
    batteryWh: units("batteryWh") ?? 0,
    cost: units("cost"),
    powerW: units("powerW"),
    currentA: units("currentA"),
    offeredA: units("offeredA"),
    temperatureC: units("temperatureC"),
  };
}

function inSteps(value: number | null, figure: Figure): number | null {
  const most = LARGEST[TYPES[figure]];
  return value === null ? null : Math.max(-most, Math.min(most, Math.round(value * SAMPLE_SCALE[figure])));
}
