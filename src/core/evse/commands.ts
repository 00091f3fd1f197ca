/** What people and flows may ask, and how each request is answered. A request changes memory; what is driven follows in the same step. */
import { isProvenOpen } from "#core/evse/contactor";
import type { FaultRecord } from "#core/evse/fault-register";
import { isInForce, leaseComplaint, leaseFrom } from "#core/evse/lease";
import type { PlugIn } from "#core/evse/plug-in";
import { startPost } from "#core/evse/post";
import { unplug } from "#core/evse/sense-car";
import { NEVER } from "#core/evse/time";
import { clearFault, enterPhase, raiseIncident, refuse, report, type Turn } from "#core/evse/turn";
import type { EvseEvent, LimitLease } from "#core/evse/types";
import { SENT } from "#core/evse/wake-up";
import { resetByPerson } from "#core/gfci/retry";
import { isRunning, startSelfTest } from "#core/gfci/self-test";
import { withAuthorisation } from "#core/session/open-session";
import { after, Millis, Seconds } from "#core/units/units";

/** A loop this late is worth an event while the contactor is closed. @see F-31 */
const LATE_IS_NEWS = Millis(30);
/** A loop this late opens the contactor. @see F-31 */
export const LATE_OPENS = Millis(60);

/** An authorisation waits this long for a car. */
const AUTHORISATION_WAITS = Seconds(60);

type Request = Exclude<EvseEvent, { readonly type: "boot" | "sense" }>;

export function request(turn: Turn, event: Request): void {
  switch (event.type) {
    case "limit":
      takeLimit(turn, event.lease);
      break;
    case "pause":
      pause(turn, event.by);
      break;
    case "resume":
      resume(turn, event.by);
      break;
    case "authorise":
      authorise(turn, event.tag ?? "");
      break;
    case "deauthorise":
      deauthorise(turn, event.reason);
      break;
    case "reset":
      reset(turn, event.by);
      break;
    case "selfTest":
      selfTest(turn);
      break;
    case "wakeUp":
      wakeUp(turn, event.by);
      break;
    case "late":
      late(turn, event.by);
      break;
    case "shutdown":
      shutDown(turn);
      break;
    default:
      event satisfies never;
  }
}

/** @see DC-05 @see WD-02 */
function takeLimit(turn: Turn, lease: LimitLease): void {
  const { memory, at } = turn;
  const complaint = leaseComplaint(lease);
  if (complaint !== null) {
    refuse(turn, "outOfRange", complaint);
    return;
  }
  const before = memory.lease;
  const lapsed = before.everGiven && !isInForce(before, at);
  memory.lease = leaseFrom(lease, at);
  memory.leaseLapsed = false;
  const evidence = { limitA: lease.limit, by: lease.by };
  if (lapsed) report(turn, { type: "leaseRenewed", evidence });
  if (lapsed || !before.everGiven || before.limit !== lease.limit || before.by !== lease.by)
    report(turn, { type: "limitChanged", evidence });
}

function pause(turn: Turn, by: string): void {
  if (turn.memory.pausedBy === null) report(turn, { type: "paused", reason: by });
  turn.memory.pausedBy = by;
}

/** Ends a pause, and the random delay before power starts, which a person may always cut short. @see PW-03 */
function resume(turn: Turn, by: string): void {
  const { memory, at } = turn;
  if (memory.pausedBy !== null || at < memory.delayUntil) report(turn, { type: "resumed", reason: by });
  memory.pausedBy = null;
  memory.delayUntil = NEVER;
}

/** For the plugged car, or for the one that is plugged in within the next minute. */
function authorise(turn: Turn, tag: string): void {
  const { memory, at } = turn;
  if (memory.plug === null) memory.authorisedUntil = after(at, AUTHORISATION_WAITS);
  else if (!memory.plug.session.authorised) setAuthorised(turn, memory.plug, true);
  else return;
  report(turn, { type: "authorised", reason: tag });
}

/** Also from a session that waits for its car to be seen again: nothing else would keep that car from charging. @see F-40 */
function deauthorise(turn: Turn, reason: string): void {
  const { memory } = turn;
  const awaited = memory.plug === null && memory.resumable?.authorised === true ? memory.resumable : null;
  if (memory.plug === null && awaited === null && turn.at >= memory.authorisedUntil) {
    refuse(turn, "notPlugged", "Expected a plugged car, found none. Nothing was authorised, so nothing can be withdrawn.");
    return;
  }
  memory.authorisedUntil = NEVER;
  if (memory.plug?.session.authorised === false) return;
  if (memory.plug !== null) setAuthorised(turn, memory.plug, false);
  if (awaited !== null) memory.resumable = { ...awaited, authorised: false };
  report(turn, { type: "deauthorised", reason, ...(awaited === null ? {} : { session: awaited.id }) });
}

function setAuthorised({ memory }: Turn, plug: PlugIn, authorised: boolean): void {
  memory.plug = { ...plug, session: withAuthorisation(plug.session, authorised) };
}

/** A person says: look again. What still has its cause stays; everything that was cleared is proven by a new power-on self-test. @see GF-06 @see RL-02 */
function reset(turn: Turn, by: string): void {
  const { memory, at } = turn;
  const resettable = memory.faults.records.filter(({ name, latched }) => latched !== "no" || isTrip(name));
  const remaining = resettable.filter((record) => causeRemains(turn, record));
  if (resettable.length === 0 && memory.retry.resets === 0) {
    refuse(turn, "nothingToReset", "Expected a latched fault, found none. Faults that are not latched clear by themselves.");
    return;
  }
  if (resettable.length > 0 && remaining.length === resettable.length) {
    const names = remaining.map(({ name }) => name).join(", ");
    refuse(
      turn,
      "causeRemains",
      `Expected the cause of the fault to be gone, but it is still there: ${names}. Remove it, then reset again.`,
    );
    return;
  }
  report(turn, { type: "reset", reason: by });
  for (const { name } of resettable) {
    if (!isTrip(name) && !remaining.some((record) => record.name === name)) clearFault(turn, name);
  }
  memory.retry = resetByPerson(memory.retry, at);
  if (memory.plug !== null) memory.plug = { ...memory.plug, failedClosings: 0 };
  memory.stuckHigh = false;
  if (memory.pilot.vehicle === "A") unplug(turn);
  if (resettable.length > 0) memory.post = startPost(at);
}

const isTrip = (name: FaultRecord["name"]): boolean => name === "GroundFault" || name === "GroundFaultDc";

function causeRemains({ memory, at }: Turn, { name, goneSince }: FaultRecord): boolean {
  if (isTrip(name)) return false;
  return goneSince === null || (name === "ContactorWelded" && !isProvenOpen(memory.contactor, at));
}

function selfTest(turn: Turn): void {
  const { memory, at } = turn;
  if (!isProvenOpen(memory.contactor, at) || isRunning(memory.selfTest)) {
    refuse(turn, "busy", `Expected an open contactor and no test under way, found the charger in "${turn.phase}". Pause it and try again.`);
  } else if (memory.retry.stage.is !== "armed") {
    refuse(turn, "notAllowed", "Expected no ground fault, but one is waiting for its reset. Reset it first.");
  } else {
    memory.selfTest = startSelfTest(at);
  }
}

/** @see ST-16 */
function wakeUp(turn: Turn, by: string): void {
  const { memory, config } = turn;
  const { plug } = memory;
  if (plug === null) {
    refuse(turn, "notPlugged", "Expected a plugged car, found none.");
  } else if (config.wakeUp.method === "none") {
    refuse(turn, "notAllowed", 'Expected a wake-up method in the charger\'s settings, found "none".');
  } else if (turn.phase !== "waiting") {
    refuse(turn, "busy", `Expected a car that is offered current and does not ask for it, found the charger in "${turn.phase}".`);
  } else if (plug.wakeUp.sent) {
    refuse(
      turn,
      "alreadyUsed",
      "Expected a car that was not woken yet: one wake-up per offer, for some cars take a second one for a fault. Pause and resume first.",
    );
  } else {
    memory.plug = { ...plug, wakeUp: SENT };
    report(turn, { type: "wakeUpSent", reason: by });
    enterPhase(turn, "waking");
  }
}

/** The process is about to end: the car is told to stop, given its time, and the contactor opens. @see ST-10 */
function shutDown(turn: Turn): void {
  turn.memory.shuttingDown = true;
  report(turn, { type: "shutdown" });
}

/** The loop itself was late: news above 30 ms, a fault above 60 ms. A lateness that is no number is the worst. @see F-31 */
function late(turn: Turn, by: Millis): void {
  if (!turn.memory.contactor.coil || by <= LATE_IS_NEWS) return;
  report(turn, { type: "late", evidence: { lateMs: Number.isFinite(by) ? by : null } });
  if (!(by <= LATE_OPENS)) openLate(turn);
}

/** The safety loop did not look for too long while the contactor was closed. What is closed opens, and everything is tested again. */
export function openLate(turn: Turn): void {
  raiseIncident(turn, "ControllerLate", { cause: "loopLate" });
  turn.memory.post = startPost(turn.at);
}
