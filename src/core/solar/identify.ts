/**
 * Learns how the car answers by asking which answer leaves the sun and the house calmest.
 * Every hypothesis turns the same grid readings into its own history of the surplus; a wrong one sees its own steps in it.
 */
import { advance, type CarTraits, type Command } from "./car-model.ts";
import type { Millis } from "#core/units/units";

const DEADS = [0, 1, 2, 3, 4.5, 6.5, 9, 13, 18, 25];
const RAMPS = [0.3, 0.5, 1, 2, 4, 10];
const STARTS = [0, 3, 6, 10, 15, 22, 30, 45, 60, 75, 90];
const CAPS = [8, 10, 11.5, 13, 14.5, 16, 20, 24, 28, 32, Number.POSITIVE_INFINITY];

/** How much calmer, in amps of surplus movement, the best must be before another hypothesis is given up. */
const MARGIN = 6;
/** A cap costs energy when it is believed wrongly, so it needs more evidence than speed does. */
const CAP_MARGIN = 10;
/** A single step tells at most this much, so that one kettle cannot decide. */
const LARGEST_EVIDENCE = 6;
/** No hypothesis is ever further away than this: cars and firmware change. */
const LARGEST_UNREST = 60;
const NO_CAP = CAPS.length - 1;

/** One family of hypotheses that differ in one respect: what each believes the car draws, and how restless its surplus is. */
export interface Bank {
  readonly amps: Float64Array;
  readonly surplus: Float64Array;
  readonly unrest: Float64Array;
}

export interface Identification {
  readonly speed: Bank;
  readonly start: Bank;
  readonly cap: Bank;
  readonly best: CarTraits;
  /** What the car may be drawing at the last evidence: the least and the most of all hypotheses still allowed, and the best one's. */
  readonly low: number;
  readonly high: number;
  readonly likely: number;
}

/** What is kept over restarts. */
export interface LearnedCar {
  readonly speed: readonly number[];
  readonly start: readonly number[];
  readonly cap: readonly number[];
}

const emptyBank = (size: number): Bank => ({
  amps: new Float64Array(size),
  surplus: new Float64Array(size).fill(Number.NaN),
  unrest: new Float64Array(size),
});

function bankOf(unrest: readonly number[] | undefined, size: number): Bank {
  const bank = emptyBank(size);
  if (unrest?.length === size && unrest.every((value) => Number.isFinite(value) && value >= 0)) bank.unrest.set(unrest);
  return bank;
}

const speedDead = (index: number): number => (DEADS[Math.floor(index / RAMPS.length)] ?? 0) * 1000;
const speedRamp = (index: number): number => RAMPS[index % RAMPS.length] ?? 1;

/** A car nobody has met yet: middling, and as likely quick as slow. */
const STRANGER = { speed: 2 * RAMPS.length + 3, start: 3 };

function calmest(unrest: Float64Array, favourite: number, margin: number): number {
  let best = favourite;
  let least = (unrest[favourite] ?? 0) - margin;
  for (let i = 0; i < unrest.length; i += 1) {
    const value = unrest[i] as number;
    if (value < least) {
      least = value;
      best = i;
    }
  }
  return best;
}

function conclude(speed: Bank, start: Bank, cap: Bank): Identification {
  const bestSpeed = calmest(speed.unrest, STRANGER.speed, 0.5);
  const bestStart = calmest(start.unrest, STRANGER.start, 0.5);
  const bestCap = calmest(cap.unrest, NO_CAP, CAP_MARGIN);
  const likely = speed.amps[bestSpeed] as number;
  let low = likely;
  let high = likely;
  for (const [bank, best] of [
    [speed, bestSpeed],
    [start, bestStart],
  ] as const) {
    const bound = (bank.unrest[best] as number) + MARGIN;
    for (let i = 0; i < bank.amps.length; i += 1) {
      if ((bank.unrest[i] as number) > bound) continue;
      const amps = bank.amps[i] as number;
      if (amps < low) low = amps;
      if (amps > high) high = amps;
    }
  }
  const best: CarTraits = {
    dead: speedDead(bestSpeed) as Millis,
    ramp: speedRamp(bestSpeed),
    start: ((STARTS[bestStart] as number) * 1000) as Millis,
    cap: CAPS[bestCap] as number,
  };
  return { speed, start, cap, best, low, high, likely };
}

export function newIdentification(learned: LearnedCar | null): Identification {
  return conclude(
    bankOf(learned?.speed, DEADS.length * RAMPS.length),
    bankOf(learned?.start, STARTS.length),
    bankOf(learned?.cap, CAPS.length),
  );
}

const rounded = (unrest: Float64Array): number[] => Array.from(unrest, (value) => Math.round(value * 100) / 100);

export const learnedCar = (identification: Identification): LearnedCar => ({
  speed: rounded(identification.speed.unrest),
  start: rounded(identification.start.unrest),
  cap: rounded(identification.cap.unrest),
});

/** A reading as the hypotheses see it: export of the house in A, between `from` and `to` on the meter's time. */
export interface Evidence {
  readonly from: number;
  readonly to: number;
  readonly exportA: number;
  readonly commands: readonly Command[];
}

function weigh(bank: Bank, traitsOf: (index: number) => CarTraits, evidence: Evidence): Bank {
  const { from, to, exportA, commands } = evidence;
  const size = bank.amps.length;
  const amps = new Float64Array(size);
  const surplus = new Float64Array(size);
  const unrest = new Float64Array(size);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < size; i += 1) {
    const drawn = advance(bank.amps[i] as number, from, to, traitsOf(i), commands);
    const before = bank.surplus[i] as number;
    const sun = drawn + exportA;
    const moved = Number.isNaN(before) ? 0 : Math.min(LARGEST_EVIDENCE, Math.abs(sun - before));
    const total = (bank.unrest[i] as number) + moved;
    amps[i] = drawn;
    surplus[i] = sun;
    unrest[i] = total;
    if (total < least) least = total;
  }
  for (let i = 0; i < size; i += 1) unrest[i] = Math.min(LARGEST_UNREST, (unrest[i] as number) - least);
  return { amps, surplus, unrest };
}

/** What is believed after one more reading. */
export function identify(known: Identification, evidence: Evidence): Identification {
  const { best } = known;
  const speed = weigh(
    known.speed,
    (i) => ({ dead: speedDead(i) as Millis, ramp: speedRamp(i), start: best.start, cap: best.cap }),
    evidence,
  );
  const start = weigh(known.start, (i) => ({ ...best, start: ((STARTS[i] as number) * 1000) as Millis }), evidence);
  const cap = weigh(known.cap, (i) => ({ ...best, cap: CAPS[i] as number }), evidence);
  return conclude(speed, start, cap);
}

/** All hypotheses agree: the car is known to draw `amps` (measured, or 0 with the contactor open). */
export function settle(known: Identification, amps: number): Identification {
  const agree = (bank: Bank): Bank => ({ ...bank, amps: new Float64Array(bank.amps.length).fill(amps) });
  return { ...known, speed: agree(known.speed), start: agree(known.start), cap: agree(known.cap), low: amps, high: amps, likely: amps };
}
