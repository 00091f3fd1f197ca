/** Works out the offer from what is known at one moment. */

import { type Amps, energyOf, type Instant, type Millis, Seconds, type WattHours, type Watts } from "#core/units/units";
import { sunGate } from "./absorb.ts";
import { isTurned, watch } from "./answer.ts";
import { lowestCeiling, setCeiling } from "./ceilings.ts";
import { type SolarConfig, STARTS_WINDOW } from "./config.ts";
import { aimOf } from "./forecast.ts";
import { isFrozen, seemsKilowatts } from "./gate.ts";
import { inHundredths } from "./hundredths.ts";
import { commanded } from "./observer.ts";
import { looked, patience } from "./outlook.ts";
import { choosePhases } from "./phases.ts";
import { planState } from "./plan.ts";
import { type Balance, balanceOf, probeAfter, probed, worthATry } from "./probe.ts";
import { carNow, countedOn, powerRange, trimOf, voltsTotal } from "./range.ts";
import { accrue, gainOf } from "./regret.ts";
import { rehearsed } from "./rehearsal.ts";
import { expectedImport, freshFor, judgeSilence, type Silence } from "./silence.ts";
import { mayStart } from "./starts.ts";
import type { SolarState } from "./state.ts";

/** The pilot is moved no more often than this, unless a ceiling asks for less. */
const MOVE_EVERY: Millis = Seconds(0.95);
/** Without phase readings for this long the fuse allows no more than the floor. */
const FUSE_PATIENCE: Millis = Seconds(30);
/** No regret is counted over a longer gap between two decisions. */
const LONGEST_GAP: Millis = Seconds(120);
/** What an inverter takes to follow a car. */
const SETTLING: Millis = Seconds(20);
/** Behind an inverter that must not feed in the sun shows only after even the slowest car draws: until then a start is not regretted. */
const LOOKING: Millis = Seconds(150);

/** What would be offered if nothing stood in the way. */
interface Wish {
  readonly on: boolean;
  readonly want: number;
  readonly by: string;
  /** Ends at once, whatever the minimum on time says. */
  readonly hard: boolean;
}

const stop = (by: string, hard: boolean): Wish => ({ on: false, want: 0, by, hard });

/** What a dip (running) or a peak (stopped) may cost now before it is believed. */
export function regretLimit(state: SolarState): WattHours {
  const { outlook, rehearsal, tolerance, config } = state;
  const running = state.limit > 0;
  const { stopping, starting } = rehearsal.temper;
  return (config.closureCost * (running ? stopping : starting) * patience(outlook, running, tolerance)) as WattHours;
}

/** The sun speaks against the state the charger is in. */
const speaksAgainst = ({ outlook, limit }: SolarState): boolean => outlook !== null && (limit > 0 ? outlook.below : outlook.above) > 0;

function silenceOf(state: SolarState, at: Instant): Silence {
  const gate = sunGate(state);
  const { sun } = state.observer;
  const since = sun === null ? at : sun.measuredAt;
  const frozenSince = isFrozen(gate) && state.config.gate.detectFrozen ? (gate.changedAt ?? since) : since;
  const age = Math.max(0, at - Math.min(since, frozenSince)) as Millis;
  const fresh = frozenSince < since ? (0 as Millis) : freshFor(state.config.stale, gate.period);
  return judgeSilence(state.observer, state.config.stale, age, fresh, state.spent, state.tolerance);
}

/** What the house connection shows, by the newest reading of it. */
function balanceAt({ sunSource, gates }: SolarState): Balance {
  if (sunSource === "grid") return balanceOf(gates.grid.value);
  return balanceOf(sunSource === "excess" ? -gates.excess.value : null);
}

/** There may be sun that the inverter holds back. */
function hiddenSun(state: SolarState, at: Instant): boolean {
  const { pv } = state.known;
  const sun = pv === undefined || at - pv.at > state.config.stale.freshFor ? null : pv.value;
  return state.config.zeroExport && worthATry(state.probe, balanceAt(state), sun, at);
}

/** Something else keeps the grid at nothing. */
const evenByOthers = ({ zeroExport, battery }: SolarConfig): boolean => zeroExport || battery.priority !== "ignore";

function solarWish(state: SolarState, silence: Silence, at: Instant): Wish {
  const { config, limit, regret } = state;
  const running = limit > 0;
  if (state.demandW > 0 && silence.stage !== "stopped" && silence.stage !== "never") {
    return { on: true, want: Math.max(state.demandW, state.aim ?? 0) / voltsTotal(state), by: "demand", hard: false };
  }
  switch (silence.stage) {
    case "never":
      return running && at < state.heldUntil ? { on: true, want: limit, by: "stale", hard: false } : stop("stale", true);
    case "stopped":
      return stop("stale", true);
    case "floor":
      return running ? { on: true, want: config.floor, by: "stale", hard: false } : stop("stale", false);
    case "holding":
    case "fresh": {
      if (isTurned(state.answer, running, at)) return stop("meterTurned", false);
      const tipped = regret >= regretLimit(state) && speaksAgainst(state);
      // One reading alone may be yesterday's, kept by a broker.
      const live = silence.stage === "fresh" && sunGate(state).accepted > 1;
      const on = running ? !tipped : live && (tipped || hiddenSun(state, at));
      if (!on) return stop(evenByOthers(config) || !seemsKilowatts(sunGate(state)) ? "sun" : "unit", false);
      const want = Math.max((state.aim ?? 0) / voltsTotal(state) + trimOf(state), state.probe.offer);
      return {
        on,
        want: silence.stage === "holding" ? Math.min(want, limit) : want,
        by: silence.stage === "fresh" ? "sun" : "stale",
        hard: false,
      };
    }
  }
}

function wishOf(state: SolarState, silence: Silence, at: Instant): Wish {
  const { config } = state;
  switch (state.mode) {
    case "off":
      return stop("off", true);
    case "fast":
      return { on: true, want: config.maximum, by: "maximum", hard: false };
    case "solar":
      return solarWish(state, silence, at);
    case "solarMinimum": {
      const sun = solarWish(state, silence, at);
      return sun.on && sun.want > config.floor ? sun : { on: true, want: config.floor, by: "minimum", hard: false };
    }
    case "plan":
      return state.hurry ? { on: true, want: config.maximum, by: "plan", hard: false } : solarWish(state, silence, at);
  }
}

/** How long a higher offer takes to show at the meter. */
const settlingOf = ({ observer }: SolarState, lateness: Millis): Millis =>
  (2 * lateness + observer.identification.best.dead + SETTLING) as Millis;

/** Regret of the state the charger is in, and of its number of phases, over the time since the last decision. */
function remember(state: SolarState, silence: Silence, at: Instant): SolarState {
  const elapsed = Math.min(LONGEST_GAP, Math.max(0, at - state.decidedAt)) as Millis;
  const { config, tolerance, observer } = state;
  const running = state.limit > 0;
  const delivered = (state.delivered + energyOf((carNow(state, at) * voltsTotal(state)) as Watts, elapsed)) as WattHours;
  if (silence.stage !== "fresh" || observer.sun === null) {
    const draw = carNow(state, at) * voltsTotal(state);
    const bought = running ? expectedImport(observer, silence.age, draw) : 0;
    const spent = (state.spent + (bought * elapsed) / 3_600_000) as WattHours;
    const aim = silence.stage === "holding" ? silence.aim - config.reserve : null;
    return { ...state, delivered, spent, aim, freshness: silence.stage, decidedAt: at };
  }
  const surplus = observer.sun.surplus - config.reserve;
  const range = powerRange(state);
  const gain = gainOf(surplus, range, tolerance);
  const lateness = (observer.lag + (sunGate(state).period ?? 0) / 2) as Millis;
  const outlook = looked(state.outlook, gain, range.least, elapsed, surplus > 0);
  const looking = config.zeroExport && running && at - state.changedAt < LOOKING;
  const regret = looking ? state.regret : accrue(state.regret, running ? -gain : gain, elapsed, regretLimit({ ...state, outlook }));
  const other = state.phases === 1 ? 3 : 1;
  const better = gainOf(surplus, powerRange(state, other), tolerance) - gain;
  const { cost } = config.phaseSwitch;
  const phaseRegret = config.phases === "switchable" && running ? accrue(state.phaseRegret, better, elapsed, cost) : (0 as WattHours);
  return {
    ...state,
    delivered,
    regret,
    outlook,
    rehearsal: rehearsed(state.rehearsal, gain, config.closureCost, outlook, tolerance, elapsed, lateness),
    phaseRegret,
    probe: config.zeroExport && running ? probed(state.probe, balanceAt(state), state.limit, settlingOf(state, lateness), at) : state.probe,
    aim: aimOf(observer.forecast) - config.reserve,
    freshness: "fresh",
    decidedAt: at,
  };
}

/** The offer that `wish` comes to under the ceilings, the minimum times and the rate limits. */
function settleOffer(state: SolarState, wish: Wish, at: Instant): { readonly limit: Amps; readonly by: string } {
  const { config, limit: before, ceilings } = state;
  const bound = ceilings.effective ?? config.maximum;
  const running = before > 0;
  if (bound < config.floor) return { limit: 0 as Amps, by: ceilings.by };
  if (!wish.on) {
    const keep = running && !wish.hard && at - state.changedAt < config.minimumOn;
    return keep ? { limit: config.floor, by: "minimumOn" } : { limit: 0 as Amps, by: wish.by };
  }
  if (!running) {
    const refusal = mayStart(state, at);
    if (refusal !== null) return { limit: 0 as Amps, by: refusal };
  }
  const wanted = Math.max(config.floor, Math.min(wish.want, config.maximum));
  const elapsed = Math.max(0, at - state.movedAt);
  const reachable =
    config.rampUp === null ? wanted : Math.min(wanted, (running ? before : config.floor) + (config.rampUp * elapsed) / 1000);
  const limit = Math.min(bound, Math.max(config.floor, inHundredths(Math.min(reachable, bound))));
  const by = bound < wanted ? ceilings.by : wanted <= config.floor && wish.want < config.floor ? "floor" : wish.by;
  const restless = running && before <= bound && (Math.abs(limit - before) < config.smallestMove || elapsed < MOVE_EVERY);
  return restless ? { limit: before, by } : { limit: limit as Amps, by };
}

/** The state under the main fuse, where that is watched. */
function guarded(state: SolarState, at: Instant): SolarState {
  const { config, fuse, ceilings } = state;
  if (config.mainFuse === null) return state;
  const amps = fuse === null || at - fuse.at > FUSE_PATIENCE ? config.floor : fuse.allowed;
  return { ...state, ceilings: setCeiling(ceilings, "fuse", { amps, watts: null, until: null }) };
}

/** The state with its plan weighed against the time that is left. */
function hurried(state: SolarState, at: Instant): SolarState {
  const { plan, delivered, hurry } = state;
  const must = state.mode === "plan" && planState(plan, delivered, countedOn(state, at), at, hurry) === "mustCharge";
  return must === hurry ? state : { ...state, hurry: must };
}

/** The state with the offer in force from `at` on. */
export function decide(absorbed: SolarState, at: Instant): SolarState {
  const { config } = absorbed;
  const silence = silenceOf(absorbed, at);
  const chosen = choosePhases(hurried(guarded(remember(absorbed, silence, at), at), at), at);
  const ceilings = lowestCeiling(chosen.ceilings, config.maximum, config.ceilingRise, voltsTotal(chosen), at);
  const state: SolarState = { ...chosen, ceilings };
  const { limit, by } = settleOffer(state, wishOf(state, silence, at), at);
  if (limit === state.limit && state.phases === absorbed.phases) return by === state.limitedBy ? state : { ...state, limitedBy: by };
  const started = limit > 0 && state.limit <= 0;
  const stopped = limit <= 0 && state.limit > 0;
  const flipped = started || stopped;
  const changedAt = flipped ? at : state.changedAt;
  const starts = started ? [...state.starts.filter((start) => at - start < STARTS_WINDOW), at] : state.starts;
  return {
    ...state,
    limit,
    limitedBy: by,
    movedAt: at,
    changedAt,
    starts,
    regret: flipped ? (0 as WattHours) : state.regret,
    probe: flipped ? probeAfter(state.probe, started, at) : state.probe,
    answer: flipped ? watch(state.answer, started, started ? 0 : carNow(state, at), at) : state.answer,
    observer: commanded(state.observer, { at, limit, onSince: limit > 0 ? changedAt : null }),
  };
}
