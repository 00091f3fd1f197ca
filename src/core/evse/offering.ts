/** What the pilot tells the car now, and when it tells nothing, why. */
import { restsUntil } from "#core/evse/contactor";
import { type FaultRecord, forbidsOffer } from "#core/evse/fault-register";
import { FAULTS, STATE_F_AT_LEAST } from "#core/evse/faults";
import { isInForce } from "#core/evse/lease";
import { offerUnder } from "#core/evse/offer";
import { isStable } from "#core/evse/pilot-filter";
import { isVentilated } from "#core/evse/sense-car";
import { sensorTrouble, shareOf } from "#core/evse/temperature";
import { report, type Turn } from "#core/evse/turn";
import { type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, Millis, Seconds } from "#core/units/units";

/** Steady high between two offers. @see ST-13 */
const STEADY_BEFORE_PWM = Seconds(3);
/** Steady high after state F or an open pilot. @see ST-16 */
const STEADY_AFTER_F = Millis(750);
/** A higher offer waits this long after the last change; a lower one never waits, or the old one would break its limit. @see DC-06 @see I2 */
const BETWEEN_RISES = Seconds(5);
/** All checks before closing take less than this: an offer that would make a car wait longer for the contactor is not made yet. @see ST-05 */
const PREPARATION = Millis(2500);

/** Takes in all limits. @see DC-08 */
export function refreshOffer(turn: Turn): void {
  const { memory, config, at } = turn;
  const { lease, temperature, plug } = memory;
  if (lease.everGiven && !memory.leaseLapsed && !isInForce(lease, at)) {
    memory.leaseLapsed = true;
    report(turn, { type: "leaseExpired", evidence: { limitA: lease.limit, by: lease.by } });
  }
  const meterSilent = config.meter === "capWhenSilent" && memory.faults.records.some(({ name }) => name === "MeterSilent");
  memory.offer = offerUnder(
    memory.offer,
    config,
    {
      lease,
      plugRating: config.inlet === "type2Socket" && plug !== null ? (memory.proximity.rating ?? Amps(0)) : null,
      derate: shareOf(temperature),
      temperatureUnknown: sensorTrouble(temperature, at) !== null,
      simplifiedCar: config.simplifiedCar === "clampTo10A" && plug?.simplified === true,
      meterCapped: meterSilent,
    },
    at,
  );
}

/**
 * Why a plugged car is not offered current; null when it may be. The word goes to people as `limitedBy`.
 * @param inSpiteOfFaults an offer that stands may stand on
 */
export function whyNoOffer({ memory, at }: Turn, inSpiteOfFaults = false): string | null {
  if (memory.post.running) return "selfTest";
  if (!inSpiteOfFaults && forbidsOffer(memory.faults)) return "fault";
  if (memory.shuttingDown) return "shutdown";
  if (memory.plug === null) return "notConnected";
  if (!memory.plug.session.authorised) return "authorisation";
  if (memory.pausedBy !== null) return "paused";
  if (at < memory.delayUntil) return "startDelay";
  if (memory.offer.pilot.kind !== "pwm") return memory.offer.limitedBy;
  const rests = memory.contactor.coil ? null : restsUntil(memory.contactor, at);
  return rests !== null && at >= memory.contactor.recloseAt ? "contactor" : null;
}

/** Why an offer that may be made is not made yet; null when it is time. */
function whyNotYet(turn: Turn): string | null {
  const { memory, at } = turn;
  const { drive, pilot, contactor } = memory;
  if (at < contactor.recloseAt - PREPARATION) return "recovery";
  const offerable = pilot.vehicle === "B" || pilot.vehicle === "C" || (pilot.vehicle === "D" && isVentilated(turn));
  if (!offerable || !isStable(pilot, at)) return "settling";
  const steadyHigh = turn.before.outputs.pilot.kind === "steadyHigh" && !turn.before.outputs.pilotOpen;
  if (!steadyHigh || at - drive.highSince < STEADY_AFTER_F || at - drive.pwmEndedAt < STEADY_BEFORE_PWM) return "settling";
  return null;
}

export interface Line {
  readonly pilot: PilotOutput;
  /** Why nothing is offered; null while something is. */
  readonly why: string | null;
}

/** What is to be driven on the pilot, wake-up aside. A stop that has begun is carried through. @see CP-09 @see CP-10 @see ST-04 @see ST-18 */
export function lineFor(turn: Turn): Line {
  const { memory, at } = turn;
  const { pilot: driven } = turn.before.outputs;
  if (showsStateF(turn)) return { pilot: STEADY_LOW, why: "fault" };
  if (turn.phase === "stopping") return { pilot: STEADY_HIGH, why: memory.stopReason };
  const why =
    whyNoOffer(turn, driven.kind === "pwm" && awaitsDiode(memory.faults.records)) ?? (driven.kind === "pwm" ? null : whyNotYet(turn));
  if (why !== null) return { pilot: STEADY_HIGH, why };
  const offered = memory.offer.pilot;
  const rises = driven.kind === "pwm" && offered.kind === "pwm" && offered.dutyPercent > driven.dutyPercent;
  return { pilot: rises && at - memory.drive.dutyChangedAt < BETWEEN_RISES ? driven : offered, why: null };
}

/** @see ST-18 @see EF-02 @see RL-02 */
function showsStateF({ config, memory, at }: Turn): boolean {
  if (config.faultPilot !== "stateF") return false;
  return memory.faults.records.some((record) => {
    if (FAULTS[record.name].pilot !== "stateF") return false;
    return record.latched === "untilReset" || (record.duringOffer && at - record.since < STATE_F_AT_LEAST);
  });
}

/** A diode that is missing for less than a second may come back, and only PWM shows it. @see DI-02 */
const awaitsDiode = (records: readonly FaultRecord[]): boolean =>
  records.length === 1 && records[0]?.name === "DiodeFault" && records[0].latched === "no";
