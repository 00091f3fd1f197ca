/** What must be true to close, and what must stay true to remain closed. The gate checks the same promises again in its own words. */
import { failedToClose, hasDroppedOut, isProvenOpen, restsUntil } from "#core/evse/contactor";
import { hasDiode } from "#core/evse/diode-check";
import { forbidsOffer } from "#core/evse/fault-register";
import type { FaultName } from "#core/evse/faults";
import { carWantsPower, isStable, pilotObjection } from "#core/evse/pilot-filter";
import { isVentilated } from "#core/evse/sense-car";
import { polesOf } from "#core/evse/sense-power";
import { isStarved } from "#core/evse/supply";
import { holdsSince, lasted } from "#core/evse/time";
import { raiseIncident, type Turn } from "#core/evse/turn";
import { passedSince } from "#core/gfci/self-test";
import { Millis } from "#core/units/units";

/** A coil that hardware blocks for two looks is no longer ours to hold. */
const INHIBITED_FOR = Millis(12);
/** A car that asks is served within this time, or told why not. @see ST-05 */
const PATIENCE = Millis(2500);
/** Closings that may fail in one plug-in. @see F-03 */
const TRIES = 2;

export type Obstacle =
  | "fault"
  | "offer"
  | "vehicle"
  | "pilot"
  | "diode"
  | "recovery"
  | "weldCheck"
  | "earth"
  | "groundFault"
  | "coilBlocked"
  | "selfTest";

/** What still keeps the contactor from closing for a car that asks (phase "preparing"); null when nothing does. @see ST-05 @see I1 */
export function whyNotClose(turn: Turn): Obstacle | null {
  const { memory, config, at } = turn;
  const { pilot, plug, contactor, inputs } = memory;
  if (forbidsOffer(memory.faults) || memory.post.running) return "fault";
  if (turn.before.outputs.pilot.kind !== "pwm") return "offer";
  if (plug === null || !carWantsPower(pilot, isVentilated(turn)) || !isStable(pilot, at)) return "vehicle";
  if (pilotObjection(pilot, at) !== null) return "pilot";
  if (!hasDiode(plug.diode)) return "diode";
  if (restsUntil(contactor, at) !== null) return "recovery";
  if (!isProvenOpen(contactor, at)) return "weldCheck";
  if (config.groundMonitor === "fitted" && inputs.groundPresent !== true) return "earth";
  if (inputs.gfciTripped !== false) return "groundFault";
  if (inputs.coilInhibited === true) return "coilBlocked";
  return passedSince(memory.selfTest, memory.phaseSince) ? null : "selfTest";
}

/**
 * A car must not wait without being told why: what has kept the contactor open for `PATIENCE`, and is not a fault by its own
 * rule, becomes one. @see ST-05
 */
export function complainOf(turn: Turn, obstacle: Obstacle | null): void {
  const { memory, at } = turn;
  if (obstacle === null) memory.obstacle = null;
  else if (memory.obstacle?.what !== obstacle) memory.obstacle = { what: obstacle, since: at };
  else if (at - memory.obstacle.since >= PATIENCE) {
    if (obstacle === "coilBlocked") failClosing(turn, "coilBlockedByHardware");
    if (obstacle === "groundFault") raiseIncident(turn, "GfciSelfTestFailed", { cause: "noReading" });
    if (obstacle === "diode") raiseIncident(turn, "DiodeFault", { cause: "diodeNotShown" });
  }
}

/** Whether it is time for the ground-fault self-test: as soon as a car asks, beside the wait for the car to mean it. @see GF-04 @see ST-05 */
export const wantsSelfTest = ({ memory, at }: Turn): boolean =>
  memory.selfTest.stage === "idle" &&
  !passedSince(memory.selfTest, memory.phaseSince) &&
  isProvenOpen(memory.contactor, at) &&
  memory.retry.stage.is === "armed" &&
  !forbidsOffer(memory.faults);

export interface Opening {
  readonly reason: string;
  readonly fault?: FaultName;
  /** The next closing waits as after an error. @see ST-15 */
  readonly byFault: boolean;
}

/** Why the closed contactor must open in this very step; null when it may stay closed. @see ST-03 @see ST-08 @see ST-12 */
export function whyOpen(turn: Turn): Opening | null {
  senseHold(turn);
  const { memory, at } = turn;
  if (memory.faults.worst === "emergency") {
    const fault = memory.faults.records.find(({ severity }) => severity === "emergency")?.name;
    return { reason: "fault", byFault: true, ...(fault === undefined ? {} : { fault }) };
  }
  const objection = pilotObjection(memory.pilot, at);
  if (objection === "stateLeft") return { reason: "carStopped", byFault: forbidsOffer(memory.faults) };
  if (objection !== null) return { reason: objection, byFault: true };
  return memory.plug !== null && hasDiode(memory.plug.diode) ? null : { reason: "diode", byFault: true };
}

/** Hardware that lets go of the contactor by itself: the coil must follow, or it would close again by itself too. */
function senseHold(turn: Turn): void {
  const { memory, at } = turn;
  const { contactor, inputs } = memory;
  memory.inhibitedSince = holdsSince(memory.inhibitedSince, contactor.coil && inputs.coilInhibited === true, at);
  if (lasted(memory.inhibitedSince, at, INHIBITED_FOR)) failClosing(turn, "coilBlockedByHardware");
  else if (failedToClose(contactor, at)) loseContact(turn, "notConfirmed");
  else if (hasDroppedOut(contactor, at)) loseContact(turn, "droppedOut");
}

/** A load side that is dead because the mains are says nothing against the contactor. @see PW-05 @see RL-03 */
function loseContact(turn: Turn, cause: string): void {
  if (isStarved(turn.memory.supply)) raiseIncident(turn, "BrownOut", { cause: "loadSideDead" });
  else failClosing(turn, cause);
}

/** @see RL-03 @see F-03 */
function failClosing(turn: Turn, cause: string): void {
  const { memory } = turn;
  const failedClosings = (memory.plug?.failedClosings ?? 0) + 1;
  if (memory.plug !== null) memory.plug = { ...memory.plug, failedClosings };
  const latched = failedClosings >= TRIES ? "untilUnplugged" : "no";
  raiseIncident(turn, "ContactorNotClosing", { cause, latched }, polesOf);
}
