/** Everything the limiter remembers between two events. Plain values only; each step makes a new one. */

import { type Amps, after, type Instant, Minutes, type WattHours } from "#core/units/units";
import { type Answer, NO_ANSWER } from "./answer.ts";
import { type CeilingMemory, NO_CEILINGS } from "./ceilings.ts";
import type { SolarConfig } from "./config.ts";
import { EMPTY_GATE, type GateMemory } from "./gate.ts";
import { settle } from "./identify.ts";
import { commanded, type LearnedObserver, learnedObserver, newObserver, type Observer } from "./observer.ts";
import type { Outlook } from "./outlook.ts";
import { newProbe, type Probe } from "./probe.ts";
import { learnedTempers, newRehearsal, type Rehearsal } from "./rehearsal.ts";
import type { CarPresence, ChargePlan, Freshness, ReadingSource, SolarMode } from "./types.ts";

export type GatedSource = ReadingSource | "phaseCurrents";

/** What survives a restart, as plain JSON. */
export interface LearnedSolar {
  readonly version: 1;
  readonly observer: LearnedObserver;
  readonly importTolerance: number;
  /** What each temper of starting and stopping has won beyond the usual one, Wh. */
  readonly tempers: readonly number[];
}

export interface Known {
  readonly value: number;
  readonly at: Instant;
}

/** The fullest phase of the house connection. */
export interface FuseReading {
  /** Largest offer that the main fuse allows. */
  readonly allowed: number;
  /** What flowed, and what of it was the car's, A. */
  readonly largest: number;
  readonly car: number;
  readonly at: Instant;
}

export interface SolarState {
  readonly config: SolarConfig;
  readonly mode: SolarMode;
  readonly tolerance: number;
  readonly presence: CarPresence;
  readonly presenceAt: Instant;
  readonly gates: Readonly<Record<GatedSource, GateMemory>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectedLast: string | null;
  /** Newest accepted value of each source that is not the house connection itself. */
  readonly known: Readonly<Partial<Record<ReadingSource, Known>>>;
  /** What went into the home battery since its charge was last told anew. */
  readonly unseenCharge: WattHours;
  /** Source of the readings the surplus is made of. */
  readonly sunSource: ReadingSource | null;
  readonly observer: Observer;
  readonly answer: Answer;
  readonly ceilings: CeilingMemory;
  readonly fuse: FuseReading | null;
  /** Excess-power page: stamp of the newest page, demand to be supplied. */
  readonly pageStamp: string | null;
  readonly demandW: number;
  readonly plan: ChargePlan | null;
  /** What the car got for the plan. */
  readonly delivered: WattHours;
  /** The plan has the car charged now, sun or not. */
  readonly hurry: boolean;
  /** Since when no car is plugged in; null while one is, or nobody says. */
  readonly awaySince: Instant | null;
  readonly limit: Amps;
  readonly limitedBy: string;
  readonly phases: 1 | 3;
  /** What a measured car took at most on the other number of phases, A. */
  readonly otherCap: number;
  readonly movedAt: Instant;
  readonly changedAt: Instant;
  /** An offer from before a restart stands until then, though nothing was heard yet. */
  readonly heldUntil: Instant;
  readonly starts: readonly Instant[];
  readonly regret: WattHours;
  /** Null until the sun was seen. */
  readonly outlook: Outlook | null;
  readonly rehearsal: Rehearsal;
  readonly probe: Probe;
  readonly phaseRegret: WattHours;
  readonly phaseSwitchedAt: Instant | null;
  readonly phaseSwitches: number;
  /** Since when it is awaited that a car that drew on one phase draws on three; null while it is not. */
  readonly phaseTrialSince: Instant | null;
  /** This car stopped for good on three phases, and is left on one. */
  readonly phasesRefused: boolean;
  readonly freshness: Freshness;
  readonly spent: WattHours;
  readonly aim: number | null;
  readonly decidedAt: Instant;
}

const closedGates = (): Readonly<Record<GatedSource, GateMemory>> => ({
  grid: EMPTY_GATE,
  excess: EMPTY_GATE,
  pv: EMPTY_GATE,
  house: EMPTY_GATE,
  battery: EMPTY_GATE,
  batterySoc: EMPTY_GATE,
  carCurrent: EMPTY_GATE,
  carPower: EMPTY_GATE,
  phaseCurrents: EMPTY_GATE,
});

/** A limiter that has heard nothing yet and offers nothing. `learned` is what an earlier run knew of the same car and meter. */
export function createSolar(config: SolarConfig, at: Instant, learned: LearnedSolar | null = null): SolarState {
  return {
    config,
    mode: config.mode,
    tolerance: learned?.importTolerance ?? config.importTolerance,
    presence: "unknown",
    presenceAt: at,
    gates: closedGates(),
    rejected: {},
    rejectedLast: null,
    known: {},
    unseenCharge: 0 as WattHours,
    sunSource: null,
    observer: newObserver(learned?.observer ?? null),
    answer: NO_ANSWER,
    ceilings: NO_CEILINGS,
    fuse: null,
    pageStamp: null,
    demandW: 0,
    plan: null,
    delivered: 0 as WattHours,
    hurry: false,
    awaySince: null,
    limit: 0 as Amps,
    limitedBy: "waiting",
    phases: config.phases === 3 ? 3 : 1,
    otherCap: Number.POSITIVE_INFINITY,
    movedAt: at,
    changedAt: at,
    heldUntil: at,
    starts: [],
    regret: 0 as WattHours,
    outlook: null,
    probe: newProbe(at),
    rehearsal: newRehearsal(learned?.tempers ?? [], config.closureCost),
    phaseRegret: 0 as WattHours,
    phaseSwitchedAt: null,
    phaseSwitches: 0,
    phaseTrialSince: null,
    phasesRefused: false,
    freshness: "never",
    spent: 0 as WattHours,
    aim: null,
    decidedAt: at,
  };
}

/** So long after a start a car has long begun. */
const LONG_BEGUN = Minutes(10);

/** A fresh limiter that goes on with the offer of an earlier run, which the car draws by now, instead of stopping it and starting it again. */
export function resumed(fresh: SolarState, limit: Amps, phases: 1 | 3, at: Instant): SolarState {
  const since = (at - LONG_BEGUN) as Instant;
  const observer = commanded(fresh.observer, { at: since, limit, onSince: since });
  return {
    ...fresh,
    limit,
    limitedBy: "stale",
    phases: fresh.config.phases === "switchable" ? phases : fresh.phases,
    changedAt: since,
    heldUntil: after(at, fresh.config.validFor),
    observer: { ...observer, identification: settle(observer.identification, limit, at, null) },
  };
}

export const learnedSolar = (state: SolarState): LearnedSolar => ({
  version: 1,
  observer: learnedObserver(state.observer),
  importTolerance: state.tolerance,
  tempers: learnedTempers(state.rehearsal),
});
