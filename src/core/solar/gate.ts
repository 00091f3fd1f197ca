/** The door for readings: only plausible, new, recent values get in; everything else is counted by reason. */
import { Hours, type Instant, type Millis } from "#core/units/units";

/** Why a reading did not count. */
export type Rejection =
  | "unavailable"
  | "notANumber"
  | "ambiguous"
  | "unit"
  | "implausible"
  | "stale"
  | "duplicate"
  | "outOfOrder"
  | "frozen"
  | "page";

/** What the door remembers of one source. */
export interface GateMemory {
  /** The meter's own stamp of the newest accepted reading; its arrival when it carries none. */
  readonly stamp: Instant | null;
  readonly arrival: Instant | null;
  readonly value: number;
  /** Mean time between accepted readings. */
  readonly period: Millis | null;
  /** Equal values in a row, when the value last changed, and how usual repeats are for this meter (0 to 1). */
  readonly repeats: number;
  readonly changedAt: Instant | null;
  readonly repeatRate: number;
  /** Readings refused as out of order in a row: after a few, the meter's clock was set back. */
  readonly backwards: number;
  readonly backwardsStamp: Instant | null;
  readonly accepted: number;
  /** Every value so far was a multiple of ten: a coarse meter that repeats itself honestly. */
  readonly coarse: boolean;
  /** The largest value either way, and since when. */
  readonly largest: number;
  readonly since: Instant | null;
}

export const EMPTY_GATE: GateMemory = {
  stamp: null,
  arrival: null,
  value: 0,
  period: null,
  repeats: 0,
  changedAt: null,
  repeatRate: 0.02,
  backwards: 0,
  backwardsStamp: null,
  accepted: 0,
  coarse: true,
  largest: 0,
  since: null,
};

export interface GateLimits {
  readonly largest: number;
  readonly smallest: number;
  readonly oldest: Millis;
}

/** Stamps that run forward again this often after a step back mean that the meter's clock was set. */
const CLOCK_SET_AFTER = 3;
/** A run of equal values less likely than this is a frozen meter. */
const FROZEN_ODDS = Math.log(1e-6);
const FEWEST_REPEATS = 4;
/** Below this the repeat rate of a meter is not believed. */
const LEAST_REPEAT_RATE = 0.03;
const LEAST_COARSE_RATE = 0.6;
const RATE_WEIGHT = 0.02;
const LONGEST_LESSON = 8;
const PERIOD_WEIGHT = 0.1;
/** A gap this many periods long is an outage, not a new rhythm. */
const OUTAGE_PERIODS = 5;

export interface Admission {
  readonly memory: GateMemory;
  /** When the accepted value was true; null when it was refused. */
  readonly measuredAt: Instant | null;
  readonly rejection: Rejection | null;
}

const refused = (memory: GateMemory, rejection: Rejection): Admission => ({ memory, measuredAt: null, rejection });

function periodAfter(memory: GateMemory, at: Instant): Millis | null {
  if (memory.arrival === null) return null;
  const gap = at - memory.arrival;
  if (memory.period === null) return gap as Millis;
  if (gap > OUTAGE_PERIODS * memory.period && memory.accepted > OUTAGE_PERIODS) return memory.period;
  return (memory.period + PERIOD_WEIGHT * (gap - memory.period)) as Millis;
}

/** Share of repeats after a run of `repeats` ended; a run that was taken for frozen counts as a short one, so that habits are learned slowly. */
function repeatRateAfter(memory: GateMemory): number {
  let rate = memory.repeatRate;
  for (let i = Math.min(memory.repeats, LONGEST_LESSON); i > 0; i -= 1) rate += RATE_WEIGHT * (1 - rate);
  return rate * (1 - RATE_WEIGHT);
}

/**
 * Lets a reading in or says why not.
 * Duplicates share the stamp of the newest accepted reading, older stamps are out of order, stamps from the future count as now.
 */
export function admit(memory: GateMemory, value: number, stamped: Instant | null, at: Instant, limits: GateLimits): Admission {
  if (!Number.isFinite(value)) return refused(memory, "notANumber");
  if (value > limits.largest || value < limits.smallest) return refused(memory, "implausible");
  const stamp = stamped ?? at;
  if (at - stamp > limits.oldest) return refused(memory, "stale");
  if (memory.stamp !== null && stamp === memory.stamp) return refused(memory, "duplicate");
  let backwards = 0;
  if (memory.stamp !== null && stamp < memory.stamp) {
    const forward = memory.backwardsStamp !== null && stamp > memory.backwardsStamp;
    backwards = forward ? memory.backwards + 1 : 1;
    if (backwards < CLOCK_SET_AFTER || stamped === null) {
      return refused({ ...memory, backwards, backwardsStamp: stamp }, "outOfOrder");
    }
  }
  const repeated = memory.accepted > 0 && value === memory.value;
  return {
    measuredAt: Math.min(stamp, at) as Instant,
    rejection: null,
    memory: {
      stamp,
      arrival: at,
      value,
      period: periodAfter(memory, at),
      repeats: repeated ? memory.repeats + 1 : 0,
      changedAt: repeated ? memory.changedAt : at,
      repeatRate: repeated ? memory.repeatRate : repeatRateAfter(memory),
      backwards: 0,
      backwardsStamp: null,
      accepted: memory.accepted + 1,
      coarse: memory.coarse && value % 10 === 0,
      largest: Math.max(memory.largest, Math.abs(value)),
      since: memory.since ?? at,
    },
  };
}

/** No house keeps within so many W for so long; one whose power is told in kW does. */
const KILOWATTS = 20;
const KILOWATTS_FOR: Millis = Hours(1);
const FEWEST_KILOWATTS = 50;

/** True when powers look as if they were told in kW and taken for W. */
export function seemsKilowatts({ accepted, arrival, coarse, largest, since }: GateMemory): boolean {
  const long = arrival !== null && since !== null && arrival - since >= KILOWATTS_FOR && accepted >= FEWEST_KILOWATTS;
  return long && !coarse && largest < KILOWATTS;
}

/** True when the run of equal values is longer than this meter's habits explain. */
export function isFrozen(memory: GateMemory): boolean {
  if (memory.repeats < FEWEST_REPEATS) return false;
  const least = memory.coarse ? LEAST_COARSE_RATE : LEAST_REPEAT_RATE;
  return memory.repeats * Math.log(Math.min(0.97, Math.max(least, memory.repeatRate))) < FROZEN_ODDS;
}
