/**
 * Works out what the car may have of the sun from what the house connection says.
 * A reading is old when it arrives, and the car answers late, so the car's share is taken out as it was when the meter looked.
 */

import type { Instant, Millis } from "#core/units/units";
import { type Command, commandAt, prune } from "./car-model.ts";
import { EMPTY_FORECAST, type Forecast, foresee } from "./forecast.ts";
import { type Identification, identify, type LearnedCar, learnedCar, measured, newIdentification, presumed, settle } from "./identify.ts";
import { findLag, type MeterLag, rememberedLag } from "./meter-lag.ts";

/** A measured car current. */
export interface CarSample {
  readonly at: Instant;
  readonly amps: number;
}

/** Surplus when the meter looked: the estimate and the interval it is known to lie in, W. */
export interface SunEstimate {
  readonly measuredAt: Instant;
  readonly arrivedAt: Instant;
  readonly surplus: number;
  readonly low: number;
  readonly high: number;
}

export interface Observer {
  readonly identification: Identification;
  readonly commands: readonly Command[];
  readonly samples: readonly CarSample[];
  readonly sun: SunEstimate | null;
  readonly forecast: Forecast;
  /** Surplus once a minute, for judging how far it may fall while nothing is heard. */
  readonly minutes: readonly { readonly at: number; readonly surplus: number }[];
  /** Offer minus draw in settled state, A; and the last settled point, which tells a limited car from one that draws beside the offer. */
  readonly trim: number;
  readonly settled: { readonly limit: number; readonly amps: number } | null;
  /** What a measured car takes at most; infinite while it follows. */
  readonly measuredCap: number;
  /** Mean age of readings on arrival. */
  readonly lag: Millis;
  /** What a meter without stamps was found out to be late by. */
  readonly meterLag: MeterLag;
}

/** What is kept over restarts. */
export interface LearnedObserver {
  readonly car: LearnedCar;
  readonly trimA: number;
  readonly meterLagMs: number;
}

const LARGEST_TRIM = 2.5;
const TRIM_TIME = 30_000;
/** A car counts as settled when the offer moved less than this over this time. */
const SETTLED_MOVE = 0.6;
const SETTLED_TIME = 12_000;
/** Two settled points this far apart show whether the car follows. */
const TELLING_MOVE = 0.5;
/** Closer to its cap than this, a car shows nothing about its offset, A. */
const CAP_SLACK = 0.3;
/** A car current older than this says nothing about how the car draws now, ms. */
export const SAMPLE_COUNTS = 60_000;
/** Car samples further apart than this are not joined by a line. */
const LARGEST_SAMPLE_GAP = 15_000;
const SAMPLES_KEPT = 150_000;
/** No model looks further back than the longest dead time. */
const MEMORY = 30_000;
const MOST_MINUTES = 120;
const LAG_WEIGHT = 0.1;

export function newObserver(learned: LearnedObserver | null): Observer {
  return {
    identification: newIdentification(learned?.car ?? null),
    commands: [],
    samples: [],
    sun: null,
    forecast: EMPTY_FORECAST,
    minutes: [],
    trim: learned === null ? 0 : clamp(learned.trimA, -LARGEST_TRIM, LARGEST_TRIM),
    settled: null,
    measuredCap: Number.POSITIVE_INFINITY,
    lag: (learned?.meterLagMs ?? 0) as Millis,
    meterLag: rememberedLag(learned?.meterLagMs ?? 0),
  };
}

export const learnedObserver = (observer: Observer): LearnedObserver => ({
  car: learnedCar(observer.identification),
  trimA: Math.round(observer.trim * 100) / 100,
  meterLagMs: Math.round(observer.lag),
});

function clamp(value: number, least: number, most: number): number {
  return value < least ? least : Math.min(value, most);
}

/** Commands from before a silence this long are forgotten, ms. */
const LONGEST_MEMORY = 600_000;

/** Notes what the charger was told. */
export function commanded(observer: Observer, command: Command): Observer {
  const needed = Math.max(observer.sun?.measuredAt ?? command.at, command.at - LONGEST_MEMORY);
  return { ...observer, commands: [...prune(observer.commands, needed - MEMORY), command] };
}

/** Mean and movement of the offer over the last moments; null when it was off or nothing was offered yet. */
function recentOffer(commands: readonly Command[], at: Instant): { readonly mean: number; readonly move: number } | null {
  const first = commandAt(commands, at - SETTLED_TIME);
  if (first < 0) return null;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  let sum = 0;
  for (let i = first; i < commands.length; i += 1) {
    const { limit } = commands[i] as Command;
    if (limit <= 0) return null;
    least = Math.min(least, limit);
    most = Math.max(most, limit);
    sum += limit;
  }
  return { mean: sum / (commands.length - first), move: most - least };
}

/** Takes in a measured car current: it ends all guessing about the past, and shows how the car draws beside the offer. */
export function sampled(observer: Observer, amps: number, measuredAt: Instant, at: Instant): Observer {
  const previous = observer.samples.at(-1);
  if (previous !== undefined && previous.at >= measuredAt) return observer;
  const stale = at - SAMPLES_KEPT;
  const samples = [
    ...((observer.samples[0]?.at ?? at) < stale ? observer.samples.slice(observer.samples.length >> 1) : observer.samples),
    { at: measuredAt, amps },
  ];
  const offer = amps > 1 ? recentOffer(observer.commands, measuredAt) : null;
  if (offer === null || offer.move > SETTLED_MOVE || previous === undefined) return { ...observer, samples };
  const { settled } = observer;
  // A known cap holds until the car draws more: near it, "follows a little" would look like drawing beside the offer.
  let measuredCap = amps > observer.measuredCap + CAP_SLACK ? Number.POSITIVE_INFINITY : observer.measuredCap;
  let point = settled;
  if (settled === null) point = { limit: offer.mean, amps };
  else if (Math.abs(offer.mean - settled.limit) >= TELLING_MOVE) {
    const follows = (amps - settled.amps) / (offer.mean - settled.limit) > 0.5;
    if (!follows) measuredCap = Math.max(amps, settled.amps);
    point = { limit: offer.mean, amps };
  }
  const weight = 1 - Math.exp(-Math.min(5000, measuredAt - previous.at) / TRIM_TIME);
  const beside = clamp(offer.mean - amps, -LARGEST_TRIM, LARGEST_TRIM);
  const trim = amps > measuredCap - CAP_SLACK ? observer.trim : observer.trim + weight * (beside - observer.trim);
  return { ...observer, samples, settled: point, measuredCap, trim };
}

/** Measured car current at `time`, where two samples stand close enough around it. */
function between(samples: readonly CarSample[], time: number): number | null {
  for (let i = samples.length - 1; i >= 0; i -= 1) {
    const sample = samples[i] as CarSample;
    if (sample.at > time) continue;
    if (sample.at === time) return sample.amps;
    const next = samples[i + 1];
    if (next === undefined || next.at - sample.at > LARGEST_SAMPLE_GAP) return null;
    return sample.amps + ((time - sample.at) / (next.at - sample.at)) * (next.amps - sample.amps);
  }
  return null;
}

/** A reading of the house connection as the observer needs it. */
export interface HouseReading {
  /** Power flowing out to the grid (and what the battery rules add), W. */
  readonly exportW: number;
  readonly measuredAt: Instant;
  /** The meter said so itself; otherwise `measuredAt` is the arrival and the lag is to be found out. */
  readonly stamped: boolean;
  readonly at: Instant;
  /** V × phases: what one ampere of offer stands for. */
  readonly voltsTotal: number;
  /** The car is in the reading; without it the surplus is the export itself. */
  readonly carInMeter: boolean;
  /** The charger says that no current can flow. */
  readonly carOff: boolean;
  /** An inverter turns the sun up and down with the car, so the meter tells nothing of how the car answers. */
  readonly carHidden: boolean;
}

export interface AimWanted {
  readonly tolerance: number;
  readonly least: number;
  readonly most: number;
  /** From the arrival of a reading to the moment its set point is felt, on average, ms. */
  readonly reach: number;
}

/** So long after a start a car that was just measured to draw less than an ampere sleeps, ms. */
const LATE_RISER = 150_000;

function isAsleep(newest: CarSample, commands: readonly Command[], at: Instant): boolean {
  const { onSince } = commands.at(-1) ?? { onSince: null };
  return newest.amps < 1 && at - newest.at <= SAMPLE_COUNTS && onSince !== null && newest.at - onSince > LATE_RISER;
}

function identified(observer: Observer, reading: HouseReading): Identification {
  const { measuredAt, carOff, carHidden, exportW, voltsTotal } = reading;
  const known = observer.identification;
  const exportA = exportW / voltsTotal;
  if (carOff) return settle(known, 0, measuredAt, exportA);
  const { commands, samples } = observer;
  const newest = samples.at(-1);
  const beside = newest !== undefined && measuredAt - newest.at <= SAMPLE_COUNTS ? observer.trim : 0;
  const evidence = { at: measuredAt, exportA, commands, beside };
  if (newest?.at === measuredAt) return measured(known, newest.amps, evidence, exportA);
  const drawn = between(samples, measuredAt);
  if (drawn !== null) return settle(known, drawn, measuredAt, exportA);
  if (newest !== undefined && isAsleep(newest, commands, measuredAt)) return settle(known, 0, measuredAt, exportA);
  if (carHidden) return presumed(known, evidence);
  if (newest !== undefined && newest.at > (known.at ?? measuredAt) && newest.at < measuredAt) {
    return identify(measured(known, newest.amps, { ...evidence, at: newest.at }, null), evidence);
  }
  return identify(known, evidence);
}

/** A contactor that was told to open this long ago is open, ms. */
const SURELY_OPEN = 30_000;

/** The reading with its time put right where the meter does not tell it, and without the car where that cannot draw. */
function dated(observer: Observer, reading: HouseReading): { readonly meterLag: MeterLag; readonly reading: HouseReading } {
  const { samples, commands, meterLag } = observer;
  const last = commands.at(-1);
  const open = last !== undefined && last.limit <= 0 && reading.measuredAt - last.at >= SURELY_OPEN;
  const known = { ...reading, carOff: reading.carOff || open };
  if (reading.stamped || samples.length === 0 || !reading.carInMeter) return { meterLag, reading: known };
  const found = findLag(meterLag, reading.exportW / reading.voltsTotal, reading.at, (time) => between(samples, time));
  const before = observer.sun?.measuredAt ?? Number.NEGATIVE_INFINITY;
  return { meterLag: found, reading: { ...known, measuredAt: Math.max(before, reading.at - found.best) as Instant } };
}

/** Takes in a reading of the house connection. */
export function observed(observer: Observer, told: HouseReading, wanted: AimWanted): Observer {
  const { meterLag, reading } = dated(observer, told);
  const { exportW, measuredAt, at, voltsTotal } = reading;
  const identification = reading.carInMeter ? identified(observer, reading) : observer.identification;
  const low = exportW + (reading.carInMeter ? identification.low * voltsTotal : 0);
  const high = exportW + (reading.carInMeter ? identification.high * voltsTotal : 0);
  const surplus = observer.sun === null ? (low + high) / 2 : clamp(observer.sun.surplus, low, high);
  const age = at - measuredAt;
  const lag = (observer.sun === null ? age : observer.lag + LAG_WEIGHT * (age - observer.lag)) as Millis;
  const horizon = lag + wanted.reach;
  const minute = Math.floor(measuredAt / 60_000);
  const newMinute = observer.minutes.length === 0 || Math.floor((observer.minutes.at(-1)?.at ?? 0) / 60_000) < minute;
  const kept = observer.minutes.length >= MOST_MINUTES ? observer.minutes.slice(1) : observer.minutes;
  return {
    ...observer,
    identification,
    commands: prune(observer.commands, measuredAt - MEMORY),
    sun: { measuredAt, arrivedAt: at, surplus, low, high },
    forecast: foresee(observer.forecast, surplus, measuredAt, horizon, wanted.tolerance, wanted),
    minutes: newMinute ? [...kept, { at: measuredAt, surplus }] : observer.minutes,
    lag,
    meterLag,
  };
}
