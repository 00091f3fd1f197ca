/**
 * The unplug alert: what a charger says and what people do become what its owner is told. Pure: the same state, input and moment
 * give the same answer. What it hears twice, late or out of order changes nothing twice.
 */

import type { Instant } from "#core/units/units";
import { passCharge } from "./charge.ts";
import { DRAWING_FROM, MOST_TAKEN, type UnplugConfig } from "./config.ts";
import { passTime, raise, takeAnswer } from "./desk.ts";
import { passEvening } from "./evening.ts";
import { passFaults, seeFault, seeFaultGone, seeFaults } from "./faults.ts";
import { changeStay, changeWatch, type Moment, type Turn, watchOf } from "./turn.ts";
import type { ChargerEvent, Sighting, UnplugInput, UnplugState, UnplugStep } from "./types.ts";
import { admit, beat, confirmGone, goBlind, isOver, look, passWatch, seeDrawing, seeOffer } from "./watch.ts";

type Of<Type extends UnplugInput["type"]> = Extract<UnplugInput, { readonly type: Type }>;

/** @param name beginning of every alert's id; unique among the nodes of a flow */
export const createUnplug = (name: string, config: Pick<UnplugConfig, "arms">): UnplugState => ({
  version: 1,
  name,
  count: 0,
  armed: config.arms,
  disarmedUntil: null,
  home: null,
  unlockedAt: null,
  battery: null,
  sun: null,
  evening: null,
  watches: {},
  open: [],
  held: [],
});

/** @param moment never goes backwards on its line of time */
export function step(state: UnplugState, input: UnplugInput, moment: Moment, config: UnplugConfig): UnplugStep {
  const turn: Turn = { ...moment, config, state, told: [] };
  if (input.type !== "start") pass(turn);
  take(turn, input);
  if (input.type !== "start") pass(turn);
  return { state: turn.state, effects: turn.told };
}

/** What time alone does. */
function pass(turn: Turn): void {
  const { disarmedUntil } = turn.state;
  if (disarmedUntil !== null && turn.at >= disarmedUntil) turn.state = { ...turn.state, armed: true, disarmedUntil: null };
  for (const charger of Object.keys(turn.state.watches)) {
    passWatch(turn, charger);
    passFaults(turn, charger);
    passCharge(turn, charger);
  }
  passEvening(turn);
  passTime(turn);
}

function take(turn: Turn, input: UnplugInput): void {
  const { at, state } = turn;
  switch (input.type) {
    case "start":
      for (const charger of Object.keys(state.watches)) goBlind(turn, charger, "restart", at);
      return;
    case "tick":
      return;
    case "status":
      takeStatus(turn, input);
      return;
    case "event":
      takeEvent(turn, input);
      return;
    case "battery":
      turn.state = { ...state, battery: { socPercent: input.socPercent, full: input.full, at } };
      return;
    case "sun":
      turn.state = { ...state, sun: { surplusW: input.surplusW, intended: input.intended, at } };
      return;
    case "arm":
      turn.state = { ...state, armed: true, disarmedUntil: null };
      return;
    case "disarm":
      turn.state = { ...state, armed: false, disarmedUntil: input.until };
      return;
    case "presence":
      turn.state = { ...state, home: input.home };
      return;
    case "unlocked":
      turn.state = { ...state, unlockedAt: at };
      return;
    case "test":
      raise(turn, { type: "test", severity: "info", charger: Object.keys(state.watches)[0] ?? "", at, evidence: {}, actions: ["seen"] });
      return;
    case "answer":
      takeAnswer(turn, input.alert, input.answer);
      return;
    default:
      input satisfies never;
  }
}

function takeStatus(turn: Turn, input: Of<"status">): void {
  const { charger, at, sighting } = input;
  if (!admit(turn, charger)) return;
  const isNew = beat(turn, input);
  const watch = watchOf(turn, charger);
  if (watch === undefined || !isNew || isOver(watch, sighting.session)) return;
  // Faults first, while it is still known whether they took power away.
  if (sighting.faults !== null) seeFaults(turn, charger, sighting.faults, at);
  look(turn, charger, measured(sighting, watch.pulse.currentA), at);
}

/** A state C without a word about power: it draws, unless this charger has a meter that says it does not. */
function measured(sighting: Sighting, lastA: number | null): Sighting {
  if (sighting.state !== "C" || sighting.drawing !== null || sighting.currentA !== null) return sighting;
  return { ...sighting, drawing: lastA === null || lastA >= DRAWING_FROM };
}

const NOTHING_SAID: Sighting = {
  state: null,
  drawing: null,
  currentA: null,
  offering: null,
  why: null,
  stopped: false,
  session: undefined,
  energyWh: null,
  chargingMs: null,
  faults: null,
};

function takeEvent(turn: Turn, input: Of<"event">): void {
  const { charger, id, session, event, at } = input;
  if (!admit(turn, charger)) return;
  if (id !== null && watchOf(turn, charger)?.taken.includes(id)) return;
  const isNew = beat(turn, input);
  const watch = watchOf(turn, charger);
  if (watch === undefined) return;
  if (id !== null) changeWatch(turn, charger, { taken: [...watch.taken, id].slice(-MOST_TAKEN) });
  if (isOver(watch, session)) return;
  const seen: Sighting = { ...NOTHING_SAID, session: session ?? undefined };
  happen(turn, charger, event, isNew ? seen : null, at);
}

/** @param seen what the event says of the plug; null when newer news is known, so that only what it adds to the story counts */
function happen(turn: Turn, charger: string, event: ChargerEvent, seen: Sighting | null, at: Instant): void {
  switch (event.is) {
    case "stopped":
      markStopped(turn, charger, event.by, at);
      if (seen !== null) seeOffer(turn, charger, false, event.by, at);
      return;
    case "allowed":
      markAllowed(turn, charger, at);
      return;
    case "fault":
      seeFault(turn, charger, event.fault, at);
      return;
    case "faultCleared":
      seeFaultGone(turn, charger, event.name, at);
      return;
    default:
      if (seen !== null) behold(turn, charger, event, seen, at);
  }
}

type PlugEvent = Exclude<ChargerEvent, { readonly is: "stopped" | "allowed" | "fault" | "faultCleared" }>;

/** What only counts when nothing newer is known. */
function behold(turn: Turn, charger: string, event: PlugEvent, seen: Sighting, at: Instant): void {
  switch (event.is) {
    case "booted":
      goBlind(turn, charger, "restart", at);
      return;
    case "state":
      look(turn, charger, { ...seen, state: event.state, drawing: event.state === "C" ? null : false }, at);
      return;
    case "plugged":
      look(turn, charger, { ...seen, state: watchOf(turn, charger)?.state === "C" ? "C" : "B" }, at);
      return;
    case "unplugged":
      look(turn, charger, { ...seen, state: "A" }, at);
      if (event.whileAway && watchOf(turn, charger)?.blind != null) confirmGone(turn, charger);
      return;
    case "chargingStarted":
      markAllowed(turn, charger, at);
      look(turn, charger, { ...seen, state: "C", drawing: true, offering: true }, at);
      return;
    case "chargingStopped":
      seeDrawing(turn, charger, false, at);
      return;
    case "offered":
      seeOffer(turn, charger, true, "", at);
      return;
    case "paused":
      seeOffer(turn, charger, false, event.why, at);
      return;
    case "other":
      return;
    default:
      event satisfies never;
  }
}

/** A stop that is heard of late counts as well, unless the car has begun to draw since. */
function markStopped(turn: Turn, charger: string, by: string, at: Instant): void {
  const stay = watchOf(turn, charger)?.stay;
  if (stay == null || (stay.drawingSince !== null && at < stay.drawingSince)) return;
  changeStay(turn, charger, { stoppedAt: at, stoppedBy: stay.stoppedAt === null ? by : stay.stoppedBy });
}

function markAllowed(turn: Turn, charger: string, at: Instant): void {
  const stoppedAt = watchOf(turn, charger)?.stay?.stoppedAt;
  if (stoppedAt != null && at >= stoppedAt) changeStay(turn, charger, { stoppedAt: null, stoppedBy: "" });
}
