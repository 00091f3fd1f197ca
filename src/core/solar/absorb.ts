/** Takes an event into the limiter's memory; deciding comes after. */

import { energyOf, type Instant, type Millis, Minutes, type WattHours, type Watts } from "#core/units/units";
import { answered, NO_ANSWER } from "./answer.ts";
import { batteryShare, STUCK_CHARGE } from "./battery.ts";
import { type Ceiling, setCeiling } from "./ceilings.ts";
import { parseExcessPage } from "./excess-page.ts";
import { admit, EMPTY_GATE, type GateLimits, type GateMemory, isFrozen, type Rejection } from "./gate.ts";
import { settle } from "./identify.ts";
import { type AimWanted, observed, sampled } from "./observer.ts";
import { isSamePlan } from "./plan.ts";
import { carCap, carIdle, powerRange, voltsTotal } from "./range.ts";
import { freshFor } from "./silence.ts";
import type { Known, SolarState } from "./state.ts";
import type { ReadingSource, SolarEvent } from "./types.ts";

/** λ stays within what can still be called a preference. */
export const LEAST_TOLERANCE = 0;
export const LARGEST_TOLERANCE = 100;
/** Ceiling named after the page's Maximum demand. */
const PAGE_CEILING = "page";
/** A change of offer is felt this much after the car's dead time, on the way up its ramp. */
const RAMP_TIME = 500;
const FEWEST_PRICE = 1e-6;

const reject = (state: SolarState, source: string, reason: Rejection): SolarState => {
  const name = `${source}.${reason}`;
  return { ...state, rejected: { ...state.rejected, [name]: (state.rejected[name] ?? 0) + 1 }, rejectedLast: name };
};

function limitsFor(source: ReadingSource, state: SolarState): GateLimits {
  const { largestPower, largestCurrent, oldest } = state.config.gate;
  switch (source) {
    case "carCurrent":
      return { largest: largestCurrent, smallest: -1, oldest };
    case "batterySoc":
      return { largest: 100, smallest: 0, oldest };
    case "pv":
    case "house":
    case "carPower":
      return { largest: largestPower, smallest: source === "house" ? -largestPower : -200, oldest };
    case "grid":
    case "excess":
    case "battery":
      return { largest: largestPower, smallest: -largestPower, oldest };
  }
}

function aimWanted(state: SolarState, period: Millis | null): AimWanted {
  const { dead } = state.observer.identification.best;
  return { ...powerRange(state), tolerance: state.tolerance, reach: (period ?? 0) / 2 + dead + RAMP_TIME };
}

function observe(
  state: SolarState,
  source: ReadingSource,
  exportW: number,
  measuredAt: Instant,
  stamped: boolean,
  at: Instant,
): SolarState {
  const gate = state.gates[source];
  const frozen = state.config.gate.detectFrozen && isFrozen(gate);
  if (frozen) return reject(state, source, "frozen");
  const { battery, batterySoc } = state.known;
  const young = (reading: { readonly at: Instant } | undefined): boolean =>
    reading !== undefined && at - reading.at <= freshFor(state.config.stale, null);
  const extra = batteryShare(
    state.config.battery,
    young(battery) ? (battery?.value ?? null) : null,
    Math.abs(state.unseenCharge) < STUCK_CHARGE ? (batterySoc?.value ?? null) : null,
  );
  const observer = observed(
    state.observer,
    {
      exportW: exportW + extra,
      measuredAt,
      stamped,
      at,
      voltsTotal: voltsTotal(state),
      carInMeter: source === "pv" ? false : state.config.carInMeter,
      carOff: carIdle(state, at) && measuredAt >= state.presenceAt,
      carHidden: state.config.zeroExport,
    },
    aimWanted(state, gate.period),
  );
  return answerHeard({ ...state, observer, sunSource: source, spent: 0 as WattHours }, exportW + extra, measuredAt);
}

/** What the reading tells of how the house is wired. When the car turns out to use other phases than supposed, its past is not weighed anew. */
function answerHeard(state: SolarState, exportW: number, measuredAt: Instant): SolarState {
  const { config, observer, phases } = state;
  if (!config.carInMeter || state.sunSource === "pv") return state;
  const { identification } = observer;
  const answer = answered(state.answer, exportW, identification.likely, config.voltage, phases, measuredAt);
  if (answer.lines === state.answer.lines) return { ...state, answer };
  return { ...state, answer, observer: { ...observer, identification: settle(identification, identification.likely, measuredAt, null) } };
}

/** Sun and house apart make a surplus when no reading of the house connection does. */
function observeBalance(state: SolarState, at: Instant): SolarState {
  const { pv, house } = state.known;
  const patience = freshFor(state.config.stale, null);
  if (pv === undefined || house === undefined || at - pv.at > patience || at - house.at > patience) return state;
  const { sun } = state.observer;
  const connected = state.sunSource === "grid" || state.sunSource === "excess";
  const measuredAt = Math.min(pv.at, house.at) as Instant;
  if (sun !== null && ((connected && at - sun.arrivedAt <= patience) || measuredAt <= sun.measuredAt)) return state;
  return observe(state, "pv", pv.value - house.value, measuredAt, true, at);
}

function absorbReading(state: SolarState, source: ReadingSource, value: number, stamp: Instant | null, at: Instant): SolarState {
  const { memory, measuredAt, rejection } = admit(state.gates[source], value, stamp, at, limitsFor(source, state));
  const gated: SolarState = { ...state, gates: { ...state.gates, [source]: memory } };
  if (rejection !== null || measuredAt === null) return reject(gated, source, rejection ?? "notANumber");
  const known: SolarState = { ...gated, known: { ...gated.known, [source]: { value, at: measuredAt } } };
  switch (source) {
    case "grid":
      return observe(gated, source, -value, measuredAt, stamp !== null, at);
    case "excess":
      return observe(gated, source, value, measuredAt, stamp !== null, at);
    case "carCurrent":
      return { ...known, observer: sampled(known.observer, value, measuredAt, at) };
    case "carPower":
      return { ...known, observer: sampled(known.observer, value / voltsTotal(known), measuredAt, at) };
    case "pv":
    case "house":
      return observeBalance(known, at);
    case "battery":
      return { ...known, unseenCharge: unseenAfter(state.known.battery, state.unseenCharge, measuredAt) };
    case "batterySoc":
      return value === state.known.batterySoc?.value ? known : { ...known, unseenCharge: 0 as WattHours };
  }
}

/** A battery that was not heard of for longer is not taken to have gone on as before. */
const BATTERY_GAP: Millis = Minutes(2);

const unseenAfter = (before: Known | undefined, unseen: WattHours, at: Instant): WattHours =>
  before === undefined
    ? unseen
    : ((unseen + energyOf(before.value as Watts, Math.min(BATTERY_GAP, at - before.at) as Millis)) as WattHours);

function absorbPage(state: SolarState, text: string, at: Instant): SolarState {
  const parsed = parseExcessPage(text);
  if (!parsed.ok) return reject(state, "page", "page");
  const { stamp, age, excess, minimum, maximum } = parsed.page;
  if (stamp === state.pageStamp) return reject(state, "page", "duplicate");
  const ceilings = setCeiling(state.ceilings, PAGE_CEILING, { amps: null, watts: maximum, until: null });
  return absorbReading({ ...state, pageStamp: stamp, ceilings, demandW: minimum }, "excess", excess, (at - age) as Instant, at);
}

/** Longest a car may take to feel a lower offer; the least offer within it is what it surely draws when it draws at all. */
const CAR_FOLLOWS = 10_000;

function absorbPhaseCurrents(state: SolarState, amps: readonly number[], stamp: Instant | null, at: Instant): SolarState {
  const { mainFuse, gate } = state.config;
  const largest = Math.max(...amps, 0);
  const usable = amps.length > 0 && amps.every((value) => Number.isFinite(value) && value >= -gate.largestCurrent);
  const limits = { largest: gate.largestCurrent, smallest: -gate.largestCurrent, oldest: gate.oldest };
  const { memory, rejection } = admit(state.gates.phaseCurrents, usable ? largest : Number.NaN, stamp, at, limits);
  const gated: SolarState = { ...state, gates: { ...state.gates, phaseCurrents: memory } };
  if (rejection !== null) return reject(gated, "phaseCurrents", rejection);
  if (mainFuse === null) return gated;
  let car: number = carIdle(state, at) ? 0 : Math.min(state.limit, carCap(state));
  for (const command of state.observer.commands) if (at - command.at < CAR_FOLLOWS) car = Math.min(car, command.limit);
  const sample = state.observer.samples.at(-1);
  if (sample !== undefined && at - sample.at < CAR_FOLLOWS) car = sample.amps;
  // What did not show in the phase is not the car's: a reading that stands still must not make more room for it each time.
  if (state.fuse?.largest === largest) car = Math.min(car, state.fuse.car);
  return { ...gated, fuse: { allowed: mainFuse - (largest - car), largest, car, at } };
}

const usable = (value: number): boolean => Number.isFinite(value);

/** λ of a tariff: what a bought kWh costs more than the car's sun is worth, over what sold sun would lose. */
export function toleranceOf(importPrice: number, feedInPrice: number, worth: number): number | null {
  if (!usable(importPrice) || !usable(feedInPrice) || !usable(worth)) return null;
  const lost = worth - feedInPrice;
  if (importPrice <= worth) return LEAST_TOLERANCE;
  if (lost < FEWEST_PRICE) return LARGEST_TOLERANCE;
  return Math.min(LARGEST_TOLERANCE, (importPrice - worth) / lost);
}

function withCeiling(state: SolarState, name: string, limit: number | null, make: (limit: number) => Ceiling): SolarState {
  if (limit !== null && !usable(limit)) return state;
  return { ...state, ceilings: setCeiling(state.ceilings, name, limit === null ? null : make(limit)) };
}

/** Whoever is plugged in again sooner has not driven anywhere: what is in the battery still counts for the plan. */
const REPARKED: Millis = Minutes(15);

/** What a new car does not inherit from the last one. */
const newSession = ({ answer }: SolarState): Partial<SolarState> => ({
  phaseSwitches: 0,
  phaseTrialSince: null,
  phasesRefused: false,
  otherCap: Number.POSITIVE_INFINITY,
  answer: { ...answer, lines: NO_ANSWER.lines },
});

/** The memory after `event`; the offer is not yet worked out. */
export function absorb(state: SolarState, event: SolarEvent, at: Instant): SolarState {
  switch (event.type) {
    case "tick":
      return state;
    case "reading":
      return absorbReading(state, event.source, event.value, event.measuredAt, at);
    case "rejected":
      return reject(state, event.source, event.reason);
    case "page":
      return absorbPage(state, event.text, at);
    case "phaseCurrents":
      return absorbPhaseCurrents(state, event.amps, event.measuredAt, at);
    case "car": {
      const left = event.presence === "absent" && state.presence !== "absent";
      const observer = left ? { ...state.observer, settled: null, measuredCap: Number.POSITIVE_INFINITY } : state.observer;
      const away = event.presence === "absent" ? (state.awaySince ?? at) : null;
      const drove = away === null && state.awaySince !== null && at - state.awaySince > REPARKED;
      const delivered = drove ? (0 as WattHours) : state.delivered;
      return {
        ...state,
        presence: event.presence,
        presenceAt: at,
        awaySince: away,
        delivered,
        observer,
        ...(left ? newSession(state) : {}),
      };
    }
    case "mode":
      return { ...state, mode: event.mode };
    case "importTolerance":
      return usable(event.value) ? { ...state, tolerance: Math.min(LARGEST_TOLERANCE, Math.max(LEAST_TOLERANCE, event.value)) } : state;
    case "prices": {
      const tolerance = toleranceOf(event.importPrice, event.feedInPrice, event.worth);
      return tolerance === null ? state : { ...state, tolerance };
    }
    case "ceiling":
      return withCeiling(state, event.name, event.limit, (amps) => ({ amps, watts: null, until: event.until }));
    case "powerCeiling":
      return withCeiling(state, event.name, event.limit, (watts) => ({ amps: null, watts, until: event.until }));
    case "batteryPolicy":
      return { ...state, config: { ...state.config, battery: { ...state.config.battery, ...event.policy } } };
    case "plan": {
      const again = isSamePlan(state.plan, event.plan, at);
      return { ...state, plan: event.plan, ...(again ? {} : { delivered: 0 as WattHours, hurry: false }) };
    }
  }
}

/** The door's memory of the source the surplus is made of. */
export const sunGate = (state: SolarState): GateMemory => (state.sunSource === null ? EMPTY_GATE : state.gates[state.sunSource]);
