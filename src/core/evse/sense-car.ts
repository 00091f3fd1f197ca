/** What the pilot (and proximity) tell of the car: plugged or not, asking or not, real or not. */

import { endCharging } from "#core/evse/charging";
import { DIODE_UNCHECKED, diodeTrouble, withDiodeReading } from "#core/evse/diode-check";
import type { Cause } from "#core/evse/fault-register";
import { blinded, isStable, pilotTrouble, withReading } from "#core/evse/pilot-filter";
import { plugInOf } from "#core/evse/plug-in";
import { isBroken, withProximity } from "#core/evse/proximity";
import { isReadbackOff } from "#core/evse/supply";
import { NEVER } from "#core/evse/time";
import { attendFault, clearFault, report, type Turn } from "#core/evse/turn";
import type { EvseView } from "#core/evse/types";
import { unplugged } from "#core/gfci/retry";
import type { PilotReading } from "#core/pilot/types";
import { continuedSession, openSession, withAuthorisation } from "#core/session/open-session";
import { Millis, Seconds } from "#core/units/units";

type Vehicle = EvseView["vehicle"];

/** After a short to earth, A or B must be stable this long. @see EF-01 */
const EARTH_SHORT_GONE = Seconds(3);
/** State F that is not driven, for three readings: the generator is stuck low. @see F-37 */
const STUCK_LOW = Millis(24);

/** Whether state D may be treated like C. @see VE-01 @see VE-02 */
export const isVentilated = ({ config, memory }: Turn): boolean =>
  config.ventilation === "interlock" && memory.inputs.ventilationOk === true;

export function senseCar(turn: Turn, reading: PilotReading | null): void {
  const { memory, at } = turn;
  const before = memory.pilot;
  const { pilot: driven, pilotOpen } = turn.before.outputs;
  const shown = driven.kind === "steadyLow" ? "F" : pilotOpen ? "unknown" : null;
  memory.pilot = shown === null ? withReading(before, reading, isVentilated(turn), at) : blinded(before, shown, reading, at);
  if (memory.pilot.vehicle !== before.vehicle) vehicleChanged(turn, before.vehicle, memory.pilot.vehicle);
  if (memory.leaving && memory.pilot.vehicle === "A" && isStable(memory.pilot, at)) clearWhatLeavingClears(turn);
  if (shown === null) senseDiode(turn, memory.pilot.readAt > before.readAt ? reading : null);
  senseProximity(turn);
  attendFault(turn, "PilotFault", pilotCause(turn, shown !== null));
  const lacksAir = memory.pilot.vehicle === "D" && !isVentilated(turn);
  attendFault(turn, "VentilationNotAvailable", lacksAir ? { cause: "carAsksForVentilation" } : null);
}

function vehicleChanged(turn: Turn, from: Vehicle, to: Vehicle): void {
  const { memory } = turn;
  report(turn, { type: "stateChanged", from, to });
  if (to === "E") memory.shortedToEarth = true;
  if (to === "A" && !memory.stuckHigh) unplug(turn);
  if (to !== "A" && to !== "F" && to !== "unknown") memory.stuckHigh = false;
  if (to !== "B" && to !== "C" && to !== "D") return;
  memory.leaving = false;
  if (memory.plug === null) plugIn(turn, from === "A" && to !== "B");
  else if (from === "E" || from === "F" || from === "unknown") memory.plug = { ...memory.plug, diode: DIODE_UNCHECKED }; // ST-19
  if (to === "B" && memory.plug?.simplified === true) memory.plug = { ...memory.plug, simplified: false };
}

/** @see ST-01 @see ST-02 */
function plugIn(turn: Turn, simplified: boolean): void {
  const { memory, config, at } = turn;
  const givenBefore = at < memory.authorisedUntil;
  memory.authorisedUntil = NEVER;
  if (memory.resumable !== null) {
    const session = continuedSession(memory.resumable, at);
    memory.plug = plugInOf(withAuthorisation(session, session.authorised || givenBefore), simplified);
    memory.resumable = null;
    return;
  }
  memory.sessions += 1;
  const id = `${memory.run}-${memory.sessions}`;
  memory.plug = plugInOf(openSession(id, config.authorisation === "free" || givenBefore, memory.wall, at), simplified);
  report(turn, { type: "plugged" });
}

/** The car has left, or left while nobody looked. @see ST-03 */
export function unplug(turn: Turn): void {
  const { memory } = turn;
  endCharging(turn, "unplugged");
  if (memory.plug !== null) {
    const { id, energy } = memory.plug.session;
    report(turn, { type: "unplugged", session: id, evidence: { energyWh: energy } });
  } else if (memory.resumable !== null) {
    const { id, energyWh } = memory.resumable;
    report(turn, { type: "unplugged", session: id, reason: "whileAway", evidence: { energyWh } });
  }
  memory.plug = null;
  memory.resumable = null;
  memory.leaving = true;
}

/** Only once it stays away: a contact that bounces clears no latch, and gives no ground fault its resets back. @see DI-03 @see GF-08 */
function clearWhatLeavingClears(turn: Turn): void {
  const { memory, at } = turn;
  memory.leaving = false;
  memory.retry = unplugged(memory.retry, at);
  for (const { name, latched } of memory.faults.records) if (latched === "untilUnplugged") clearFault(turn, name);
}

/** Only PWM shows the diode; without it there is no evidence, neither good nor bad. */
function senseDiode(turn: Turn, fresh: PilotReading | null): void {
  const { memory, at } = turn;
  const { plug } = memory;
  if (plug === null) {
    attendFault(turn, "DiodeFault", null);
    return;
  }
  const offering = turn.before.outputs.pilot.kind === "pwm";
  let { diode } = plug;
  if (!offering && diode.missingSince !== null) diode = { ...diode, missingSince: null };
  if (offering && fresh !== null) diode = withDiodeReading(diode, fresh);
  if (diode !== plug.diode) memory.plug = { ...plug, diode };
  const trouble = diodeTrouble(diode, memory.contactor.coil, at);
  if (trouble === null) {
    attendFault(turn, "DiodeFault", null);
    return;
  }
  const latched = trouble === "latch" ? "untilUnplugged" : "no";
  attendFault(turn, "DiodeFault", { cause: "diodeMissing", latched }, lowPlateauOf);
}

const lowPlateauOf = ({ memory }: Turn) => ({ lowV: memory.pilot.reading?.lowV ?? null });
const proximityOf = ({ memory }: Turn) => ({ proximityOhm: memory.inputs.proximityOhms });

/** @see PX-03 @see PX-04 */
function senseProximity(turn: Turn): void {
  const { memory, config, at } = turn;
  if (config.inlet !== "type2Socket") return;
  memory.proximity = withProximity(memory.proximity, memory.inputs.proximityOhms, at);
  const broken = memory.plug !== null && isBroken(memory.proximity, at);
  attendFault(turn, "ProximityFault", broken ? { cause: "cableCodeUnreadable" } : null, proximityOf);
}

/** The worst that is wrong with the pilot itself. @see EF-01 @see EF-03 @see VW-12 @see DC-09 */
function pilotCause(turn: Turn, blind: boolean): Cause | null {
  const { memory, at } = turn;
  const { pilot, contactor } = memory;
  const mayTrust = pilot.vehicle === "A" || pilot.vehicle === "B";
  if (memory.shortedToEarth && mayTrust && isStable(pilot, at, EARTH_SHORT_GONE)) memory.shortedToEarth = false;
  if (memory.shortedToEarth) return { cause: "shortedToEarth", clearsAfter: Millis(0) };
  if (isReadbackOff(memory.supply, at)) return { cause: "dutyReadback", latched: "untilReset" };
  if (blind) return null;
  if (pilot.vehicle === "F" && isStable(pilot, at, STUCK_LOW)) return { cause: "stuckLow", latched: "untilReset" };
  const trouble = pilotTrouble(pilot, at);
  if (trouble === null) return null;
  if (trouble === "stuckHigh") {
    memory.stuckHigh = memory.plug !== null;
    return { cause: "stuckHigh", latched: "untilUnplugged" };
  }
  const wasClosed = contactor.coil || contactor.coilSince > pilot.definiteAt;
  return { cause: trouble, latched: trouble === "gap" && wasClosed ? "untilUnplugged" : "no" };
}
