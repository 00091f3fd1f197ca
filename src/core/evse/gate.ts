/**
 * The only place where outputs are made (I7). Whatever the rest of the machine wants, the coil goes on and stays on only if
 * invariant I1 holds by this file's own reckoning; if it does not, the gate wins and the wish was a defect.
 */
import type { EvseConfig } from "#core/evse/config";
import { withCoil } from "#core/evse/contactor";
import type { Drive, EvseMemory } from "#core/evse/memory";
import { withSignal } from "#core/evse/overcurrent";
import { isStable } from "#core/evse/pilot-filter";
import type { Outputs } from "#core/evse/types";
import { SELF_TEST_NEVER } from "#core/gfci/self-test";
import { offerOf } from "#core/pilot/duty";
import { STEADY_HIGH, samePilot } from "#core/pilot/types";
import { type Instant, Millis, Seconds } from "#core/units/units";

/** With the pilot steady the contactor never stays closed longer: one second after the sequence should have opened it. @see ST-11 */
const BACKSTOP = Seconds(7);
/** C (or D with ventilation) was read this recently, at the most: readings in the gap beside it hold it this long, all others 60 ms. @see I1 @see VW-11 @see VW-12 */
const SEEN_WITHIN = Millis(80);
/** Diode windows of this plug-in. @see DI-01 */
const DIODE_WINDOWS = 3;

/** What is driven before anything is known, and after anything went wrong. @see I5 */
export const SAFE_OUTPUTS: Outputs = {
  pilot: STEADY_HIGH,
  coil: false,
  gfciTest: false,
  gfciReset: false,
  shuntTrip: false,
  pilotOpen: false,
};

/** What the rest of the machine would like. */
export interface Wish extends Outputs {
  /** Why nothing is offered; null while something is. */
  readonly why: string | null;
  /** The coil goes off because of a fault. @see ST-15 */
  readonly openedByFault: boolean;
}

export interface Gated {
  readonly outputs: Outputs;
  readonly memory: Pick<EvseMemory, "drive" | "contactor" | "selfTest" | "overcurrent">;
  /** The clause of I1 that a wish for the coil would have broken; null when nothing was refused. */
  readonly refused: string | null;
}

/** The first clause of I1 that does not hold for a coil that is on; null when all hold. @see I1 */
export function brokenClause(memory: EvseMemory, before: Outputs, wish: Outputs, config: EvseConfig, at: Instant): string | null {
  const { pilot, plug, selfTest, faults, contactor, drive, offer } = memory;
  const ventilated = config.ventilation === "interlock" && memory.inputs.ventilationOk === true;
  if (!(pilot.vehicle === "C" || (pilot.vehicle === "D" && ventilated))) return "vehicle is not in C";
  if (!(at - pilot.wantedAt <= SEEN_WITHIN)) return "C was not seen lately";
  if (wish.pilot.kind !== "pwm" && before.pilot.kind !== "pwm" && !(at - drive.pwmEndedAt <= BACKSTOP))
    return "the grace after PWM is over";
  if (wish.pilot.kind === "steadyLow" || wish.pilotOpen) return "the pilot does not show the car";
  if (plug === null || plug.diode.shown < DIODE_WINDOWS) return "no diode in this plug-in";
  if (selfTest.stage !== "idle" || selfTest.passedAt === null) return "no self-test since it last opened";
  if (faults.worst === "emergency" || (faults.worst === "error" && wish.pilot.kind === "pwm")) return "a fault is there";
  if (wish.gfciTest || wish.gfciReset || wish.shuntTrip) return "the interrupter is being tested or tripped";
  if (before.coil) return null;
  if (wish.pilot.kind !== "pwm" || before.pilot.kind !== "pwm") return "closing without an offer";
  if (offer.pilot.kind !== "pwm") return "no limit in force allows it";
  if (!isStable(pilot, at)) return "C is not stable";
  return contactor.verdict === "open" ? null : "the weld check has not passed";
}

/** Turns a wish into outputs, and keeps the record of what is driven. */
export function gate(memory: EvseMemory, before: Outputs, wish: Wish, config: EvseConfig, at: Instant): Gated {
  const refused = wish.coil ? brokenClause(memory, before, wish, config, at) : null;
  const coil = wish.coil && refused === null;
  const outputs = outputsOf(before, wish, coil);
  if (outputs === before) return { outputs, memory, refused };
  return {
    outputs,
    refused,
    memory: {
      drive: driveAfter(memory.drive, before, outputs, at),
      contactor: withCoil(memory.contactor, coil, wish.openedByFault || refused !== null, at),
      selfTest: before.coil && !coil ? SELF_TEST_NEVER : memory.selfTest,
      overcurrent: withSignal(memory.overcurrent, offerOf(outputs.pilot), at),
    },
  };
}

/** @returns the outputs before when nothing changes. */
function outputsOf(before: Outputs, { pilot, gfciTest, gfciReset, shuntTrip, pilotOpen }: Wish, coil: boolean): Outputs {
  const same =
    samePilot(pilot, before.pilot) &&
    coil === before.coil &&
    gfciTest === before.gfciTest &&
    gfciReset === before.gfciReset &&
    shuntTrip === before.shuntTrip &&
    pilotOpen === before.pilotOpen;
  return same ? before : { pilot, coil, gfciTest, gfciReset, shuntTrip, pilotOpen };
}

function driveAfter(drive: Drive, before: Outputs, { pilot, pilotOpen }: Outputs, at: Instant): Drive {
  const comesBack = before.pilotOpen && !pilotOpen;
  if (samePilot(before.pilot, pilot) && !comesBack) return drive;
  return {
    pwmEndedAt: before.pilot.kind === "pwm" && pilot.kind !== "pwm" ? at : drive.pwmEndedAt,
    highSince: pilot.kind === "steadyHigh" ? at : drive.highSince,
    dutyChangedAt: pilot.kind === "pwm" ? at : drive.dutyChangedAt,
  };
}
