/**
 * The design study's figures of sampling (hardware 4; conformance 5.2 to 5.4) beside what this project's own model of line and converter
 * gives, and, where it says something, what the bursts do that ship.
 */
import { burstPlanFor } from "#core/pilot/plan";
import { DutyPercent } from "#core/units/units";
import { spacingFor } from "#pi/burst-spacing";
import { CAR_OHM, GAIN, lineOf, type PilotLine, voltsAt } from "../pilot-waveform.ts";
import { table } from "../report/table.ts";
import { BUFFER_OHM, converter, heldShare, leastSpacingUs } from "./converter.ts";
import { orderStatistics } from "./order-statistics.ts";

const PERIOD_US = 1_000;

export interface Comparison {
  /** Section of the study. */
  readonly section: string;
  readonly what: string;
  readonly theirs: number;
  readonly ours: number;
  readonly unit: string;
  /** They agree when neither is more than this many times the other, or when they differ by no more than `allowance`. */
  readonly factor: number;
  readonly allowance: number;
  /** Why they differ, where that is known; null where they must agree. */
  readonly why: string | null;
}

export type Agreement = "agrees" | "explained" | "differs";

export function agreementOf({ theirs, ours, factor, allowance, why }: Comparison): Agreement {
  const near = Math.abs(theirs - ours) <= allowance;
  const ratio = ours / theirs;
  if (near || (ratio <= factor && ratio >= 1 / factor)) return "agrees";
  return why === null ? "differs" : "explained";
}

/** Chance that fewer than `wanted` of `samples` at random phases fall where the share `within` of the period is. */
export function missChance(samples: number, within: number, wanted = 1): number {
  let term = (1 - within) ** samples;
  let sum = term;
  for (let hits = 1; hits < wanted; hits += 1) {
    term *= ((samples - hits + 1) / hits) * (within / (1 - within));
    sum += term;
  }
  return sum;
}

/** The longest stretch of the period that a burst of equal spacing never meets, µs. */
export function widestUnseen(samples: number, spacingUs: number): number {
  const phases = Float64Array.from({ length: samples }, (_, index) => (index * spacingUs) % PERIOD_US).sort();
  let widest = (phases[0] ?? 0) + PERIOD_US - (phases[samples - 1] ?? 0);
  for (let index = 1; index < samples; index += 1) widest = Math.max(widest, (phases[index] ?? 0) - (phases[index - 1] ?? 0));
  return widest;
}

/** Share of the spacings of 28 to 60 µs at which `samples` leave more than 20 µs unseen. */
function badSpacings(samples: number): number {
  const [from, to, step, limitUs] = [28, 60, 0.01, 20];
  let bad = 0;
  let all = 0;
  for (let spacingUs = from; spacingUs < to; spacingUs += step) {
    all += 1;
    if (widestUnseen(samples, spacingUs) > limitUs) bad += 1;
  }
  return bad / all;
}

const lineAt = (state: keyof typeof CAR_OHM, nanofarad: number, dutyPercent: number): PilotLine =>
  lineOf({ carOhm: CAR_OHM[state], nanofarad }, dutyPercent);

/** Time after an edge until the line stays within `withinV` of its plateau, µs. */
function settledAfter(line: PilotLine, edge: "rise" | "fall", withinV: number): number {
  const fromUs = edge === "rise" ? 0 : (PERIOD_US * line.dutyPercent) / 100;
  const levelV = edge === "rise" ? line.highV : line.lowV;
  const stepUs = 0.05;
  let sinceUs = 0;
  while (Math.abs(voltsAt(line, fromUs + sinceUs) - levelV) > withinV && sinceUs < PERIOD_US) sinceUs += stepUs;
  return sinceUs;
}

/** The part of a phase in which the line is settled to a quarter of a volt, µs. */
function usableUs(phase: "high" | "low", dutyPercent: number, nanofarad: number): number {
  const line = lineAt("B", nanofarad, dutyPercent);
  const lengthUs = (PERIOD_US * (phase === "high" ? dutyPercent : 100 - dutyPercent)) / 100;
  return lengthUs - settledAfter(line, phase === "high" ? "rise" : "fall", 0.25);
}

/** The fewest samples that any burst that ships has in a stretch of the period, wherever it begins. */
export function fewestSamples(dutyPercent: number, stretchUs: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (const sequence of [0, 1, 2, 3]) {
    const plan = burstPlanFor({ kind: "pwm", dutyPercent: DutyPercent(dutyPercent) }, sequence);
    const spacingUs = spacingFor(plan, leastSpacingUs(converter("MCP3208")));
    for (let startUs = 0; startUs < PERIOD_US; startUs += 0.5) {
      let inside = 0;
      for (let index = 0; index < plan.count; index += 1) if ((startUs + index * spacingUs) % PERIOD_US < stretchUs) inside += 1;
      fewest = Math.min(fewest, inside);
    }
  }
  return fewest;
}

/** Nearly locked sampling drifts through the period by so much of each second. */
const DRIFT = 50e-6;
const blindS = (samplesPerS: number, stretchUs: number): number => Math.max(0, 1e6 / samplesPerS - stretchUs) / (DRIFT * 1e6);

/** The first sample after an edge through a converter that keeps some of the one before. */
const heldV = (plateauV: number, beforeV: number, acquisitionUs: number, sourceOhm = 30_400): number =>
  plateauV + heldShare(sourceOhm, acquisitionUs) * (beforeV - plateauV);

interface Agreed {
  readonly factor?: number;
  readonly allowance?: number;
  readonly why?: string;
}

const compare = (section: string, unit: string, agreed: Agreed, rows: readonly (readonly [string, number, number])[]): Comparison[] =>
  rows.map(([what, theirs, ours]) => {
    const { factor = 1, allowance = 0, why = null } = agreed;
    return { section, what, theirs, ours, unit, factor, allowance, why };
  });

/** Our line begins its edge at once, and has no time constant behind the divider. */
const OWN_EDGE = "their op-amp needs 2 to 3 µs for its own edge (CP-06), and their converter's node half a microsecond";
/** Spacings at which the samples of a burst lie evenly over the period, µs. */
const EVEN_US = 40.7;
const EVEN_CLOSE_US = 31.87;

export function compareWithDesign(random: () => number): readonly Comparison[] {
  const even = orderStatistics(500, 96, EVEN_US, random);
  const short = orderStatistics(256, 96, EVEN_CLOSE_US, random);
  const anywhere = orderStatistics(256, 96, null, random);
  return [
    ...compare("hardware 4", "", { factor: 2 }, [
      ["10 %, 85 µs usable: no sample of 100 at random", 1.4e-4, missChance(100, 0.085)],
      ["… fewer than 3 of 100", 7e-3, missChance(100, 0.085, 3)],
      ["… no sample of 256", 1e-10, missChance(256, 0.085)],
      ["… fewer than 3 of 256", 4e-8, missChance(256, 0.085, 3)],
      ["… no sample of 500", 5e-20, missChance(500, 0.085)],
      ["96 %, 24 µs usable: no sample of 100", 0.088, missChance(100, 0.024)],
      ["… fewer than 3 of 100", 0.57, missChance(100, 0.024, 3)],
      ["… no sample of 256", 2e-3, missChance(256, 0.024)],
      ["… fewer than 3 of 256", 0.054, missChance(256, 0.024, 3)],
      ["… no sample of 500", 5e-6, missChance(500, 0.024)],
      ["… fewer than 3 of 500", 5e-4, missChance(500, 0.024, 3)],
      ["… no sample of 1024", 2e-11, missChance(1024, 0.024)],
      ["… fewer than 3 of 1024", 5e-9, missChance(1024, 0.024, 3)],
      ["80 %, 185 µs usable: no sample of 256", 2e-23, missChance(256, 0.185)],
    ]),
    ...compare("hardware 4", "µs", { allowance: 2 }, [
      ["widest stretch unseen, 500 samples 40.0 µs apart", 40, widestUnseen(500, 40)],
      ["… 50.0 µs", 50, widestUnseen(500, 50)],
      ["… 100.0 µs", 100, widestUnseen(500, 100)],
      ["… 33.3 µs", 18, widestUnseen(500, 33.3)],
      ["… 114 µs, 100 samples", 16, widestUnseen(100, 114)],
      ["… 40.5 µs", 3.25, widestUnseen(500, 40.5)],
      ["… 41 µs", 3.25, widestUnseen(500, 41)],
      ["… 37.3 µs", 3.25, widestUnseen(500, 37.3)],
    ]),
    ...compare("hardware 4", "", { factor: 1.25 }, [
      ["share of spacings that leave 20 µs unseen, 500 samples", 0.057, badSpacings(500)],
      ["… 256 samples", 0.12, badSpacings(256)],
      ["… 100 samples", 0.45, badSpacings(100)],
    ]),
    ...compare("hardware 4", "V", { factor: 1.3 }, [
      ["third highest and lowest of 500 samples, 96 %: worst error", 0.11, even.thirdV],
      ["highest and lowest", 0.15, even.outermostV],
    ]),
    ...compare("hardware 4", "V", { factor: 1.3, why: "spread evenly by the spacing; some of theirs met the low phase less often" }, [
      ["third highest and lowest of 256 samples, 96 %: worst error", 0.32, short.thirdV],
    ]),
    ...compare("hardware 4", "", { factor: 2 }, [
      ["median of each half of 256 samples at random phases, 96 %: more than 1 V off", 0.16, anywhere.badMedians],
    ]),
    ...[10, 85, 96].flatMap((duty): Comparison[] => {
      const phase = duty === 10 ? "high" : "low";
      const stretchUs = usableUs(phase, duty, 3);
      const count = duty > 85 ? 314 : 244;
      const what = `${duty} %: fewest samples of a burst in the ${stretchUs.toFixed(0)} µs usable; at random ${count} have this mean`;
      const why = "spread evenly, not at random: near the mean is the least, and none is ever missed";
      return compare("hardware 4", "", { why }, [[what, (count * stretchUs) / PERIOD_US, fewestSamples(duty, stretchUs)]]);
    }),
    ...compare("conformance 5.2", "µs", { allowance: 1.5, why: OWN_EDGE }, [
      ...([1, 3, 5.5] as const).flatMap((nanofarad, row): (readonly [string, number, number])[] => {
        const theirs = [
          [8, 7, 7, 8],
          [14, 11, 8, 18],
          [25, 17, 11, 33],
        ][row];
        const atPilotV = 0.01 * GAIN;
        return (["B", "C", "D", "fall"] as const).map((edge, column) => [
          `${nanofarad} nF: settled to 10 mV at the converter after ${edge === "fall" ? "a fall" : `a rise to ${edge}`}`,
          theirs?.[column] ?? Number.NaN,
          edge === "fall"
            ? settledAfter(lineAt("B", nanofarad, 50), "fall", atPilotV)
            : settledAfter(lineAt(edge, nanofarad, 50), "rise", atPilotV),
        ]);
      }),
    ]),
    ...compare("conformance 5.3", "µs", { allowance: 4 }, [
      ["10 %: usable high", 92, usableUs("high", 10, 3)],
      ["10 %: usable low", 890, usableUs("low", 10, 3)],
      ["50 %: usable high", 492, usableUs("high", 50, 3)],
      ["50 %: usable low", 490, usableUs("low", 50, 3)],
      ["85 %: usable high", 842, usableUs("high", 85, 3)],
      ["85 %: usable low", 140, usableUs("low", 85, 3)],
      ["96 %: usable high", 952, usableUs("high", 96, 3)],
      ["96 %: usable low", 30, usableUs("low", 96, 3)],
      ["97 %, 5.5 nF: usable high", 953, usableUs("high", 97, 5.5)],
    ]),
    ...compare("conformance 5.3", "µs", { why: "theirs to where the line gets in that time (−11.71 V), ours to where it would settle" }, [
      ["97 %, 5.5 nF: usable low", 11, usableUs("low", 97, 5.5)],
    ]),
    ...compare("conformance 5.3", "", { factor: 2 }, [
      ["10 %: a phase missed by 50 random samples", 8e-3, missChance(50, 0.092)],
      ["… 100", 6e-5, missChance(100, 0.092)],
      ["… 200", 4e-9, missChance(200, 0.092)],
      ["85 %: … 50", 5e-4, missChance(50, 0.14)],
      ["… 100", 3e-7, missChance(100, 0.14)],
      ["… 200", 8e-14, missChance(200, 0.14)],
      ["96 %: … 50", 0.22, missChance(50, 0.03)],
      ["… 100", 0.05, missChance(100, 0.03)],
      ["… 200", 2e-3, missChance(200, 0.03)],
      ["97 %, 5.5 nF: … 50", 0.58, missChance(50, 0.011)],
      ["… 100", 0.33, missChance(100, 0.011)],
      ["… 200", 0.11, missChance(200, 0.011)],
    ]),
    ...compare("conformance 5.3", "s", { factor: 1.1 }, [
      ["10 %, nearly locked: blind at 10 kS/s", 0.16, blindS(10_000, 92)],
      ["96 %: … 10 kS/s", 1.4, blindS(10_000, 30)],
      ["96 %: … 20 kS/s", 0.4, blindS(20_000, 30)],
      ["97 %, 5.5 nF: … 10 kS/s", 1.8, blindS(10_000, 11)],
      ["97 %, 5.5 nF: … 20 kS/s", 0.8, blindS(20_000, 11)],
      ["97 %, 5.5 nF: … 50 kS/s", 0.18, blindS(50_000, 11)],
    ]),
    ...compare("conformance 5.4", "V", { allowance: 0.1 }, [
      ["B at 10 %, no buffer, 1.5 µs: highest seen", 5.98, heldV(8.92, -11.9, 1.5)],
      ["… 3 µs", 8.2, heldV(8.92, -11.9, 3)],
      ["… 6 µs", 8.86, heldV(8.92, -11.9, 6)],
      ["… with a buffer", 8.91, heldV(8.92, -11.9, 1.5, BUFFER_OHM)],
      ["C at 10 %, no buffer, 1.5 µs: highest seen", 3.43, heldV(5.96, -11.9, 1.5)],
      ["… 3 µs", 5.33, heldV(5.96, -11.9, 3)],
      ["… 6 µs", 5.91, heldV(5.96, -11.9, 6)],
      ["B at 96 %, no buffer, 1.5 µs: lowest seen", -8.97, heldV(-11.9, 8.92, 1.5)],
    ]),
  ];
}

const figure = (value: number, unit: string): string =>
  unit === "" && value < 0.01 ? value.toExponential(0) : `${Number(value.toPrecision(3))}${unit === "" ? "" : ` ${unit}`}`;

const WORDS: Readonly<Record<Agreement, string>> = { agrees: "agrees", explained: "", differs: "DIFFERS" };

export const designTable = (comparisons: readonly Comparison[]): string =>
  table(
    ["the design study", "section", "theirs", "ours", ""],
    comparisons.map((each) => {
      const agreement = agreementOf(each);
      return [
        each.what,
        each.section,
        figure(each.theirs, each.unit),
        figure(each.ours, each.unit),
        agreement === "explained" ? (each.why ?? "") : WORDS[agreement],
      ];
    }),
  );
