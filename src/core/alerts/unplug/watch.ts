/** What the plug of one charger is seen to do: cars come and go, contacts bounce, messages come twice, late or not at all. */
import { after, type Instant } from "#core/units/units";
import {
  BAD_CONTACT_FROM,
  BOUNCE,
  BOUNCES_WITHIN,
  CLOCK_WAS_SET,
  DRAWING_FROM,
  MOST_CHARGERS,
  MOST_ENDED,
  MOST_STAMPS,
  ONE_LOOK_IS_ENOUGH,
  REGULAR_FROM,
  SAME_ENERGY,
  STOP_TAKES,
  UNLOCK_COUNTS,
} from "./config.ts";
import { departureOf, isWaitingForUs } from "./departure.ts";
import { close, raise } from "./desk.ts";
import { forgiveFaults } from "./faults.ts";
import { changeStay, changeWatch, type Turn, watchOf, within } from "./turn.ts";
import type { Blind, Gone, Origin, PlugState, Pulse, Sighting, Stay, Watch } from "./types.ts";

const blindSince = (since: Instant, why: Blind["why"]): Blind => ({ since, why, goneSince: null, lookedAt: null, alert: null });

const newWatch = (at: Instant): Watch => ({
  pulse: { heardAt: at, beats: 0, currentA: null, energyWh: null, chargingMs: null, stamp: null, statusStamps: [], backStamp: null },
  state: null,
  stateSince: at,
  tellsState: false,
  blind: blindSince(at, "start"),
  stay: null,
  gone: null,
  departed: null,
  faults: [],
  faultsTold: {},
  bounces: [],
  taken: [],
  ended: [],
});

const newStay = (session: string | null, since: Instant, greeted: boolean): Stay => ({
  session,
  since,
  greeted,
  drew: false,
  drawingSince: null,
  restSince: null,
  pausedSince: null,
  pausedBy: "",
  allowedSince: null,
  stoppedAt: null,
  stoppedBy: "",
  cutBy: null,
  cutAt: null,
  restAlert: null,
  interruptAlert: null,
  once: [],
});

/** Makes room for a charger that was not heard of before. @returns false when there are too many */
export function admit(turn: Turn, charger: string): boolean {
  if (watchOf(turn, charger) !== undefined) return true;
  if (Object.keys(turn.state.watches).length >= MOST_CHARGERS) return false;
  turn.state = { ...turn.state, watches: { ...turn.state.watches, [charger]: newWatch(turn.at) } };
  return true;
}

/** From now on nobody looks, until the next sighting. What was known stays known. */
export function goBlind(turn: Turn, charger: string, why: Blind["why"], since: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined || watch.blind !== null) return;
  // A plug that was just leaving may have been a bounce: the next look decides.
  const { gone } = watch;
  const state = gone?.from ?? watch.state;
  const blind: Blind = { ...blindSince(since, why), goneSince: gone?.at ?? null };
  changeWatch(turn, charger, { blind, state, gone: null, pulse: { ...watch.pulse, beats: 0 } });
}

/**
 * Notes that a message came.
 * @returns false when it is older than what is known, or a status that came before, so that its state must not be believed
 */
export function beat(turn: Turn, { charger, stamp, type }: Origin & { readonly type: "status" | "event" }): boolean {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return false;
  const { pulse } = watch;
  const { noNewsAfter } = turn.config;
  const inTime = noNewsAfter !== null && turn.at - pulse.heardAt <= noNewsAfter;
  const beats = inTime ? Math.min(pulse.beats + 1, REGULAR_FROM) : 1;
  const order = orderOf(pulse, stamp, type);
  changeWatch(turn, charger, { pulse: { ...pulse, ...order.stamps, heardAt: turn.at, beats } });
  return order.isNew;
}

type Stamps = Pick<Pulse, "stamp" | "statusStamps" | "backStamp">;

function orderOf(
  pulse: Pulse,
  stamp: number | null,
  type: "status" | "event",
): { readonly isNew: boolean; readonly stamps: Partial<Stamps> } {
  if (stamp === null) return { isNew: true, stamps: {} };
  const isStatus = type === "status";
  if (isStatus && pulse.statusStamps.includes(stamp)) return { isNew: false, stamps: {} };
  const back = (pulse.stamp ?? stamp) - stamp;
  const statusStamps = isStatus ? [...pulse.statusStamps, stamp].slice(-MOST_STAMPS) : pulse.statusStamps;
  // One stamp from long ago is a late message; a second one after it means that the sender's clock was set back.
  const wasSet = back > CLOCK_WAS_SET && pulse.backStamp !== null && stamp > pulse.backStamp;
  if (back <= 0 || wasSet) return { isNew: true, stamps: { stamp, statusStamps, backStamp: null } };
  return { isNew: false, stamps: { statusStamps, backStamp: back > CLOCK_WAS_SET ? stamp : pulse.backStamp } };
}

/** Whether a message speaks of a charge that is over. */
export const isOver = (watch: Watch, session: string | null | undefined): boolean =>
  session !== null && session !== undefined && watch.ended.includes(session);

/** Takes what a message says of plug and power. @param at when it was true */
export function look(turn: Turn, charger: string, sighting: Sighting, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  if (sighting.state !== null && !watch.tellsState) changeWatch(turn, charger, { tellsState: true });
  // Power without a word about the plug: somebody draws it, so somebody is there. No power tells nothing.
  const powerAlone = sighting.state === null && sighting.drawing === true && !watch.tellsState;
  const state = powerAlone ? "C" : sighting.state;
  if (state !== null) {
    seePlug(turn, charger, state, sighting, at);
    if (state !== "A") seePower(turn, charger, state, sighting, at);
  } else if (sighting.drawing !== null && !watch.tellsState && watch.state === "C") {
    seePower(turn, charger, "C", sighting, at);
  }
  seeMeter(turn, charger, sighting);
}

function seePlug(turn: Turn, charger: string, state: PlugState, sighting: Sighting, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  const { session } = sighting;
  if (watch.blind !== null) {
    seeAgain(turn, charger, watch.blind, state, sighting, at);
    return;
  }
  if (state === watch.state) {
    if (session != null && watch.stay !== null && watch.stay.session !== session) changeStay(turn, charger, { session });
    return;
  }
  if (state === "A") leave(turn, charger, watch, at);
  else if (watch.state === "A" || watch.state === null) arrive(turn, charger, watch, state, session ?? null, at);
  else {
    if (at - watch.stateSince < BOUNCE) bounce(turn, charger, at);
    changeWatch(turn, charger, { state, stateSince: at });
  }
}

/** The first look after nobody looked: it says how things are, not what happened. */
function seeAgain(turn: Turn, charger: string, blind: Blind, state: PlugState, sighting: Sighting, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  const { stay } = watch;
  if (state === "A" && stay !== null) {
    // Believed at the second look; and then it was gone since the first.
    const { goneSince, lookedAt } = blind;
    if (lookedAt === null) changeWatch(turn, charger, { blind: { ...blind, goneSince: goneSince ?? at, lookedAt: turn.at } });
    if (goneSince !== null && at - goneSince >= turn.config.settle) confirmGone(turn, charger);
    return;
  }
  seeLight(turn, charger, blind);
  const session = sighting.session ?? null;
  changeWatch(turn, charger, { blind: null, state, stateSince: at });
  if (stay === null || state === "A") {
    changeWatch(turn, charger, { stay: state === "A" ? null : newStay(session, at, true) });
    if (state !== "A") rearm(turn);
  } else if (isSame(stay, watch, sighting)) {
    if (session !== null) changeStay(turn, charger, { session });
  } else {
    // Seen out once, and now another charge: that is certain. Another charge alone may be a charger's way to count.
    if (blind.goneSince === null) endStay(turn, charger, null, at);
    else departUnseen(turn, charger, watch, blind.goneSince);
    changeWatch(turn, charger, { stay: newStay(session, at, true) });
    rearm(turn);
    raise(turn, { type: "pluggedIn", severity: "info", charger, session, at, evidence: { outage: true, sessionBefore: stay.session } });
  }
}

/** Whether it is the charge that was under way before nobody looked. A meter that went back counts another one. */
function isSame(stay: Stay, { pulse }: Watch, { session, energyWh }: Sighting): boolean {
  if (session != null && stay.session !== null) return session === stay.session;
  return energyWh === null || pulse.energyWh === null || energyWh >= pulse.energyWh - SAME_ENERGY;
}

/** A car was plugged in: who had disarmed for the one before has forgotten by now. */
function rearm(turn: Turn): void {
  if (turn.config.arms && !turn.state.armed && turn.state.disarmedUntil === null) turn.state = { ...turn.state, armed: true };
}

/** The car that was there before nobody looked is gone, and that is certain now. */
export function confirmGone(turn: Turn, charger: string): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  const { blind, stay, state } = watch;
  const at = blind?.goneSince ?? turn.at;
  if (blind !== null) seeLight(turn, charger, blind);
  changeWatch(turn, charger, { blind: null, state: "A", stateSince: at });
  if (stay !== null && state !== null) departUnseen(turn, charger, watch, at);
}

/** @param watch as it was before nobody looked */
function departUnseen(turn: Turn, charger: string, { stay, state, pulse }: Watch, at: Instant): void {
  const drawing = stay !== null && stay.drawingSince !== null;
  depart(turn, charger, { at, heardAt: turn.at, from: state === "C" ? "C" : "B", drawing, currentA: pulse.currentA, outage: true });
}

/** It is heard again; whoever was told that it was silent is told so. */
function seeLight(turn: Turn, charger: string, blind: Blind): void {
  if (blind.alert === null) return;
  close(turn, blind.alert);
  raise(turn, {
    type: "newsAgain",
    severity: "info",
    charger,
    at: turn.at,
    evidence: { silentMs: turn.at - blind.since },
    follows: blind.alert,
  });
}

/** The plug reads A. Whether it was pulled or only rattled shows when it has settled. */
function leave(turn: Turn, charger: string, watch: Watch, at: Instant): void {
  const { stay, state, pulse } = watch;
  if (state === "A" || stay === null) {
    changeWatch(turn, charger, { state: "A", stateSince: at });
    return;
  }
  const drawing = stay.drawingSince !== null;
  const gone: Gone = { at, heardAt: turn.at, from: state === "C" ? "C" : "B", drawing, currentA: pulse.currentA, outage: false };
  changeWatch(turn, charger, { state: "A", stateSince: at, gone });
}

/** A car is seen where there was none: a bounce, the same car again, or somebody else. */
function arrive(turn: Turn, charger: string, watch: Watch, state: PlugState, session: string | null, at: Instant): void {
  const { gone, stay } = watch;
  if (gone !== null && stay !== null && at - gone.at < turn.config.settle) {
    changeWatch(turn, charger, { state, stateSince: at, gone: null, stay: { ...stay, session: session ?? stay.session } });
    bounce(turn, charger, at);
    return;
  }
  if (gone !== null) depart(turn, charger, gone);
  changeWatch(turn, charger, { state, stateSince: at, stay: newStay(session, at, false), bounces: [] });
  rearm(turn);
}

/** Somebody has plugged in, and it was no bounce: the same car again within the grace, or whoever. */
function greet(turn: Turn, charger: string, { departed }: Watch, { since, session }: Stay): void {
  changeWatch(turn, charger, { departed: null });
  changeStay(turn, charger, { greeted: true });
  if (departed === null) {
    raise(turn, { type: "pluggedIn", severity: "info", charger, session, at: since, evidence: {} });
    return;
  }
  const awayMs = since - departed.at;
  const again = awayMs <= turn.config.grace;
  const { open, held } = turn.state;
  // What was not told yet is taken back without a word; but who plugs in later takes nothing back.
  const known = again ? [...open, ...held] : open;
  const follows = known.some(({ notice }) => notice.id === departed.alert) ? departed.alert : null;
  if (again) close(turn, departed.alert);
  const type = again ? "pluggedInAgain" : "pluggedIn";
  raise(turn, { type, severity: "info", charger, session, at: since, evidence: { awayMs }, follows });
}

/** A state that did not last. Many of them are a bad contact. */
function bounce(turn: Turn, charger: string, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch?.stay == null) return;
  const bounces = [...watch.bounces.filter((earlier) => at - earlier < BOUNCES_WITHIN), at].slice(-BAD_CONTACT_FROM);
  changeWatch(turn, charger, { bounces });
  if (bounces.length < BAD_CONTACT_FROM || watch.stay.once.includes("badContact")) return;
  changeStay(turn, charger, { once: [...watch.stay.once, "badContact"] });
  const { session } = watch.stay;
  const evidence = { bounces: bounces.length, withinMs: at - (bounces[0] ?? at) };
  raise(turn, { type: "badContact", severity: "warning", charger, session, at, evidence, actions: ["seen"] });
}

/** The car has left; what there is to say of it is said. */
export function depart(turn: Turn, charger: string, gone: Gone): void {
  const watch = watchOf(turn, charger);
  const stay = watch?.stay;
  if (watch === undefined || stay == null) return;
  const { type, severity, evidence, actions } = departureOf(stay, gone, watch.pulse);
  forgiveFaults(turn, charger, gone.at);
  const consent = consentOf(turn, gone.at);
  const calm = consent !== null && severity !== "info";
  const raised = calm ? ({ severity: "info", evidence: { ...evidence, consent } } as const) : { severity, evidence, actions };
  const alert = raise(turn, { type, charger, session: stay.session, at: gone.at, ...raised });
  endStay(turn, charger, calm || severity === "info" ? null : alert, gone.at);
}

function endStay(turn: Turn, charger: string, alert: string | null, at: Instant): void {
  const watch = watchOf(turn, charger);
  if (watch?.stay == null) return;
  const { session } = watch.stay;
  const ended = session === null || watch.ended.includes(session) ? watch.ended : [...watch.ended, session].slice(-MOST_ENDED);
  const pulse = { ...watch.pulse, currentA: null, energyWh: null, chargingMs: null };
  changeWatch(turn, charger, { stay: null, gone: null, ended, pulse, departed: { at, alert }, bounces: [] });
}

/** Why an unplugging is nobody's theft, as far as the owner has told; null when nothing is known. */
function consentOf({ state, config }: Turn, at: Instant): string | null {
  if (!state.armed) return "disarmed";
  if (state.home === true && config.atHome === "quiet") return "home";
  return within(state.unlockedAt, at, UNLOCK_COUNTS) ? "unlocked" : null;
}

function seePower(turn: Turn, charger: string, state: PlugState, sighting: Sighting, at: Instant): void {
  const watch = watchOf(turn, charger);
  const stay = watch?.stay;
  if (watch === undefined || stay == null || watch.state === "A") return;
  if (sighting.offering !== null) seeOffer(turn, charger, sighting.offering, sighting.why ?? "", at);
  if (sighting.stopped && stay.stoppedAt === null) changeStay(turn, charger, { stoppedAt: at, stoppedBy: sighting.why ?? "" });
  const { currentA } = sighting;
  const told = sighting.drawing ?? (currentA === null ? null : currentA >= DRAWING_FROM);
  seeDrawing(turn, charger, state === "C" ? told : false, at);
}

/** Power begins or ends to flow. Null changes nothing. */
export function seeDrawing(turn: Turn, charger: string, drawing: boolean | null, at: Instant): void {
  const watch = watchOf(turn, charger);
  const stay = watch?.stay;
  if (watch === undefined || stay == null || watch.gone !== null || drawing === null || drawing === (stay.drawingSince !== null)) return;
  // Whoever stopped it before, or whatever fault did: that is over.
  const begun = { drew: true, drawingSince: at, restSince: null, allowedSince: null, cutBy: null, cutAt: null };
  const goesOn = stay.stoppedAt === null || at - stay.stoppedAt > STOP_TAKES;
  if (drawing) changeStay(turn, charger, goesOn ? { ...begun, stoppedAt: null, stoppedBy: "" } : begun);
  else changeStay(turn, charger, { drawingSince: null, restSince: stay.drew ? at : null });
}

/** The charger begins or ends to offer. */
export function seeOffer(turn: Turn, charger: string, offering: boolean, why: string, at: Instant): void {
  const stay = watchOf(turn, charger)?.stay;
  if (stay == null) return;
  if (offering && stay.pausedSince !== null) {
    const allowedSince = stay.drawingSince === null && isWaitingForUs(stay, at) ? at : null;
    changeStay(turn, charger, { pausedSince: null, allowedSince, pausedBy: allowedSince === null ? "" : stay.pausedBy });
  }
  if (!offering && stay.pausedSince === null) changeStay(turn, charger, { pausedSince: at, pausedBy: why });
}

function seeMeter(turn: Turn, charger: string, { currentA, energyWh, chargingMs, state }: Sighting): void {
  const watch = watchOf(turn, charger);
  if (watch?.stay == null || state === "A") return;
  const { pulse } = watch;
  changeWatch(turn, charger, {
    pulse: {
      ...pulse,
      currentA: currentA ?? pulse.currentA,
      energyWh: energyWh ?? pulse.energyWh,
      chargingMs: chargingMs ?? pulse.chargingMs,
    },
  });
}

/** What time alone shows: a plug that has settled out, a charger that has gone silent. */
export function passWatch(turn: Turn, charger: string): void {
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  const { gone, pulse, blind } = watch;
  const { settle, noNewsAfter } = turn.config;
  if (gone !== null && turn.at - gone.heardAt >= settle) depart(turn, charger, gone);
  const { stay: newcomer } = watch;
  if (newcomer !== null && !newcomer.greeted && gone === null && turn.at - newcomer.since >= settle) greet(turn, charger, watch, newcomer);
  if (blind !== null && blind.lookedAt !== null && turn.at - blind.lookedAt >= ONE_LOOK_IS_ENOUGH) confirmGone(turn, charger);
  if (noNewsAfter === null || blind !== null || pulse.beats < REGULAR_FROM || turn.at - pulse.heardAt < noNewsAfter) return;
  goBlind(turn, charger, "silence", pulse.heardAt);
  const stay = watchOf(turn, charger)?.stay;
  const now = watchOf(turn, charger)?.blind;
  if (stay == null || now == null) return;
  const evidence = { silentMs: turn.at - pulse.heardAt, drawingBefore: stay.drawingSince !== null };
  const alert = raise(turn, {
    type: "noNews",
    severity: "warning",
    charger,
    session: stay.session,
    at: after(pulse.heardAt, noNewsAfter),
    evidence,
    actions: ["seen"],
  });
  changeWatch(turn, charger, { blind: { ...now, alert } });
}
