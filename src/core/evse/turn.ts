/**
 * One step in the making: a copy of the state that the parts of the machine work on one after the other. It lives only inside
 * `step`; everything it refers to is immutable, so the state it came from stays as it was.
 */
import type { EvseConfig } from "#core/evse/config";
import { type Cause, faultNamed, hasCleared, withCauseGone, withFault, withoutFault } from "#core/evse/fault-register";
import type { FaultName } from "#core/evse/faults";
import type { EvseMemory, KnownState } from "#core/evse/memory";
import type { Happening, Outputs, Phase, Refusal, RefusalCode } from "#core/evse/types";
import type { Instant } from "#core/units/units";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Turn {
  readonly config: EvseConfig;
  readonly at: Instant;
  readonly before: KnownState;
  readonly memory: Writable<EvseMemory>;
  phase: Phase;
  outputs: Outputs;
  happened: readonly Happening[];
  refusal: Refusal | null;
}

const NOTHING_HAPPENED: readonly Happening[] = [];

/** Time never runs backwards in here, and never becomes no number, whatever a clock says. @see WD-04 @see I4 */
export function beginTurn(before: KnownState, at: Instant): Turn {
  const now = at > before.memory.at && Number.isFinite(at) ? at : before.memory.at;
  return {
    config: before.config,
    at: now,
    before,
    memory: { ...before.memory, at: now },
    phase: before.phase,
    outputs: before.outputs,
    happened: NOTHING_HAPPENED,
    refusal: null,
  };
}

/** Notes that something happened, in the session that is open now. */
export function report(turn: Turn, happening: Happening): void {
  const session = turn.memory.plug?.session.id;
  const told = session === undefined || happening.session !== undefined ? happening : { ...happening, session };
  turn.happened = [...turn.happened, told];
}

export function refuse(turn: Turn, code: RefusalCode, message: string): void {
  turn.refusal = { code, message };
}

export function enterPhase(turn: Turn, phase: Phase): void {
  if (turn.phase === phase) return;
  turn.phase = phase;
  turn.memory.phaseSince = turn.at;
}

/** What was measured, gathered only when it is told. */
export type Evidence = (turn: Turn) => NonNullable<Happening["evidence"]>;

/** Raises a fault whose cause is there now, or makes it worse. */
export function raiseFault(turn: Turn, name: FaultName, cause: Cause, evidence?: Evidence): void {
  const { memory } = turn;
  const known = faultNamed(memory.faults, name);
  memory.faults = withFault(memory.faults, name, cause, {
    at: turn.at,
    wall: memory.wall,
    duringOffer: turn.before.outputs.pilot.kind === "pwm",
  });
  if (known !== null && known.latched === faultNamed(memory.faults, name)?.latched) return;
  report(turn, { type: "fault", fault: name, reason: cause.cause, ...(evidence === undefined ? {} : { evidence: evidence(turn) }) });
}

/** Raises a fault for something that happened rather than for something that is. */
export function raiseIncident(turn: Turn, name: FaultName, cause: Cause, evidence?: Evidence): void {
  raiseFault(turn, name, cause, evidence);
  turn.memory.faults = withCauseGone(turn.memory.faults, name, turn.at);
}

/** Keeps a fault in step with its cause. @param cause null while there is none */
export function attendFault(turn: Turn, name: FaultName, cause: Cause | null, evidence?: Evidence): void {
  if (cause !== null) raiseFault(turn, name, cause, evidence);
  else if (turn.memory.faults.records.length > 0) turn.memory.faults = withCauseGone(turn.memory.faults, name, turn.at);
}

export function clearFault(turn: Turn, name: FaultName): void {
  const record = faultNamed(turn.memory.faults, name);
  if (record === null) return;
  turn.memory.faults = withoutFault(turn.memory.faults, name);
  report(turn, { type: "faultCleared", fault: name, reason: record.cause });
}

/** Clears what time alone may clear. @returns names of the cleared */
export function clearOutlivedFaults(turn: Turn): readonly FaultName[] {
  const outlived = turn.memory.faults.records.filter((record) => hasCleared(record, turn.at)).map(({ name }) => name);
  for (const name of outlived) clearFault(turn, name);
  return outlived;
}
