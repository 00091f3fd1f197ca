/** What carries the power: contactor, supply, heat, current, meter, and the button that stops it all. */

import { withLoadSide } from "#core/evse/contactor";
import { faultNamed } from "#core/evse/fault-register";
import { meterTrouble, withMeter } from "#core/evse/meter";
import { withOneShot } from "#core/evse/one-shot";
import { flowsWhileOpen, overcurrentCause, withCurrent } from "#core/evse/overcurrent";
import { brownOutCause, isStarved, pilotSupplyCause, withSupply } from "#core/evse/supply";
import { isTooHot, sensorTrouble, shareOf, withTemperature } from "#core/evse/temperature";
import { attendFault, report, type Turn } from "#core/evse/turn";
import { withCounterSeen, withEnergy } from "#core/session/open-session";

/** @see RL-01 @see RL-02 @see RL-04 */
export function senseContactor(turn: Turn): void {
  const { memory, config, at } = turn;
  const before = memory.contactor;
  memory.contactor = withLoadSide(before, memory.inputs.loadSide, config.supply.poles, at);
  const { verdict, confirmed, coil } = memory.contactor;
  if (confirmed && !before.confirmed) report(turn, { type: "relayClosed" });
  if (verdict === "open" && before.verdict !== "open" && turn.phase === "opening") report(turn, { type: "relayOpened" });
  const welded = !coil && verdict === "welded";
  const unseen = !coil && verdict === "unseen";
  attendFault(turn, "ContactorWelded", welded ? { cause: "loadSideLive" } : null, polesOf);
  attendFault(turn, "ContactorSenseLost", unseen ? { cause: "loadSideUnseen" } : null);
  tryOneShot(turn);
}

/** Not the contactor but what drives its coil: told, for the fault's name says otherwise. @see WD-01 */
function tryOneShot(turn: Turn): void {
  const { memory, at } = turn;
  const before = memory.oneShot;
  memory.oneShot = withOneShot(before, memory.contactor, faultNamed(memory.faults, "ContactorWelded") !== null, at);
  const helped = before.is === "tried" && memory.oneShot.is === "starved";
  if (helped) report(turn, { type: "fault", fault: "ContactorWelded", reason: "openedByOneShot" });
}

/** Each pole as it is sensed, for the record. @see RL-04 */
export const polesOf = ({ memory }: Turn) =>
  Object.fromEntries(memory.inputs.loadSide.map((live, index) => [`pole${index + 1}Live`, live]));

/**
 * Whether the supply is low, or was a moment ago: what hangs on it may come back later than the rest, and until all of it has been
 * good for a while, it is still the same brown-out. @see PW-05
 */
export const isStarving = ({ memory }: Turn): boolean => isStarved(memory.supply) || faultNamed(memory.faults, "BrownOut") !== null;

/** @see PW-05 @see CP-11 */
export function senseSupply(turn: Turn): void {
  const { memory, config, at } = turn;
  const { pilot, inputs } = memory;
  const lineIsOpen = memory.post.running && memory.plug === null;
  const inUse = { driven: turn.before.outputs.pilot, reading: pilot.reading, lineIsOpen };
  memory.supply = withSupply(memory.supply, inputs, inUse, config.supply.volts, at);
  const starved = isStarving(turn);
  const low = brownOutCause(memory.supply, starved, at);
  const wrong = pilotSupplyCause(memory.supply, starved, at);
  attendFault(turn, "BrownOut", low === null ? null : { cause: low });
  attendFault(turn, "PilotSupplyFault", wrong === null ? null : { cause: wrong }, railsOf);
}

const railsOf = ({ memory }: Turn) => ({
  railHighV: memory.inputs.railHighV,
  railLowV: memory.inputs.railLowV,
  highV: memory.pilot.reading?.highV ?? null,
  lowV: memory.pilot.reading?.lowV ?? null,
});

/** @see OT-01 @see OT-02 */
export function senseTemperature(turn: Turn): void {
  const { memory, config, at } = turn;
  if (config.temperature.sensor !== "fitted") return;
  const before = memory.temperature;
  memory.temperature = withTemperature(before, memory.inputs.temperatureC, config.temperature, memory.contactor.coil, at);
  if (memory.temperature.step !== before.step) {
    report(turn, { type: "derated", from: percent(shareOf(before)), to: percent(shareOf(memory.temperature)), evidence: heatOf(turn) });
  }
  attendFault(turn, "OverTemperature", isTooHot(memory.temperature) ? { cause: "tooHot" } : null, heatOf);
  const trouble = sensorTrouble(memory.temperature, at);
  attendFault(turn, "TemperatureSensorFault", trouble === null ? null : { cause: trouble }, heatOf);
}

const heatOf = ({ memory }: Turn) => ({ temperatureC: memory.inputs.temperatureC });

const percent = (share: number): string => `${share * 100} %`;

/** @see MT-01 @see MT-02 */
export function senseMeter(turn: Turn): void {
  const { memory, config, at } = turn;
  const installation = { volts: config.supply.volts, phases: config.supply.phases, most: config.ratings.hardware };
  const { meter, energy, jumped } = withMeter(memory.meter, memory.inputs, memory.contactor.coil, installation, at);
  if (jumped) report(turn, { type: "meterJump", evidence: { fromWh: memory.meter.counter, toWh: meter.counter } });
  memory.meter = meter;
  if (memory.plug !== null) creditEnergy(turn, energy);
  if (config.meter === "none") return;
  const trouble = meterTrouble(meter, at);
  const severity = config.meter === "capWhenSilent" ? "warning" : "error";
  attendFault(turn, "MeterSilent", trouble === null ? null : { cause: trouble, severity });
}

function creditEnergy(turn: Turn, energy: Parameters<typeof withEnergy>[1]): void {
  const { plug, meter } = turn.memory;
  if (plug === null) return;
  const seen = meter.counter === null ? plug.session : withCounterSeen(plug.session, meter.counter);
  const session = withEnergy(seen, energy);
  if (session !== plug.session) turn.memory.plug = { ...plug, session };
}

/** @see OC-01 @see OC-02 @see OC-03 @see OC-04 */
export function senseCurrent(turn: Turn): void {
  const { memory, config, at } = turn;
  const { contactor, meter } = memory;
  memory.overcurrent = withCurrent(
    memory.overcurrent,
    {
      current: meter.current,
      measuredAt: meter.heardAt,
      coil: contactor.coil,
      coilSince: contactor.coilSince,
      meterIsAlive: meter.movedAt > contactor.coilSince,
      stopping: turn.phase === "stopping",
      hardware: config.ratings.hardware,
    },
    at,
  );
  const over = overcurrentCause(memory.overcurrent, at);
  const flows = flowsWhileOpen(memory.overcurrent, at);
  attendFault(turn, "OverCurrent", over === null ? null : { cause: over }, currentOf);
  attendFault(turn, "UnexpectedCurrent", flows ? { cause: "currentWhileOpen" } : null, currentOf);
}

const currentOf = ({ memory }: Turn) => ({ currentA: memory.meter.current, offeredA: memory.overcurrent.signalled });

export function senseEmergencyStop(turn: Turn): void {
  attendFault(turn, "EmergencyStop", turn.memory.inputs.emergencyStop ? { cause: "pressed" } : null);
}
