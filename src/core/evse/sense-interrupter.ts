/** The ground-fault interrupter and the earth it relies on: trips, retries, self-tests, and what all of that keeps from closing. */
import { hasLivePole, isProvenOpen, lastClosing } from "#core/evse/contactor";
import { faultNamed } from "#core/evse/fault-register";
import type { FaultName } from "#core/evse/faults";
import { isComplete, startsTest } from "#core/evse/post";
import { isStarving } from "#core/evse/sense-power";
import { holdsSince, lasted, NEVER } from "#core/evse/time";
import { attendFault, clearFault, raiseFault, raiseIncident, report, type Turn } from "#core/evse/turn";
import { advanceRetry, awaitSight, countingReset, maySpendReset, type TripRetry, tripped } from "#core/gfci/retry";
import { advanceSelfTest, failureOf, hasPassed, isRunning, startSelfTest } from "#core/gfci/self-test";
import { between, Millis } from "#core/units/units";

/** Three looks without an answer, or without earth. @see GM-01 */
const THREE_LOOKS = Millis(24);

export function senseInterrupter(turn: Turn): void {
  senseTrip(turn);
  runSelfTest(turn);
  runRetry(turn);
  senseEarth(turn);
  runPost(turn);
}

/**
 * A trip with the coil on, or while it is just going off, is a ground fault; so is one with a load side that is live all the same, and
 * one that came while nobody looked: found at the start with a session left open, or at the first look after the interrupter went
 * silent with the coil on. One at rest can only be the interrupter's own.
 * @see GF-01 @see GF-06 @see F-16
 */
function senseTrip(turn: Turn): void {
  const { memory, config, at } = turn;
  const { gfciTripped, gfciDc } = memory.inputs;
  const leftBehind = memory.resumable !== null && memory.contactor.verdict === "checking";
  const wasUnseen = memory.gfciUnseenSince !== null;
  const mayLeak = memory.contactor.coil || turn.phase === "opening" || hasLivePole(memory.contactor) || leftBehind || wasUnseen;
  memory.gfciUnseenSince = holdsSince(memory.gfciUnseenSince, gfciTripped === null && (memory.contactor.coil || wasUnseen), at);
  if (memory.contactor.coil && lasted(memory.gfciUnseenSince, at, THREE_LOOKS)) {
    if (isStarving(turn)) raiseIncident(turn, "BrownOut", { cause: "interrupterUnseen" });
    else if (isBlind(turn)) raiseIncident(turn, "ContactorSenseLost", { cause: "boardUnseen" });
    else raiseIncident(turn, "GfciSelfTestFailed", { cause: "noReading" });
  }
  if (gfciTripped !== true || isRunning(memory.selfTest) || memory.retry.stage.is !== "armed") return;
  if (!mayLeak) {
    if (faultNamed(memory.faults, "GfciSelfTestFailed") === null) memory.selfTest = startSelfTest(at);
    return;
  }
  const closedAt = leftBehind ? NEVER : lastClosing(memory.contactor);
  memory.retry = tripped(memory.retry, between(closedAt, at), config.autoReset && !gfciDc, at);
  raiseFault(turn, gfciDc ? "GroundFaultDc" : "GroundFault", tripCause(memory.retry), resetsOf);
}

/** Nothing is sensed any more, as when a daemon is gone: not the interrupter's fault, nor earth's, and over when the board is seen again. */
const isBlind = ({ memory: { inputs } }: Turn): boolean => inputs.gfciTripped === null && inputs.loadSide.every((live) => live === null);

const resetsOf = ({ memory }: Turn) => ({ resets: memory.retry.resets });

function tripCause({ stage }: TripRetry) {
  if (stage.is === "lockedOut") return { cause: "lockedOut", latched: "untilReset" as const };
  return { cause: "tripped", latched: "no" as const, retryAt: stage.is === "waiting" ? stage.retryAt : null };
}

/** @see GF-04 @see GF-05 */
function runSelfTest(turn: Turn): void {
  const { memory, at } = turn;
  if (!isRunning(memory.selfTest)) return;
  if (isBlind(turn)) {
    memory.selfTest = startSelfTest(at);
    return;
  }
  const { gfciTripped, coilInhibited } = memory.inputs;
  memory.selfTest = advanceSelfTest(memory.selfTest, { tripped: gfciTripped, coilInhibited }, at);
  const failure = failureOf(memory.selfTest);
  if (failure !== null) {
    memory.lastSelfTest = "failed";
    report(turn, { type: "selfTestFailed", reason: failure });
    raiseIncident(turn, "GfciSelfTestFailed", { cause: failure });
  } else if (hasPassed(memory.selfTest)) {
    memory.lastSelfTest = "passed";
    report(turn, { type: "selfTestPassed" });
  }
}

/** @see GF-06 @see GF-08 */
function runRetry(turn: Turn): void {
  const { memory, at } = turn;
  const before = memory.retry;
  if (before.stage.is === "armed") return;
  if (isBlind(turn)) {
    memory.retry = awaitSight(before, at);
    return;
  }
  memory.retry = advanceRetry(before, memory.inputs.gfciTripped, at);
  const { stage, resets } = memory.retry;
  const names = TRIPS.filter((name) => faultNamed(memory.faults, name) !== null);
  if (stage.is === "armed") for (const name of names) clearFault(turn, name);
  if (stage.is === "resetting" && before.stage.is === "waiting") report(turn, { type: "reset", reason: "automatic", evidence: { resets } });
  if (stage.is !== "lockedOut" || before.stage.is === "lockedOut") return;
  for (const name of names) lockOut(turn, name, before.stage.is === "resetting" ? "latchDoesNotClear" : "lockedOut");
}

/** A reset that did not work is told, even to a person who knew of the fault before. */
function lockOut(turn: Turn, name: FaultName, why: string): void {
  const cause = { cause: why, latched: "untilReset" } as const;
  const wasLatched = faultNamed(turn.memory.faults, name)?.latched === cause.latched;
  raiseFault(turn, name, cause);
  if (wasLatched) report(turn, { type: "fault", fault: name, reason: cause.cause });
}

const TRIPS: readonly FaultName[] = ["GroundFault", "GroundFaultDc"];

/** @see GM-01 @see F-21 */
function senseEarth(turn: Turn): void {
  const { memory, config, at } = turn;
  if (config.groundMonitor !== "fitted") return;
  memory.earthLostSince = holdsSince(memory.earthLostSince, memory.inputs.groundPresent !== true, at);
  if (!lasted(memory.earthLostSince, at, THREE_LOOKS)) {
    attendFault(turn, "ProtectiveEarthLost", null);
    return;
  }
  if (isStarving(turn)) {
    raiseFault(turn, "BrownOut", { cause: "earthUnseen" }); // A monitor that is fed by the mains sees no earth without them.
    return;
  }
  const isKnown = faultNamed(memory.faults, "ProtectiveEarthLost") !== null;
  if (memory.inputs.groundPresent === null && isBlind(turn) && !isKnown) return;
  const latched = maySpendReset(memory.retry) ? "no" : "untilUnplugged";
  attendFault(turn, "ProtectiveEarthLost", { cause: memory.inputs.groundPresent === null ? "noReading" : "absent", latched });
}

/** Earth came back and the fault cleared itself: that was one of the resets that a plug-in has. @see GM-02 */
export function countEarthReset(turn: Turn): void {
  if (turn.memory.plug !== null) turn.memory.retry = countingReset(turn.memory.retry);
}

/** @see PW-02 */
function runPost(turn: Turn): void {
  const { memory, at } = turn;
  if (!memory.post.running) return;
  const progress = {
    weldChecked: memory.contactor.verdict !== "checking",
    testForbidden: !isProvenOpen(memory.contactor, at) || memory.retry.stage.is !== "armed",
    testRunning: isRunning(memory.selfTest),
  };
  if (startsTest(memory.post, progress)) {
    memory.selfTest = startSelfTest(at);
    memory.post = { ...memory.post, tested: true };
  } else if (isComplete(memory.post, progress, at)) {
    memory.post = { ...memory.post, running: false };
    clearFault(turn, "ControllerLate");
  }
}
