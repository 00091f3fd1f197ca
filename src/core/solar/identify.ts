/**
 * Learns how the car answers by asking which answer leaves the sun and the house least undone.
 * Every hypothesis turns the same grid readings into its own history of the surplus. A wrong one takes the car's answer for the sun's
 * and sees every step taken back a moment later; plain movement would not do, for under control "nothing moved" always looks calmest.
 */

import type { Millis } from "#core/units/units";
import { advance, type CarTraits, type Command, commandAt } from "./car-model.ts";

const DEADS = [0, 1, 2, 3, 4.5, 6.5, 9, 13, 18, 25];
const RAMPS = [0.3, 0.5, 1, 2, 4, 10];
const SPEEDS = DEADS.length * RAMPS.length;
const STARTS = [0, 3, 6, 10, 15, 22, 30, 45, 60, 75, 90];
const CAPS = [8, 10, 11.5, 13, 14.5, 16, 20, 24, 28, 32, Number.POSITIVE_INFINITY];

/** How much calmer, in amps of surplus movement, the best must be before another hypothesis is given up. */
const MARGIN = 6;
/** A cap costs energy when it is believed wrongly, so it needs more evidence than speed does. */
const CAP_MARGIN = 10;
/** A single step tells at most this much, so that one kettle cannot decide. */
const LARGEST_EVIDENCE = 6;
/** Credit of a hopeless hypothesis when the car's current is known anew. */
const SECOND_CHANCE = 20;
/** How long a surplus is remembered as where it was lately, ms. */
const MEAN_TIME = 40_000;
/** The same while a car begins, longer than the longest wait: one believed too late would seem a cloud that came and was forgotten. */
const START_MEAN_TIME = 600_000;
/** No hypothesis is ever further away than this: cars and firmware change. */
const LARGEST_UNREST = 60;
const NO_CAP = CAPS.length - 1;
const filled = (size: number, value: number): number[] => Array.from({ length: size }, () => value);
const NOT_KNOWN = filled(STARTS.length, Number.NaN);

/** One family of hypotheses that differ in one respect: what each believes the car draws, and how restless its surplus is. */
export interface Bank {
  readonly amps: readonly number[];
  readonly surplus: readonly number[];
  /** Where that surplus has been lately. */
  readonly mean: readonly number[];
  readonly unrest: readonly number[];
}

interface Families {
  readonly speed: readonly CarTraits[];
  readonly start: readonly CarTraits[];
  readonly cap: readonly CarTraits[];
}

/** The car's current is known at a moment (measured, or 0 with the contactor open), whatever each hypothesis would have said. */
interface Pin {
  readonly at: number;
  readonly amps: number;
  /** Surplus at that moment, A; null when no reading belongs to it. */
  readonly surplus: number | null;
}

export interface Identification {
  readonly speed: Bank;
  readonly start: Bank;
  readonly cap: Bank;
  readonly best: CarTraits;
  /** Every hypothesis spelled out, around the best one. */
  readonly traits: Families;
  /** Meter's time of the newest evidence, and of the newest that all hypotheses were weighed by, ms; null before the first. */
  readonly at: number | null;
  readonly weighedAt: number | null;
  readonly pin: Pin | null;
  /** What the car may be drawing: the least and the most of all hypotheses still allowed, and the best one's. */
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
  amps: filled(size, 0),
  surplus: filled(size, Number.NaN),
  mean: filled(size, 0),
  unrest: filled(size, 0),
});

function bankOf(unrest: readonly number[] | undefined, size: number): Bank {
  const bank = emptyBank(size);
  const usable = unrest?.length === size && unrest.every((value) => Number.isFinite(value) && value >= 0);
  return usable ? { ...bank, unrest } : bank;
}

const speedDead = (index: number): number => (DEADS[Math.floor(index / RAMPS.length)] ?? 0) * 1000;
const speedRamp = (index: number): number => RAMPS[index % RAMPS.length] ?? 1;

/** A car nobody has met yet: middling, and as likely quick as slow. */
const STRANGER = { speed: 2 * RAMPS.length + 3, start: 3 };

function calmest(unrest: readonly number[], favourite: number, margin: number): number {
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

/** Only those families are made anew whose fixed traits have changed: sixty speeds are most of the work. */
function familiesAround(best: CarTraits, before: Identification | null): Families {
  const old = before?.best;
  const sameSpeed = old?.dead === best.dead && old.ramp === best.ramp;
  const sameStart = old?.start === best.start;
  const sameCap = old?.cap === best.cap;
  const kept = before?.traits;
  if (kept !== undefined && sameSpeed && sameStart && sameCap) return kept;
  return {
    speed:
      kept !== undefined && sameStart && sameCap
        ? kept.speed
        : Array.from({ length: SPEEDS }, (_, i) => ({ ...best, dead: speedDead(i) as Millis, ramp: speedRamp(i) })),
    start:
      kept !== undefined && sameSpeed && sameCap ? kept.start : STARTS.map((seconds) => ({ ...best, start: (seconds * 1000) as Millis })),
    cap: kept !== undefined && sameSpeed && sameStart ? kept.cap : CAPS.map((cap) => ({ ...best, cap })),
  };
}

/** A fall as evidence, A; none where a hypothesis is parked. */
const owed = (fall: number): number => (fall > 0 ? Math.min(LARGEST_EVIDENCE, fall) : 0);

/**
 * Unrest, and how far below its surplus before the start each hypothesis is: a car believed to begin later than it does has
 * seen the sun fall and not yet come back, and would look calm until the day it is believed to begin.
 */
function owing({ unrest, surplus, mean }: Bank): readonly number[] {
  return unrest.map((value, i) => value + owed((mean[i] as number) - (surplus[i] as number)));
}

function conclude(speed: Bank, start: Bank, cap: Bank, at: number | null, before: Identification | null): Identification {
  const starting = !Number.isNaN(start.surplus[0]);
  const bestSpeed = calmest(starting ? owing(speed) : speed.unrest, STRANGER.speed, 0.5);
  const bestStart = calmest(starting ? owing(start) : start.unrest, STRANGER.start, 0.5);
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
  const traits = familiesAround(best, before);
  return { speed, start, cap, best, traits, at, weighedAt: at, pin: null, low, high, likely };
}

export function newIdentification(learned: LearnedCar | null): Identification {
  return conclude(bankOf(learned?.speed, SPEEDS), bankOf(learned?.start, STARTS.length), bankOf(learned?.cap, CAPS.length), null, null);
}

const rounded = (unrest: readonly number[]): number[] => unrest.map((value) => Math.round(value * 100) / 100);

export const learnedCar = (identification: Identification): LearnedCar => ({
  speed: rounded(identification.speed.unrest),
  start: rounded(identification.start.unrest),
  cap: rounded(identification.cap.unrest),
});

/** A reading as the hypotheses see it. */
export interface Evidence {
  /** When the meter looked, ms. */
  readonly at: number;
  /** Export of the house, A of offer. */
  readonly exportA: number;
  readonly commands: readonly Command[];
  /** What this car draws less than it is offered, A; 0 where nobody measures it. */
  readonly beside: number;
}

/** Quicker readings tell no more about a car than this, ms; between them only the best hypothesis is followed. */
const WEIGH_EVERY = 1900;

/**
 * One bank after a reading. A hypothesis that has become hopeless is parked (its current is no number) until the car's current is known again,
 * and then gets some credit: it may be another car.
 */
function weigh(bank: Bank, traits: readonly CarTraits[], pin: Pin | null, from: number, evidence: Evidence, meanTime: number): Bank {
  const { at, exportA, commands, beside } = evidence;
  const size = bank.amps.length;
  // Copies, for plain arrays of numbers are much cheaper to make than typed ones.
  const amps = bank.amps.slice();
  const surplus = bank.surplus.slice();
  const mean = bank.mean.slice();
  const unrest = bank.unrest.slice();
  const share = (at - from) / (at - from + meanTime);
  let least = Number.POSITIVE_INFINITY;
  // Dead times rise along a bank, so the command each hypothesis feels is found by going on from the one before.
  let felt = commands.length - 1;
  for (let i = 0; i < size; i += 1) {
    const own = bank.amps[i] as number;
    let total = bank.unrest[i] as number;
    if (pin === null && Number.isNaN(own)) continue;
    const one = traits[i] as CarTraits;
    felt = commandAt(commands, from - one.dead, felt);
    const drawn = advance(pin === null ? own : pin.amps, from, at, one, commands, felt, beside);
    const sun = drawn + exportA;
    const before = pin === null ? (bank.surplus[i] as number) : (pin.surplus ?? Number.NaN);
    let lately = sun;
    if (!Number.isNaN(before)) {
      lately = pin === null ? (bank.mean[i] as number) : before;
      // Steps that undo what was seen just before: the car's own, taken for the sun's.
      const away = before - lately;
      const step = sun - before;
      if (step * away < 0) total += Math.min(Math.abs(step), Math.abs(away), LARGEST_EVIDENCE);
    }
    if (pin !== null && total >= LARGEST_UNREST) total -= SECOND_CHANCE;
    amps[i] = drawn;
    surplus[i] = sun;
    mean[i] = lately + share * (sun - lately);
    unrest[i] = total;
    if (total < least) least = total;
  }
  for (let i = 0; i < size; i += 1) {
    const excess = (unrest[i] as number) - least;
    const hopeless = excess >= LARGEST_UNREST || Number.isNaN(amps[i]);
    if (hopeless) amps[i] = Number.NaN;
    unrest[i] = hopeless ? LARGEST_UNREST : excess;
  }
  return { amps, surplus, mean, unrest };
}

/** So long after a start it no longer matters when the car began, ms. */
const LONG_ON = 150_000;

/** A bank that has nothing to tell for now: its currents are no numbers, so they widen no interval. */
const asleep = (bank: Bank): Bank =>
  Number.isNaN(bank.surplus[0]) && Number.isNaN(bank.amps[0]) ? bank : { ...bank, amps: NOT_KNOWN, surplus: NOT_KNOWN };

const awake = (bank: Bank, likely: number): Bank =>
  Number.isNaN(bank.surplus[0]) ? { ...bank, amps: filled(STARTS.length, likely) } : bank;

/** Follows the best hypothesis alone from the last evidence on; the width of the doubt stays. */
function glimpse(known: Identification, from: number, { at, commands, beside }: Evidence): Identification {
  const felt = commandAt(commands, from - known.best.dead);
  const likely = advance(known.likely, from, at, known.best, commands, felt, beside);
  const shift = likely - known.likely;
  return { ...known, at, low: Math.max(0, known.low + shift), high: Math.max(0, known.high + shift), likely };
}

/** What the best hypothesis so far makes of the commands, where readings can teach nothing. */
export function presumed(known: Identification, evidence: Evidence): Identification {
  const { pin, at } = known;
  const from = Math.min(evidence.at, pin?.at ?? at ?? evidence.at);
  return { ...glimpse(known, from, evidence), weighedAt: evidence.at, pin: null };
}

/** What is believed after one more reading. */
export function identify(known: Identification, evidence: Evidence): Identification {
  const { pin, traits, weighedAt } = known;
  if (pin === null && known.at !== null && weighedAt !== null && evidence.at >= weighedAt && evidence.at - weighedAt < WEIGH_EVERY) {
    return glimpse(known, known.at, evidence);
  }
  const from = pin?.at ?? weighedAt ?? evidence.at;
  // The meter's clock was set back: go on from there, and learn nothing from the jump.
  if (evidence.at < from) return { ...known, at: evidence.at, weighedAt: evidence.at, pin: null };
  const { onSince } = evidence.commands.at(-1) ?? { onSince: null };
  const longOn = onSince !== null && from - onSince > LONG_ON;
  return conclude(
    weigh(known.speed, traits.speed, pin, from, evidence, longOn ? MEAN_TIME : START_MEAN_TIME),
    longOn ? asleep(known.start) : weigh(awake(known.start, known.likely), traits.start, pin, from, evidence, START_MEAN_TIME),
    weigh(known.cap, traits.cap, pin, from, evidence, MEAN_TIME),
    evidence.at,
    known,
  );
}

/** What hypothesis `i` has seen of a movement that the surplus, now known to be `sun`, has not made, A. */
function undone({ surplus, mean }: Bank, i: number, sun: number): number {
  const away = (surplus[i] as number) - (mean[i] as number);
  const back = (surplus[i] as number) - sun;
  return away * back > 0 ? Math.min(Math.abs(away), Math.abs(back), LARGEST_EVIDENCE) : 0;
}

/** A measured current may be told in whole amps. */
const WHOLE_AMPS = 1;

/**
 * One bank after a measured current: who foretold another one was wrong, however calm the sun looked to it. Without this a car believed
 * to be smaller than it is would stay so for ever: its surplus falls gently after each measurement, and nothing ever falls back.
 */
function confronted(
  bank: Bank,
  traits: readonly CarTraits[],
  from: number,
  amps: number,
  { at, commands, beside }: Evidence,
  exportA: number | null,
): Bank {
  const unrest = bank.unrest.slice();
  let least = Number.POSITIVE_INFINITY;
  let felt = commands.length - 1;
  for (let i = 0; i < unrest.length; i += 1) {
    const own = bank.amps[i] as number;
    if (!Number.isNaN(own)) {
      const one = traits[i] as CarTraits;
      felt = commandAt(commands, from - one.dead, felt);
      const error = Math.abs(advance(own, from, at, one, commands, felt, beside) - amps) - WHOLE_AMPS;
      if (error > 0) unrest[i] = (unrest[i] as number) + Math.min(error, LARGEST_EVIDENCE);
      if (exportA !== null) unrest[i] = (unrest[i] as number) + undone(bank, i, amps + exportA);
    }
    least = Math.min(least, unrest[i] as number);
  }
  return { ...bank, unrest: unrest.map((total) => Math.min(LARGEST_UNREST, total - least)) };
}

/** What is believed after a current of `amps` was measured. Hypotheses that were followed until then are held to what they foretold. */
export function measured(known: Identification, amps: number, evidence: Evidence, exportA: number | null): Identification {
  const { weighedAt, pin, traits } = known;
  const { at } = evidence;
  if (pin !== null || weighedAt === null || at <= weighedAt) return settle(known, amps, at, exportA);
  const confront = (bank: Bank, own: readonly CarTraits[]): Bank => confronted(bank, own, weighedAt, amps, evidence, exportA);
  const start = Number.isNaN(known.start.surplus[0]) ? known.start : confront(known.start, traits.start);
  const judged = conclude(confront(known.speed, traits.speed), start, confront(known.cap, traits.cap), weighedAt, known);
  return settle(judged, amps, at, exportA);
}

/** All hypotheses agree that the car drew `amps` at `at`; `exportA` is the house's export at that moment where it is known. */
export const settle = (known: Identification, amps: number, at: number, exportA: number | null): Identification => ({
  ...known,
  at,
  pin: { at, amps, surplus: exportA === null ? null : amps + exportA },
  low: amps,
  high: amps,
  likely: amps,
});
