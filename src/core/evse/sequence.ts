/** The sequence of a charge: which phase follows, and what each wants driven. @see ST-01 to ST-22 */

import { endCharging } from "#core/evse/charging";
import { complainOf, type Opening, wantsSelfTest, whyNotClose, whyOpen } from "#core/evse/closing";
import { faultNamed, forbidsOffer } from "#core/evse/fault-register";
import type { Wish } from "#core/evse/gate";
import { type Line, lineFor, refreshOffer, whyNoOffer } from "#core/evse/offering";
import { carWantsPower } from "#core/evse/pilot-filter";
import { isVentilated } from "#core/evse/sense-car";
import { enterPhase, report, type Turn } from "#core/evse/turn";
import type { Phase } from "#core/evse/types";
import { answered, isDue, offeredTo, SENT, WAKE_FOR, WAKE_UP_UNSENT } from "#core/evse/wake-up";
import { pulsesReset } from "#core/gfci/retry";
import { resets, startSelfTest, stimulates } from "#core/gfci/self-test";
import { STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, between, Seconds } from "#core/units/units";

/** A car that was told to stop has this long before the contactor opens under load. @see ST-10 @see ST-11 */
const GRACE = Seconds(6);
/** Above this, opening for a fault is opening under load. A car that leaves C answers for its own current. */
const UNDER_LOAD = Amps(1);

/** Moves on by one step and says what should be driven. */
export function decide(turn: Turn): Wish {
  refreshOffer(turn);
  const { memory } = turn;
  const wasOn = memory.contactor.coil;
  let opening = wasOn ? whyOpen(turn) : null;
  const line = lineFor(turn);
  if (wasOn) opening ??= whyStop(turn, line);
  if (opening !== null) openContactor(turn, opening);
  const closes = !wasOn && restOpen(turn, line);
  const wakes = turn.phase === "waking";
  const opensPilot = wakes && turn.config.wakeUp.method === "stateE";
  return {
    pilot: wakes ? (opensPilot ? STEADY_HIGH : STEADY_LOW) : line.pilot,
    pilotOpen: opensPilot,
    coil: closes || (wasOn && opening === null),
    openedByFault: opening?.byFault ?? false,
    why: line.why,
    gfciTest: stimulates(memory.selfTest),
    gfciReset: resets(memory.selfTest, memory.inputs.gfciTripped) || pulsesReset(memory.retry, turn.at),
    shuntTrip: faultNamed(memory.faults, "ContactorWelded") !== null,
  };
}

/** The calm reasons to open: the offer ends, the car is given its time, the time is over. @see ST-10 @see ST-11 */
function whyStop(turn: Turn, line: Line): Opening | null {
  const { memory, at } = turn;
  if (turn.phase === "closing") {
    if (line.why !== null) return { reason: line.why, byFault: false };
    if (!memory.contactor.confirmed) return null;
    enterPhase(turn, "charging");
    memory.chargingSince = at;
    report(turn, { type: "chargingStarted" });
  }
  if (turn.phase === "charging" && line.why !== null) {
    enterPhase(turn, "stopping");
    memory.stopReason = line.why;
  }
  if (turn.phase !== "stopping" || between(memory.phaseSince, at) < GRACE) return null;
  return { reason: "carIgnoredStop", byFault: forbidsOffer(memory.faults) };
}

function openContactor(turn: Turn, { reason, fault }: Opening): void {
  const { memory } = turn;
  const currentA = memory.meter.current;
  endCharging(turn, turn.phase === "stopping" && fault === undefined ? (memory.stopReason ?? reason) : reason, fault);
  const loaded = fault !== undefined && currentA !== null && currentA > UNDER_LOAD;
  if (loaded || reason === "carIgnoredStop") report(turn, { type: "openedUnderLoad", reason, evidence: { currentA } });
  enterPhase(turn, "opening");
}

/** Phases with the coil off. @returns true when it is to go on. */
function restOpen(turn: Turn, line: Line): boolean {
  const { memory, at } = turn;
  if (turn.phase === "opening" && memory.contactor.verdict === "checking") return false;
  if (turn.phase === "waking" && whyNoOffer(turn) === null && between(memory.phaseSince, at) < WAKE_FOR) return false;
  const phase = restingPhase(turn, line);
  enterPhase(turn, wakesNow(turn, phase, line) ? "waking" : phase);
  if (phase !== "preparing") {
    memory.obstacle = null;
    return false;
  }
  if (wantsSelfTest(turn)) memory.selfTest = startSelfTest(at);
  const obstacle = whyNotClose(turn);
  complainOf(turn, obstacle);
  if (obstacle !== null) return false;
  enterPhase(turn, "closing");
  return true;
}

function restingPhase(turn: Turn, line: Line): Phase {
  const { memory } = turn;
  if (memory.post.running) return "selfTest";
  if (forbidsOffer(memory.faults)) return "faulted";
  if (memory.plug === null) return "notConnected";
  if (line.why !== null) return "paused";
  return carWantsPower(memory.pilot, isVentilated(turn)) ? "preparing" : "waiting";
}

/** Keeps the wake-up's clock. @returns true when the car is to be woken now. @see ST-16 */
function wakesNow(turn: Turn, phase: Phase, line: Line): boolean {
  const { memory, config, at } = turn;
  const { plug } = memory;
  if (plug === null) return false;
  let { wakeUp } = plug;
  if (line.pilot.kind === "pwm" && turn.before.outputs.pilot.kind !== "pwm") wakeUp = offeredTo(wakeUp, config.wakeUp, at);
  if (phase === "preparing") wakeUp = answered(wakeUp);
  if (phase === "paused" && whyNoOffer(turn) !== null) wakeUp = WAKE_UP_UNSENT;
  const due = phase === "waiting" && isDue(wakeUp, at);
  if (due) {
    wakeUp = SENT;
    report(turn, { type: "wakeUpSent", reason: config.wakeUp.method });
  }
  if (wakeUp !== plug.wakeUp) memory.plug = { ...plug, wakeUp };
  return due;
}
