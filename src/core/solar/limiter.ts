/** The solar limiter: every event in, the limit in force and its reasons out. */

import type { Instant, Millis, WallTime, WattHours, Watts } from "#core/units/units";
import { absorb } from "./absorb.ts";
import { allowedBy } from "./ceilings.ts";
import { decide, regretLimit } from "./decide.ts";
import { untilBelieved } from "./outlook.ts";
import { untilBegins } from "./plan.ts";
import { carNow, countedOn, powerRange, voltsTotal } from "./range.ts";
import { breakEven, gainOf, untilTipping } from "./regret.ts";
import type { SolarState } from "./state.ts";
import type { SolarDecision, SolarEvent, SolarExplanation } from "./types.ts";

export type { LearnedSolar, SolarState } from "./state.ts";
export { createSolar, learnedSolar, resumed } from "./state.ts";

export interface SolarStep {
  readonly state: SolarState;
  readonly decision: SolarDecision;
}

/** What is true after `event`, and the limit that follows from it. Never throws; times must not run backwards. */
export function step(state: SolarState, event: SolarEvent, at: Instant): SolarStep {
  const now = Math.max(at, state.decidedAt) as Instant;
  const next = decide(absorb(state, event, now), now);
  return { state: next, decision: decisionOf(next) };
}

/** The limit in force. */
export const decisionOf = (state: SolarState): SolarDecision => ({
  limit: state.limit,
  limitedBy: state.limitedBy,
  validFor: state.config.validFor,
  phases: state.phases,
  surplus: state.observer.sun === null ? null : (state.observer.sun.surplus as Watts),
});

/** The limit as the message every charger understands; wall time is only written down, nothing depends on it. */
export const limitMessageOf = (
  decision: SolarDecision,
  wall: WallTime,
): { limitA: number; limitedBy: string; validUntil: number; phases: 1 | 3 } => ({
  limitA: decision.limit,
  limitedBy: decision.limitedBy,
  validUntil: wall + decision.validFor,
  phases: decision.phases,
});

/** What each ceiling in force allows now, A. */
const ceilingsOf = (state: SolarState, at: Instant): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Array.from(state.ceilings.named, ([name, ceiling]) => [name, allowedBy(ceiling, voltsTotal(state), at)] as const).filter(([, amps]) =>
      Number.isFinite(amps),
    ),
  );

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Where the plan stands. One that is done, late or cannot be kept before anything is known of the power begins at no time. */
function planOf(state: SolarState, at: Instant): SolarExplanation["plan"] {
  const { mode, plan, delivered } = state;
  if (mode !== "plan" || plan === null) return null;
  const missingWh = Math.max(0, plan.energy - delivered);
  const leftMs = Math.max(0, plan.by - at);
  const begins = orNull(untilBegins(plan, delivered, countedOn(state, at), at));
  const beginsInMs = missingWh > 0 && leftMs > 0 && begins !== null ? (state.hurry ? 0 : Math.max(0, begins)) : null;
  return { missingWh, leftMs, beginsInMs };
}

/** The sooner of two times, each of which may never come. */
const sooner = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** The whole story behind the limit at `at`. Plain JSON, no NaN, no infinity. */
export function explain(state: SolarState, at: Instant): SolarExplanation {
  const { config, observer, tolerance } = state;
  const { sun } = observer;
  const running = state.limit > 0;
  const range = powerRange(state);
  const surplus = sun === null ? null : sun.surplus - config.reserve;
  const gain = surplus === null || state.freshness !== "fresh" ? 0 : gainOf(surplus, range, tolerance);
  const { stopping, starting } = state.rehearsal.temper;
  const price = (config.closureCost * (running ? stopping : starting)) as WattHours;
  const tipping = untilBelieved(state.outlook, state.regret, gain, range.least, running, tolerance, price);
  const minimum = Math.max(0, (running ? config.minimumOn : config.minimumOff) - (at - state.changedAt));
  const solar = state.mode === "solar" || (state.mode === "plan" && !state.hurry);
  const coming = solar && tipping !== null && state.freshness === "fresh" ? (Math.max(tipping, minimum) as Millis) : null;
  const phaseGain = surplus === null ? 0 : gainOf(surplus, powerRange(state, state.phases === 1 ? 3 : 1), tolerance) - gain;
  const lockout = state.phaseSwitchedAt === null ? 0 : Math.max(0, config.phaseSwitch.lockout - (at - state.phaseSwitchedAt));
  const phasesBySun = config.phases === "switchable" && running && state.mode !== "fast" && !state.hurry;
  const plan = planOf(state, at);
  const phaseTipping = phasesBySun ? untilTipping(state.phaseRegret, config.phaseSwitch.cost, phaseGain) : null;
  const { best } = observer.identification;
  return {
    mode: state.mode,
    running,
    surplusW: surplus,
    surplusLowW: sun === null ? null : sun.low - config.reserve,
    surplusHighW: sun === null ? null : sun.high - config.reserve,
    aimW: state.aim,
    carA: carNow(state, at),
    freshness: state.freshness,
    readingAgeMs: sun === null ? null : at - sun.measuredAt,
    importTolerance: tolerance,
    breakEvenW: breakEven(range, tolerance),
    regretWh: state.regret,
    regretLimitWh: regretLimit(state),
    temper: { stopping, starting },
    stopsInMs: running ? coming : null,
    startsInMs: running ? null : sooner(coming, plan?.beginsInMs ?? null),
    phaseSwitchInMs: phaseTipping === null ? null : Math.max(phaseTipping, lockout),
    plan,
    ceilings: ceilingsOf(state, at),
    rejected: state.rejected,
    rejectedLast: state.rejectedLast,
    car: {
      deadMs: best.dead,
      rampAPerS: best.ramp,
      startMs: best.start,
      trimA: observer.trim,
      maximumA: orNull(Math.min(best.cap, observer.measuredCap)),
      meterLagMs: observer.lag,
    },
  };
}
