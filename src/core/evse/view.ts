/** What everybody else may know of the machine. */
import { closuresLastHour, relayOf, restsUntil } from "#core/evse/contactor";
import { activeFaultOf, faultNamed } from "#core/evse/fault-register";
import { isInForce } from "#core/evse/lease";
import { type KnownState, known } from "#core/evse/memory";
import { lineFor } from "#core/evse/offering";
import { isFed } from "#core/evse/one-shot";
import { later } from "#core/evse/time";
import { beginTurn } from "#core/evse/turn";
import type { EvseState, EvseView, SessionView } from "#core/evse/types";
import { offerOf } from "#core/pilot/duty";
import { between, type Instant, Millis } from "#core/units/units";

/** The machine as others may see it at `at`. */
export function viewOf(opaque: EvseState, at: Instant): EvseView {
  const state = known(opaque);
  const { memory, phase, outputs } = state;
  const { lease, contactor, plug, offer } = memory;
  const why = memory.run === null ? "selfTest" : lineFor(beginTurn(state, at)).why;
  const isWelded = faultNamed(memory.faults, "ContactorWelded") !== null;
  return {
    phase,
    vehicle: memory.pilot.vehicle,
    outputs,
    relay: isWelded ? "welded" : relayOf(contactor),
    offered: offerOf(outputs.pilot),
    available: offer.limit,
    limitedBy: why === null || why === "notConnected" ? offer.limitedBy : why,
    leaseExpiresAt: isInForce(lease, at) ? lease.until : null,
    notBefore: notBeforeOf(state, at),
    reading: memory.pilot.reading,
    faults: memory.faults.records.map(activeFaultOf),
    selfTest: memory.selfTest.stage === "idle" ? memory.lastSelfTest : "running",
    gfciResets: memory.retry.resets,
    contactorCycles: contactor.cycles,
    closuresLastHour: closuresLastHour(contactor, at),
    pluggedSince: plug?.session.since ?? null,
    chargingSince: memory.chargingSince,
    authorised: plug?.session.authorised ?? false,
    session: sessionOf(state, at),
  };
}

/** Whether the liveness one-shot may be fed, as far as the charger goes: not while that may be what holds the contactor. */
export const feedsOneShot = (state: EvseState): boolean => isFed(known(state).memory.oneShot);

function notBeforeOf({ memory }: KnownState, at: Instant): Instant | null {
  if (memory.plug === null || memory.contactor.coil) return null;
  const rests = restsUntil(memory.contactor, at);
  const delayed = at < memory.delayUntil ? memory.delayUntil : null;
  return rests !== null && delayed !== null ? later(rests, delayed) : (rests ?? delayed);
}

function sessionOf({ memory }: KnownState, at: Instant): SessionView | null {
  const { plug, resumable, chargingSince } = memory;
  if (plug !== null) {
    const { id, startedWall, energy, chargingFor } = plug.session;
    const running = chargingSince === null ? 0 : between(chargingSince, at);
    return { id, startedWall, energyWh: energy, chargingMs: Millis(chargingFor + running) };
  }
  if (resumable === null) return null;
  const { id, startedWall, energyWh, chargingMs } = resumable;
  return { id, startedWall, energyWh: energyWh as SessionView["energyWh"], chargingMs: Millis(chargingMs) };
}
