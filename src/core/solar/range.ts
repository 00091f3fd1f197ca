/** What the charger and this car can draw between the floor and the maximum. */
import { type Instant, type Millis, Seconds } from "#core/units/units";
import { lowestNow } from "./ceilings.ts";
import { SAMPLE_COUNTS } from "./observer.ts";
import type { PowerRange } from "./regret.ts";
import type { SolarState } from "./state.ts";

/** A car that draws this much draws, whatever its charger says, A. */
export const SURELY_DRAWS = 1;

/** The charger says that no current can flow, and no measured current says otherwise. */
export function carIdle({ presence, observer }: SolarState, at: Instant): boolean {
  if (presence !== "absent" && presence !== "waiting") return false;
  const newest = observer.samples.at(-1);
  return newest === undefined || at - newest.at > SAMPLE_COUNTS || newest.amps < SURELY_DRAWS;
}

/** What one ampere of offer stands for now, or on another number of phases, V: a car may use fewer than it is given. */
export const voltsTotal = ({ config, answer, phases }: SolarState, given: number = phases): number =>
  config.voltage * Math.min(given, answer.lines);

/** Offer minus draw of a car whose current is measured, A; 0 while nobody measures, for then the grid reading corrects it by itself. */
export function trimOf({ observer, decidedAt }: SolarState): number {
  const newest = observer.samples.at(-1);
  return newest !== undefined && decidedAt - newest.at <= SAMPLE_COUNTS ? observer.trim : 0;
}

/** The most the car takes, as far as is known, A. */
export const carCap = (state: SolarState): number =>
  Math.min(
    state.config.maximum - trimOf(state),
    state.observer.measuredCap,
    Math.max(state.config.floor, state.observer.identification.best.cap),
  );

/** Powers between which the car can move now, or on another number of phases. */
export function powerRange(state: SolarState, phases: number = state.phases): PowerRange {
  const volts = voltsTotal(state, phases);
  const least = Math.max(0, state.config.floor - trimOf(state));
  const most = phases === state.phases ? carCap(state) : Math.min(state.config.maximum - trimOf(state), state.otherCap);
  return { least: least * volts, most: Math.max(least, most) * volts };
}

/** Power to count on for a plan: what the car takes under the ceilings of now. One that forbids charging says nothing of the time after it. */
export function countedOn(state: SolarState, at: Instant, phases: number = state.phases): number {
  const volts = voltsTotal(state, phases);
  const { most } = powerRange(state, phases);
  const { amps } = lowestNow(state.ceilings, state.config.maximum, volts, at);
  return amps < state.config.floor ? most : Math.min(most, amps * volts);
}

/** A measured car current younger than this is what the car draws now. */
const SAMPLE_YOUNG: Millis = Seconds(30);

/** What the car is believed to draw now, A. */
export function carNow(state: SolarState, at: Instant): number {
  if (carIdle(state, at)) return 0;
  const sample = state.observer.samples.at(-1);
  if (sample !== undefined && at - sample.at <= SAMPLE_YOUNG) return sample.amps;
  return Math.min(state.limit, carCap(state));
}
