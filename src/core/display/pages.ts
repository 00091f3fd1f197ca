/** From what is seen of a charger to pages of two rows and a colour. */

import { apart, rowOf } from "./characters.ts";
import type { Seen, SeenFault, SeenState } from "./seen.ts";
import { type DisplayLanguage, FAULT_WORDS, REASON_WORDS, WORDS } from "./words.ts";

export type LedColour = "green" | "yellow" | "violet" | "blue" | "red" | "off";
/** A colour never stands alone: the words beside it say the same. */
export interface Led {
  readonly colour: LedColour;
  readonly effect: "steady" | "dim" | "blink";
}

/** Two rows of exactly sixteen characters. */
export type Rows = readonly [string, string];
export interface Display {
  readonly led: Led;
  /** At least one; the first says what the charger is doing. */
  readonly pages: readonly [Rows, ...Rows[]];
}

const LEDS: Readonly<Record<SeenState, Led>> = {
  notConnected: { colour: "green", effect: "steady" },
  preparing: { colour: "yellow", effect: "steady" },
  waiting: { colour: "yellow", effect: "steady" },
  paused: { colour: "violet", effect: "steady" },
  charging: { colour: "blue", effect: "steady" },
  resting: { colour: "blue", effect: "dim" },
  stopping: { colour: "blue", effect: "steady" },
  stopped: { colour: "red", effect: "blink" },
  needsYou: { colour: "red", effect: "steady" },
  unknown: { colour: "off", effect: "steady" },
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** More than any hardware's step of duty is worth, A. */
const DUTY_STEP_A = 0.05;
/** From here on a charge is told in whole hours. */
const LONG_CHARGE = 100 * HOUR;

/** What a display shows. Pages that have nothing to say are not there. */
export function displayOf(seen: Seen, language: DisplayLanguage): Display {
  const led = LEDS[seen.state];
  if (seen.state === "unknown") return { led, pages: [statePage(seen, language)] };
  const more = [warningPage, stepPage, energyPage, sunPage, limitPage, temperaturePage];
  return { led, pages: [statePage(seen, language), ...more.flatMap((page) => page(seen, language) ?? [])] };
}

type MaybePage = (seen: Seen, language: DisplayLanguage) => readonly [Rows] | null;

function statePage(seen: Seen, language: DisplayLanguage): Rows {
  const words = WORDS[language];
  const offered = wholeAmps(seen.offeredA);
  switch (seen.state) {
    case "notConnected":
      return [apart(words.ready, offered), rowOf(words.notConnected)];
    case "waiting":
      return [apart(words.ready, offered), rowOf(words.waiting)];
    case "preparing":
      return [rowOf(words.checking), rowOf(words.wait)];
    case "paused":
      return [rowOf(words.paused), rowOf(reason(seen.limitedBy, language))];
    case "charging":
    case "resting":
      return [apart(words.charging, seen.currentA === null ? offered : amps(seen.currentA, language)), progress(seen, language)];
    case "stopping":
      return [rowOf(words.stopping), rowOf(words.wait)];
    case "stopped":
      return [rowOf(words.error), rowOf(faultWord(seen.fault, language))];
    case "needsYou":
      return [rowOf(words.service), rowOf(faultWord(seen.fault, language))];
    case "unknown":
      return [rowOf("---"), rowOf(words.noNews)];
  }
}

const isFaulted = ({ state }: Seen): boolean => state === "stopped" || state === "needsYou";
const isCharge = ({ state }: Seen): boolean => state !== "notConnected" && state !== "unknown";

const warningPage: MaybePage = (seen, language) =>
  seen.fault === null || isFaulted(seen) ? null : [[rowOf(WORDS[language].warning), rowOf(faultWord(seen.fault, language))]];

const stepPage: MaybePage = (seen, language) => {
  const words = WORDS[language];
  if (!isFaulted(seen)) return seen.next === null ? null : [[rowOf(words[seen.next.what]), rowOf(duration(seen.next.in, language))]];
  if (seen.fault === null) return null;
  const { retryIn, needs } = seen.fault;
  if (retryIn !== null) return [[rowOf(words.retry), rowOf(duration(retryIn, language))]];
  return needs === null ? null : [[rowOf(words.nextStep), rowOf(words[needs])]];
};

const energyPage: MaybePage = (seen, language) => {
  if (seen.energyWh === null || !isCharge(seen)) return null;
  const { energy, power } = WORDS[language];
  const now = seen.powerW === null ? rowOf("") : apart(power, watts(seen.powerW, language));
  return [[apart(energy, kilowattHours(seen.energyWh, language)), now]];
};

const sunPage: MaybePage = (seen, language) => {
  if (seen.sunPercent === null || !isCharge(seen)) return null;
  return [[apart(WORDS[language].sun, `${finite(seen.sunPercent).toFixed(0)}%`), rowOf(WORDS[language].ofCharge)]];
};

const limitPage: MaybePage = (seen, language) => {
  const says = seen.state === "waiting" || seen.state === "charging" || seen.state === "resting";
  if (!says || seen.offeredA === null || seen.limitedBy === null) return null;
  return [[apart(WORDS[language].limit, wholeAmps(seen.offeredA)), rowOf(reason(seen.limitedBy, language))]];
};

const temperaturePage: MaybePage = (seen, language) =>
  seen.temperatureC === null
    ? null
    : [[rowOf(WORDS[language].temperature), apart(WORDS[language].inside, `${finite(seen.temperatureC).toFixed(0)}°C`)]];

/** Elapsed time and energy, as far as they are known. */
const progress = ({ chargingMs, energyWh }: Seen, language: DisplayLanguage): string =>
  apart(chargingMs === null ? "" : elapsed(chargingMs), energyWh === null ? "" : kilowattHours(energyWh, language));

/** 0:42:07; from a hundred hours on 123h. */
function elapsed(ms: number): string {
  const whole = Math.max(0, finite(ms));
  if (whole >= LONG_CHARGE) return `${Math.floor(whole / HOUR)}h`;
  const two = (value: number): string => String(Math.floor(value) % 60).padStart(2, "0");
  return `${Math.floor(whole / HOUR)}:${two(whole / MINUTE)}:${two(whole / 1000)}`;
}

/** A time to come, rounded up: nobody waits longer than they were told. */
function duration(ms: number, language: DisplayLanguage): string {
  const minutes = Math.ceil(finite(ms) / MINUTE);
  if (minutes <= 0) return WORDS[language].soon;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function faultWord(fault: SeenFault | null, language: DisplayLanguage): string {
  if (fault === null) return WORDS[language].unnamed;
  return Object.entries(FAULT_WORDS[language]).find(([name]) => name === fault.name)?.[1] ?? fault.name;
}

function reason(word: string | null, language: DisplayLanguage): string {
  if (word === null) return "";
  return Object.hasOwn(REASON_WORDS, word) ? (REASON_WORDS[word]?.[language] ?? word) : word;
}

/** Every figure is finite at the door; a display must not show NaN even so. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
const decimal = (value: number, language: DisplayLanguage): string =>
  (finite(value) + 0)
    .toFixed(1)
    .replace(/^-0\.0$/, "0.0")
    .replace(".", WORDS[language].decimal);
const amps = (value: number, language: DisplayLanguage): string => `${decimal(value, language)}A`;
/** Never more than is offered, but for what a duty loses in steps of hardware: 16 A is told as 15.99. */
const wholeAmps = (value: number | null): string => (value === null ? "" : `${Math.floor(finite(value) + DUTY_STEP_A)}A`);
const kilowattHours = (wattHours: number, language: DisplayLanguage): string => `${decimal(wattHours / 1000, language)}kWh`;
const watts = (value: number, language: DisplayLanguage): string =>
  Math.abs(value) < 1000 ? `${finite(value).toFixed(0)}W` : `${decimal(value / 1000, language)}kW`;
