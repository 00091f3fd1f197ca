/** One phase or three, where the charger can switch. */
import { type Instant, type Millis, Minutes, type WattHours } from "#core/units/units";
import { fallsShort } from "./plan.ts";
import { carNow, countedOn, powerRange, SURELY_DRAWS } from "./range.ts";
import { gainOf } from "./regret.ts";
import { startsUsedUp } from "./starts.ts";
import type { SolarState } from "./state.ts";

/** The same on another number of phases; what the car takes at most is remembered for each. */
const onPhases = (state: SolarState, phases: 1 | 3): SolarState => ({
  ...state,
  phases,
  otherCap: state.observer.measuredCap,
  observer: { ...state.observer, settled: null, measuredCap: state.otherCap },
});

/** One phase is not enough, whatever the sun: all there is is asked for, or more for the plan. */
const needsAllPhases = (state: SolarState, at: Instant): boolean =>
  state.mode === "fast" || (state.mode === "plan" && fallsShort(state.plan, state.delivered, countedOn(state, at, 1), at));

/** Even a sleepy car has begun again by then after a switch. */
const REFUSED_AFTER: Millis = Minutes(5);

/** The same after a switch of a closed contactor. */
const switched = (state: SolarState, at: Instant): SolarState => ({
  ...onPhases(state, state.phases === 1 ? 3 : 1),
  phaseRegret: 0 as WattHours,
  phaseSwitchedAt: at,
  phaseSwitches: state.phaseSwitches + 1,
  changedAt: at,
  starts: [...state.starts, at],
});

/** Puts a car back onto one phase that drew before the switch and draws nothing on three, as some do until they are plugged in anew. */
function tried(state: SolarState, at: Instant): SolarState {
  const { phaseTrialSince: since, presence, limit } = state;
  if (since === null || at - since < REFUSED_AFTER || startsUsedUp(state, at)) return state;
  const judged: SolarState = { ...state, phaseTrialSince: null };
  const refused = limit > 0 && presence !== "absent" && carNow(state, at) < SURELY_DRAWS;
  return refused ? { ...switched(judged, at), phasesRefused: true } : judged;
}

/** Switches phases when that has been worth its price for long enough or is needed; at once and for nothing while the contactor is open. */
export function choosePhases(known: SolarState, at: Instant): SolarState {
  const { config } = known;
  if (config.phases !== "switchable") return known;
  const state = tried(known, at);
  if (state.phasesRefused) return state;
  const other = state.phases === 1 ? 3 : 1;
  const all = needsAllPhases(state, at);
  if (all && state.phases === 3) return state;
  if (state.limit <= 0) {
    if (all) return onPhases(state, other);
    if (state.observer.sun === null) return state;
    const surplus = state.observer.sun.surplus - config.reserve;
    const better = gainOf(surplus, powerRange(state, other), state.tolerance) > gainOf(surplus, powerRange(state), state.tolerance);
    return better && state.regret > 0 ? onPhases(state, other) : state;
  }
  const { cost, lockout, perSession } = config.phaseSwitch;
  const locked = state.phaseSwitchedAt !== null && at - state.phaseSwitchedAt < lockout;
  const worthIt = all || (state.phaseRegret >= cost && !state.hurry);
  if (!worthIt || locked || state.phaseSwitches >= perSession) return state;
  if (at - state.changedAt < config.minimumOn || startsUsedUp(state, at)) return state;
  // One phase follows every sun, so a car that may only be full is not put back onto three.
  const onTrial = other === 3 && carNow(state, at) >= SURELY_DRAWS;
  return { ...switched(state, at), phaseTrialSince: onTrial ? at : null };
}
