/**
 * The safety machine: `step` takes what happened and when, and returns what is now true. It decides; the controller does.
 * Order within a step: what is sensed or asked, which faults that means, what the sequence wants, what the gate lets through.
 */
import { openLate, request } from "#core/evse/commands";
import type { EvseConfig } from "#core/evse/config";
import { gate, SAFE_OUTPUTS, type Wish } from "#core/evse/gate";
import { freshMemory, known } from "#core/evse/memory";
import { bootedMemory, newlyDurable } from "#core/evse/persistence";
import { senseCar } from "#core/evse/sense-car";
import { countEarthReset, senseInterrupter } from "#core/evse/sense-interrupter";
import { senseContactor, senseCurrent, senseEmergencyStop, senseMeter, senseSupply, senseTemperature } from "#core/evse/sense-power";
import { decide } from "#core/evse/sequence";
import { beginTurn, clearOutlivedFaults, enterPhase, raiseIncident, refuse, report, type Turn } from "#core/evse/turn";
import type { EvseEvent, EvseState, Step } from "#core/evse/types";
import { isRunning, startSelfTest } from "#core/gfci/self-test";
import { offerOf } from "#core/pilot/duty";
import { type Instant, Millis } from "#core/units/units";

export { feedsOneShot, viewOf } from "#core/evse/view";

/** Two looks further apart than this while the contactor is closed: a loop of at most 25 ms, late by 60 ms. @see F-31 */
const LOOKS_APART = Millis(85);

/** A charger that has not booted: nothing offered, coil off. */
export const createEvse = (config: EvseConfig): EvseState => ({
  config,
  phase: "selfTest",
  outputs: SAFE_OUTPUTS,
  memory: freshMemory(config),
});

/**
 * One step. Pure: the same state, event and instant give the same answer, and the state handed in stays as it was.
 * @param at on the monotonic clock; an instant before the last one counts as the last one @see WD-04
 */
export function step(state: EvseState, event: EvseEvent, at: Instant): Step {
  const turn = beginTurn(known(state), at);
  if (event.type === "boot") boot(turn, event);
  else if (turn.memory.run === null) refuse(turn, "busy", "Expected the boot event first. Nothing is driven before it.");
  else if (event.type === "sense") sense(turn, event);
  else request(turn, event);
  if (turn.memory.run !== null) drive(turn, decide(turn));
  const persist = newlyDurable(turn);
  return {
    state: { config: turn.config, phase: turn.phase, outputs: turn.outputs, memory: turn.memory },
    happened: turn.happened,
    persist,
    refusal: turn.refusal,
  };
}

function boot(turn: Turn, beginning: Extract<EvseEvent, { type: "boot" }>): void {
  if (turn.memory.run !== null) {
    refuse(turn, "busy", "Expected one boot event a run, got another. Start a new machine to boot again.");
    return;
  }
  Object.assign(turn.memory, bootedMemory(turn.memory, beginning, turn.config, turn.at));
  report(turn, { type: "booted" });
}

function sense(turn: Turn, { reading, inputs, wall }: Extract<EvseEvent, { type: "sense" }>): void {
  const { memory } = turn;
  memory.inputs = inputs;
  memory.wall = wall;
  senseGap(turn);
  senseMeter(turn);
  senseCar(turn, reading);
  senseContactor(turn);
  senseInterrupter(turn);
  senseSupply(turn);
  senseTemperature(turn);
  senseCurrent(turn);
  senseEmergencyStop(turn);
  if (memory.faults.records.length > 0 && clearOutlivedFaults(turn).includes("ProtectiveEarthLost")) countEarthReset(turn);
  memory.sensedAt = turn.at;
}

/** The machine's own measure of lateness, should nobody tell it: what it did not watch, it does not trust. */
function senseGap(turn: Turn): void {
  const { memory, at } = turn;
  if (at - memory.sensedAt <= LOOKS_APART) return;
  if (memory.contactor.coil) openLate(turn);
  if (isRunning(memory.selfTest)) memory.selfTest = startSelfTest(at);
  memory.pilot = { ...memory.pilot, stableSince: null, definiteAt: at };
}

/** Hands the wish to the gate. A wish that the gate refuses is a defect of ours: recorded, latched, and without effect. */
function drive(turn: Turn, wish: Wish): void {
  const { before, at } = turn;
  const gated = gate(turn.memory, before.outputs, wish, turn.config, at);
  turn.outputs = gated.outputs;
  if (gated.memory !== turn.memory) Object.assign(turn.memory, gated.memory);
  if (gated.refused !== null) {
    raiseIncident(turn, "InternalFault", { cause: "gateRefused" }, () => ({ clause: gated.refused }));
    turn.memory.chargingSince = null;
    enterPhase(turn, before.outputs.coil ? "opening" : "faulted");
  }
  reportOffer(turn, wish.why);
}

/** Tells what the car is told. */
function reportOffer(turn: Turn, why: string | null): void {
  if (turn.outputs.pilot === turn.before.outputs.pilot) return;
  const from = offerOf(turn.before.outputs.pilot);
  const to = offerOf(turn.outputs.pilot);
  if (from === to) return;
  const { limitedBy } = turn.memory.offer;
  if (to > 0)
    report(turn, { type: "offered", from: ampsText(from), to: ampsText(to), reason: limitedBy, evidence: { limitA: to, limitedBy } });
  else if (turn.memory.plug !== null && turn.phase !== "waking" && why !== "paused")
    report(turn, { type: "paused", reason: why ?? limitedBy });
}

const ampsText = (amps: number): string => `${Math.round(amps * 100) / 100} A`;
