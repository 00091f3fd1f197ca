/** What must survive a power cut, and how a run goes on from it. @see PW-04 */
import type { EvseConfig } from "#core/evse/config";
import { closuresLastHour, recloseAfterRestart, restingContactor } from "#core/evse/contactor";
import { type FaultRecord, type FaultRegister, NO_FAULTS, withCauseGone, withFault } from "#core/evse/fault-register";
import type { FaultName } from "#core/evse/faults";
import type { EvseMemory } from "#core/evse/memory";
import { unheardMeter } from "#core/evse/meter";
import { blankPilotFilter } from "#core/evse/pilot-filter";
import { startPost } from "#core/evse/post";
import type { Turn } from "#core/evse/turn";
import type { EvseEvent, PersistedFault, PersistedSafety } from "#core/evse/types";
import { armedRetry, maySpendReset, RETRY_AFTER, restoredRetry, type TripRetry } from "#core/gfci/retry";
import { type OpenSession, persistedSession } from "#core/session/open-session";
import { after, type Instant, WallTime } from "#core/units/units";

const isTrip = (name: FaultName): boolean => name === "GroundFault" || name === "GroundFaultDc";

/** Latched faults, and trips that wait for their retry. */
const outlivesRestart = ({ name, latched }: FaultRecord): boolean => latched !== "no" || isTrip(name);

/** @returns what is to be written down now; null when nothing durable changed. */
export function newlyDurable({ memory, before: { memory: before } }: Turn): PersistedSafety | null {
  const session = memory.plug?.session ?? null;
  const untouched =
    memory.faults === before.faults &&
    memory.retry === before.retry &&
    memory.contactor.cycles === before.contactor.cycles &&
    memory.resumable === before.resumable &&
    session === (before.plug?.session ?? null);
  if (untouched) return null;
  const next = durableOf(memory, session);
  if (isSame(next, memory.durable) && sameSession(session, memory.durableSession, next, memory.durable)) return null;
  memory.durable = next;
  memory.durableSession = session;
  return next;
}

function durableOf(memory: EvseMemory, session: OpenSession | null): PersistedSafety {
  const latched = memory.faults.records
    .filter(outlivesRestart)
    .map((record): PersistedFault => ({ fault: record.name, sinceWall: record.sinceWall, latched: record.latched }));
  return {
    version: 1,
    latched,
    gfciResets: memory.retry.resets,
    welded: latched.some(({ fault }) => fault === "ContactorWelded"),
    contactorCycles: memory.contactor.cycles,
    closuresLastHour: closuresLastHour(memory.contactor, memory.at),
    session: session === null ? memory.resumable : persistedSession(session, memory.meter.counter),
  };
}

function isSame(next: PersistedSafety, written: PersistedSafety): boolean {
  return (
    next.gfciResets === written.gfciResets &&
    next.contactorCycles === written.contactorCycles &&
    next.latched.length === written.latched.length &&
    next.latched.every(({ fault, latched }, index) => fault === written.latched[index]?.fault && latched === written.latched[index].latched)
  );
}

/** Energy counts only once it has grown enough to be worth a write. */
function sameSession(open: OpenSession | null, written: OpenSession | null, next: PersistedSafety, last: PersistedSafety): boolean {
  if (open === null || written === null) return open === written && next.session === last.session;
  return (
    open.id === written.id &&
    open.writtenEnergy === written.writtenEnergy &&
    open.chargingFor === written.chargingFor &&
    open.authorised === written.authorised
  );
}

/** How a run begins. */
type Beginning = Omit<Extract<EvseEvent, { readonly type: "boot" }>, "type">;

/** Memory at the start of a run. Nothing is believed of the hardware: contactor, pilot and interrupter are looked at anew. */
export function bootedMemory(
  memory: EvseMemory,
  { run, restored: written, delay }: Beginning,
  config: EvseConfig,
  at: Instant,
): EvseMemory {
  const restored = written === null ? null : withTripsLockedOut(written, config);
  return {
    ...memory,
    run,
    at,
    sensedAt: at,
    phaseSince: at,
    pilot: blankPilotFilter(at),
    resumable: restored?.session ?? null,
    delayUntil: after(at, delay),
    drive: { ...memory.drive, highSince: at },
    contactor:
      restored === null
        ? restingContactor(at)
        : restingContactor(at, restored.contactorCycles, restored.closuresLastHour, recloseAfterRestart(at)),
    post: startPost(at),
    retry: restored === null ? armedRetry() : retryFrom(restored, at),
    meter: unheardMeter(at),
    faults: restored === null ? NO_FAULTS : faultsFrom(restored, at),
    durable: written ?? memory.durable,
    durableSession: null,
  };
}

/** A trip that may not be reset by itself any more: the last reset was begun when the run before ended, or the settings forbid it now. @see GF-06 @see GF-09 */
function withTripsLockedOut(written: PersistedSafety, { autoReset }: EvseConfig): PersistedSafety {
  if (autoReset && maySpendReset({ resets: written.gfciResets })) return written;
  return { ...written, latched: written.latched.map((known) => (isTrip(known.fault) ? { ...known, latched: "untilReset" } : known)) };
}

function faultsFrom(restored: PersistedSafety, at: Instant): FaultRegister {
  const weld: PersistedFault = { fault: "ContactorWelded", sinceWall: WallTime(0), latched: "untilReset" };
  const isNoted = restored.latched.some(({ fault }) => fault === weld.fault);
  const faults = restored.welded && !isNoted ? [...restored.latched, weld] : restored.latched;
  return faults.reduce((register, { fault, sinceWall, latched }) => {
    const retryAt = isTrip(fault) && latched === "no" ? after(at, RETRY_AFTER) : null;
    const known = withFault(register, fault, { cause: "fromBefore", latched, retryAt }, { at, wall: sinceWall, duringOffer: false });
    return withCauseGone(known, fault, at);
  }, NO_FAULTS);
}

function retryFrom({ latched, gfciResets }: PersistedSafety, at: Instant): TripRetry {
  const trip = latched.find(({ fault }) => isTrip(fault));
  return trip === undefined ? armedRetry(gfciResets) : restoredRetry(gfciResets, trip.latched !== "no", at);
}
