/** Which faults there are: raised once, made worse but never milder, cleared when their rule allows it. */
import { FAULTS, type FaultName, type Latching, type Severity } from "#core/evse/faults";
import type { Since } from "#core/evse/time";
import type { ActiveFault } from "#core/evse/types";
import { after, type Instant, type Millis, type WallTime } from "#core/units/units";

export interface FaultRecord {
  readonly name: FaultName;
  /** Which of its causes, as a word. */
  readonly cause: string;
  readonly since: Instant;
  readonly sinceWall: WallTime;
  readonly severity: Severity;
  readonly latched: Latching;
  readonly retryAt: Instant | null;
  readonly clearsAfter: Millis | null;
  /** Since when its cause is gone; null while the cause is there. */
  readonly goneSince: Since;
  /** Raised while the car was offered current, so that state F means something to it (ST-18). */
  readonly duringOffer: boolean;
}

export interface FaultRegister {
  readonly records: readonly FaultRecord[];
  readonly worst: Severity | null;
}

export interface Cause {
  readonly cause: string;
  readonly severity?: Severity;
  readonly latched?: Latching;
  readonly retryAt?: Instant | null;
  readonly clearsAfter?: Millis | null;
}

export interface Circumstances {
  readonly at: Instant;
  readonly wall: WallTime;
  readonly duringOffer: boolean;
}

export const NO_FAULTS: FaultRegister = { records: [], worst: null };

const SEVERITIES: readonly Severity[] = ["warning", "error", "emergency"];
const LATCHINGS: readonly Latching[] = ["no", "untilUnplugged", "untilReset"];

const worse = <Word>(order: readonly Word[], one: Word, other: Word): Word => (order.indexOf(one) > order.indexOf(other) ? one : other);

function registerOf(records: readonly FaultRecord[]): FaultRegister {
  if (records.length === 0) return NO_FAULTS;
  const worst = records.reduce<Severity>((sofar, { severity }) => worse(SEVERITIES, sofar, severity), "warning");
  return { records, worst };
}

/** @returns null when there is no such fault. */
export function faultNamed(register: FaultRegister, name: FaultName): FaultRecord | null {
  for (const record of register.records) if (record.name === name) return record;
  return null;
}

/** Adds a fault, or notes that its cause is there again and perhaps worse. @returns the same register when nothing is new. */
export function withFault(register: FaultRegister, name: FaultName, cause: Cause, circumstances: Circumstances): FaultRegister {
  const definition = FAULTS[name];
  const known = faultNamed(register, name);
  const latched = cause.latched ?? definition.latching;
  const severity = cause.severity ?? definition.severity;
  const retryAt = cause.retryAt ?? null;
  const clearsAfter = cause.clearsAfter ?? definition.clearsAfter;
  if (known === null) {
    const { at: since, wall: sinceWall, duringOffer } = circumstances;
    const record = { name, cause: cause.cause, since, sinceWall, severity, latched, retryAt, clearsAfter, goneSince: null, duringOffer };
    return registerOf([...register.records, record]);
  }
  const worst = worse(SEVERITIES, known.severity, severity);
  const firmest = worse(LATCHINGS, known.latched, latched);
  const longest = known.clearsAfter === null || clearsAfter === null ? null : (Math.max(known.clearsAfter, clearsAfter) as Millis);
  const isOld =
    known.goneSince === null &&
    known.severity === worst &&
    known.latched === firmest &&
    known.retryAt === retryAt &&
    known.clearsAfter === longest;
  if (isOld) return register;
  const next: FaultRecord = { ...known, severity: worst, latched: firmest, retryAt, clearsAfter: longest, goneSince: null };
  return registerOf(register.records.map((record) => (record === known ? next : record)));
}

/** Notes that the fault's cause is gone. @returns the same register when that is no news. */
export function withCauseGone(register: FaultRegister, name: FaultName, at: Instant): FaultRegister {
  const known = faultNamed(register, name);
  if (known === null || known.goneSince !== null) return register;
  return registerOf(register.records.map((record) => (record === known ? { ...known, goneSince: at } : record)));
}

export function withoutFault(register: FaultRegister, name: FaultName): FaultRegister {
  return faultNamed(register, name) === null ? register : registerOf(register.records.filter((record) => record.name !== name));
}

/** Whether time alone may clear it now. */
export function hasCleared(record: FaultRecord, at: Instant): boolean {
  const { latched, goneSince, clearsAfter } = record;
  return latched === "no" && goneSince !== null && clearsAfter !== null && at - goneSince >= clearsAfter;
}

/** Whether the fault forbids to offer current: everything but a warning. */
export const forbidsOffer = (register: FaultRegister): boolean => register.worst === "emergency" || register.worst === "error";

/** When it will be tried again by itself; null when it will not, or nobody can say yet. */
function retryAtOf({ retryAt, latched, goneSince, clearsAfter }: FaultRecord): Instant | null {
  if (retryAt !== null || latched !== "no" || goneSince === null || clearsAfter === null) return retryAt;
  return after(goneSince, clearsAfter);
}

export const activeFaultOf = (record: FaultRecord): ActiveFault => ({
  name: record.name,
  mrec: FAULTS[record.name].mrec,
  severity: record.severity,
  since: record.since,
  sinceWall: record.sinceWall,
  latched: record.latched,
  retryAt: retryAtOf(record),
  clears: FAULTS[record.name].clears,
});
