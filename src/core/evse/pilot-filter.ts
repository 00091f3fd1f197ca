/**
 * From single pilot readings to what may be believed: slow toward closing, quick toward opening, and for how long nothing seen
 * may stand for "still the same". A reading covers about 10 ms and one comes about every 12 ms.
 */
import { NEVER, type Since } from "#core/evse/time";
import type { InvalidReason, PilotReading, VehicleState } from "#core/pilot/types";
import { after, type Instant, least, Millis } from "#core/units/units";

/** Readings in a row that make a new state: at most 36 ms from the change, short ones are reported too. @see VW-15 @see VW-16 */
const READINGS_FOR_STATE = 2;
/** Readings in a row without a high or a low phase, out of every range, or stuck, that open. @see F-28 @see VW-18 */
const BROKEN_READINGS = 3;
/** How long a state must hold before the charger acts toward closing on it. Longer than any B-C-B toggle. @see VW-14 @see ST-04 @see ST-20 */
export const STABLE = Millis(500);
/** How long after the last C the contactor may stay closed while nothing can be read. @see I1 */
const TRUST = Millis(60);
/**
 * The same for readings in the gap beside C, which show a living pilot whose state is held. A gap of 50 ms smears over up to seven
 * readings (72 ms and a burst), so a shorter hold would not ride it through; opening still ends within 100 ms. @see VW-11 @see VW-12 @see F-12
 */
const GAP_TRUST = Millis(80);
/** Readings at most so far apart are neighbours: a loop is at most 25 ms. What is further from the one before shows no edge of it. */
const NEIGHBOURS = Millis(30);
/** Without a definite reading for this long the pilot is at fault and the vehicle's state unknown. @see VW-12 */
const UNDEFINED_IS_FAULT = Millis(1000);
/** High plateau above which the line is not loaded by any car. @see VW-A @see EF-03 */
const UNLOADED_V = 10.5;

const GENERATOR_OR_ADC: readonly InvalidReason[] = ["noHighPhase", "noLowPhase", "highOutOfRange", "lowOutOfRange", "stuck"];

export interface PilotFilter {
  /** What the car says, after two equal readings; "unknown" when nothing definite was read for a second. */
  readonly vehicle: VehicleState | "unknown";
  readonly since: Instant;
  /** A definite reading that differs from `vehicle` and waits for a second one. */
  readonly candidate: VehicleState | null;
  readonly candidateAt: Instant;
  /** Since when no definite reading disagreed with `vehicle`; null right after one did. */
  readonly stableSince: Since;
  /** Definite readings in a row that speak against a closed contactor. */
  readonly against: number;
  /** Unusable readings in a row that point at generator or ADC. */
  readonly broken: number;
  /** Among them, those with the high phase of an open line and no low phase. @see EF-03 */
  readonly stuckHigh: number;
  readonly definiteAt: Instant;
  /** When the car was last seen to want power. */
  readonly wantedAt: Instant;
  /** Until when that sight may be relied on. */
  readonly trustedUntil: Instant;
  /** Nothing but the gap beside C was read since then. */
  readonly onlyGapSince: boolean;
  /** Readings up to here were taken while the car could not be sensed. */
  readonly blindUntil: Instant;
  readonly readAt: Instant;
  readonly reading: PilotReading | null;
}

/** Nothing read yet. Readings from before `at` do not count. */
export const blankPilotFilter = (at: Instant): PilotFilter => ({
  vehicle: "unknown",
  since: at,
  candidate: null,
  candidateAt: NEVER,
  stableSince: null,
  against: 0,
  broken: 0,
  stuckHigh: 0,
  definiteAt: at,
  wantedAt: NEVER,
  trustedUntil: NEVER,
  onlyGapSince: false,
  blindUntil: NEVER,
  readAt: at,
  reading: null,
});

/** Time from the pilot's return to the car to the first reading that was taken wholly after it. */
const SIGHT_RETURNS_AFTER = Millis(100);

/** While state F or an open pilot is driven the car cannot be sensed: readings say nothing of it. @see EF-02 */
export const blinded = (filter: PilotFilter, shown: "F" | "unknown", reading: PilotReading | null, at: Instant): PilotFilter => ({
  ...filter,
  reading: reading ?? filter.reading,
  vehicle: shown,
  since: filter.vehicle === shown ? filter.since : at,
  candidate: null,
  stableSince: null,
  against: 0,
  broken: 0,
  stuckHigh: 0,
  definiteAt: at,
  trustedUntil: NEVER,
  blindUntil: after(at, SIGHT_RETURNS_AFTER),
});

/**
 * Takes in the newest reading, or notes that there is none. A reading that was taken in already, or that claims to come from the
 * future, counts for what it is: nothing new.
 * @param ventilated whether state D may be treated like C now @see VE-02
 */
export function withReading(filter: PilotFilter, reading: PilotReading | null, ventilated: boolean, at: Instant): PilotFilter {
  if (reading === null || !(reading.at > filter.readAt) || reading.at > at) return withoutReading(filter, at);
  if (reading.at <= filter.blindUntil) return { ...filter, reading, readAt: reading.at, definiteAt: at };
  if (reading.state === "E" || (reading.valid && isVehicleState(reading.state)))
    return withState(filter, reading, reading.state, ventilated);
  return withUndefined(filter, reading, at);
}

const isVehicleState = (state: PilotReading["state"]): state is VehicleState => state !== "gap" && state !== "unknown";

function withoutReading(filter: PilotFilter, at: Instant): PilotFilter {
  return filter.vehicle !== "unknown" && at - filter.definiteAt >= UNDEFINED_IS_FAULT ? unknownVehicle(filter, at) : filter;
}

const unknownVehicle = (filter: PilotFilter, at: Instant): PilotFilter => ({
  ...filter,
  vehicle: "unknown",
  since: at,
  candidate: null,
  stableSince: null,
});

function withUndefined(filter: PilotFilter, reading: PilotReading, at: Instant): PilotFilter {
  const broken = !reading.valid && reading.reasons.some((reason) => GENERATOR_OR_ADC.includes(reason));
  const stuckHigh = broken && reading.reasons.includes("noLowPhase") && reading.highV !== null && reading.highV > UNLOADED_V;
  const onlyGapSince =
    filter.onlyGapSince && (reading.valid || isAcrossChange(reading, filter.reading)) && reading.at <= filter.trustedUntil;
  const next: PilotFilter = {
    ...filter,
    broken: broken ? filter.broken + 1 : 0,
    stuckHigh: stuckHigh ? filter.stuckHigh + 1 : 0,
    trustedUntil: onlyGapSince ? after(filter.wantedAt, GAP_TRUST) : plainTrust(filter),
    onlyGapSince,
    readAt: reading.at,
    reading,
  };
  return withoutReading(next, at);
}

/** What a burst shows that saw two levels: they fit neither one plateau nor, shared out between two, the duty. */
const TWO_LEVELS: readonly InvalidReason[] = ["highUnstable", "dutyMismatch"];

/** A burst within which the pilot changed, as at both ends of a gap; a second one in a row is no such thing, nor one after silence. @see F-12 */
const isAcrossChange = ({ reasons, at }: PilotReading, before: PilotReading | null): boolean =>
  reasons.includes("highUnstable") &&
  reasons.every((reason) => TWO_LEVELS.includes(reason)) &&
  before?.valid === true &&
  at - before.at <= NEIGHBOURS;

function withState(filter: PilotFilter, reading: PilotReading, state: VehicleState, ventilated: boolean): PilotFilter {
  const at = reading.at;
  const wants = wantsPower(state, ventilated);
  const lapsed = at - filter.definiteAt > TRUST;
  const repeated = state === filter.candidate && !lapsed;
  const candidateAt = repeated ? filter.candidateAt : at;
  const changes = state !== filter.vehicle && repeated;
  const agrees = state === filter.vehicle || changes;
  const stableFrom = changes ? candidateAt : at;
  return {
    vehicle: changes ? state : filter.vehicle,
    since: changes ? candidateAt : filter.since,
    candidate: agrees ? null : state,
    candidateAt,
    stableSince: agrees ? (changes || lapsed ? stableFrom : (filter.stableSince ?? at)) : null,
    against: wants ? 0 : filter.against + 1,
    broken: 0,
    stuckHigh: 0,
    definiteAt: at,
    wantedAt: wants ? at : filter.wantedAt,
    trustedUntil: wants ? after(at, TRUST) : plainTrust(filter),
    onlyGapSince: wants,
    blindUntil: filter.blindUntil,
    readAt: at,
    reading,
  };
}

/** Trust without the gap's extension. */
const plainTrust = ({ trustedUntil, wantedAt }: PilotFilter): Instant => least(trustedUntil, after(wantedAt, TRUST));

const wantsPower = (state: VehicleState | "unknown", ventilated: boolean): boolean => state === "C" || (state === "D" && ventilated);

/** Whether the car asks for power, as far as two readings tell. */
export const carWantsPower = (filter: PilotFilter, ventilated: boolean): boolean => wantsPower(filter.vehicle, ventilated);

/** Whether the vehicle's state has held for `duration` and is still seen. @see VW-12 @see VW-14 */
export function isStable(filter: PilotFilter, at: Instant, duration: Millis = STABLE): boolean {
  return filter.stableSince !== null && at - filter.definiteAt <= TRUST && at - filter.stableSince >= duration;
}

/** Why a closed contactor must open now as far as the pilot tells; null when it may stay. @see VW-12 @see VW-15 @see I1 */
export function pilotObjection(filter: PilotFilter, at: Instant): "stateLeft" | "pilotBroken" | "pilotUnseen" | null {
  if (filter.against >= READINGS_FOR_STATE) return "stateLeft";
  if (filter.broken >= BROKEN_READINGS) return "pilotBroken";
  return at > filter.trustedUntil ? "pilotUnseen" : null;
}

/** What is wrong with the pilot as such; null when nothing is. @see VW-12 @see EF-03 */
export function pilotTrouble(filter: PilotFilter, at: Instant): "stuckHigh" | "gap" | "unreadable" | null {
  if (filter.stuckHigh >= BROKEN_READINGS) return "stuckHigh";
  if (at - filter.definiteAt < UNDEFINED_IS_FAULT) return null;
  const isGap = filter.reading?.valid === true && at - filter.readAt <= TRUST;
  return isGap ? "gap" : "unreadable";
}
