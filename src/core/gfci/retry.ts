/**
 * What follows a ground-fault trip: wait, reset, and go on, four times at most; or lock out until a person comes.
 * The count of resets outlives trips, closings and restarts. @see GF-06 @see GF-08
 */
import { after, type Instant, Millis, Minutes, Seconds } from "#core/units/units";

/** Shortest wait from a trip to a reset without a person. @see GF-06 */
export const RETRY_AFTER = Minutes(15);
/** Resets without a person since the last unplug or manual reset. @see GF-06 */
export const RESETS_ALLOWED = 4;
/** A trip this soon after closing locks out at once. @see GF-07 */
const TOO_SOON = Seconds(10);
/** The reset line is held this long. */
const PULSE = Millis(100);
/** After the pulse the latch must read clear this long, and within this time. */
const CLEAR_FOR = Millis(60);
const CLEAR_WITHIN = Seconds(2);

export type TripStage =
  | { readonly is: "armed" }
  | { readonly is: "waiting"; readonly retryAt: Instant }
  /** Until a person says: look again. */
  | { readonly is: "lockedOut" }
  /** The reset line is pulsed and the latch watched. */
  | { readonly is: "resetting"; readonly since: Instant; readonly clearSince: Instant | null };

export interface TripRetry {
  /** Resets made without a person. @see GF-08 */
  readonly resets: number;
  readonly stage: TripStage;
}

const ARMED: TripStage = { is: "armed" };
const LOCKED_OUT: TripStage = { is: "lockedOut" };

export const armedRetry = (resets = 0): TripRetry => ({ resets, stage: ARMED });

/**
 * The interrupter tripped.
 * @param closedFor time since the contactor closed
 * @param allowed false where resetting without a person is not: for direct current, and where local rules say so @see F-20 @see GF-09
 */
export function tripped(retry: TripRetry, closedFor: Millis, allowed: boolean, at: Instant): TripRetry {
  const mayRetry = allowed && closedFor > TOO_SOON && retry.resets < RESETS_ALLOWED;
  return { ...retry, stage: mayRetry ? { is: "waiting", retryAt: after(at, RETRY_AFTER) } : LOCKED_OUT };
}

/** A trip from before a restart: the wait begins anew, since nobody knows how long the power was away; a lock-out stays one. */
export const restoredRetry = (resets: number, lockedOut: boolean, at: Instant): TripRetry => ({
  resets,
  stage: lockedOut ? LOCKED_OUT : { is: "waiting", retryAt: after(at, RETRY_AFTER) },
});

/**
 * One look at the latch. The reset that ends a wait is counted in the step that begins it, so that it is persisted before it acts; where
 * earth has used up the count meanwhile, there is none.
 */
export function advanceRetry(retry: TripRetry, latch: boolean | null, at: Instant): TripRetry {
  const { stage } = retry;
  if (stage.is === "waiting" && at >= stage.retryAt) {
    if (!maySpendReset(retry)) return { ...retry, stage: LOCKED_OUT };
    return { resets: retry.resets + 1, stage: { is: "resetting", since: at, clearSince: null } };
  }
  if (stage.is !== "resetting") return retry;
  const pulsed = at - stage.since >= PULSE;
  const clearSince = pulsed && latch === false ? (stage.clearSince ?? at) : null;
  if (clearSince !== null && at - clearSince >= CLEAR_FOR) return { ...retry, stage: ARMED };
  if (at - stage.since >= CLEAR_WITHIN) return { ...retry, stage: LOCKED_OUT };
  return clearSince === stage.clearSince ? retry : { ...retry, stage: { ...stage, clearSince } };
}

/** Nothing is seen just now: a wait that is over is not ended, and a reset under way begins again, uncounted, when there is sight. */
export const awaitSight = (retry: TripRetry, at: Instant): TripRetry =>
  retry.stage.is === "resetting" ? { ...retry, stage: { is: "resetting", since: at, clearSince: null } } : retry;

/** A person says: look again. The wait and the count are over. @see GF-06 @see GF-08 */
export function resetByPerson({ stage }: TripRetry, at: Instant): TripRetry {
  return { resets: 0, stage: stage.is === "armed" ? stage : { is: "resetting", since: at, clearSince: null } };
}

/** The car is gone and with it, most likely, the fault: no more waiting. A lock-out still asks for a person. @see GF-08 */
export const unplugged = ({ stage }: TripRetry, at: Instant): TripRetry => ({
  resets: 0,
  stage: stage.is === "waiting" ? { is: "resetting", since: at, clearSince: null } : stage,
});

/** A reset for another ground fault that healed by itself; they share the count. @see GM-02 */
export const countingReset = (retry: TripRetry): TripRetry => ({ ...retry, resets: retry.resets + 1 });

export const maySpendReset = ({ resets }: Pick<TripRetry, "resets">): boolean => resets < RESETS_ALLOWED;

/** Whether the reset line is driven now. */
export const pulsesReset = ({ stage }: TripRetry, at: Instant): boolean => stage.is === "resetting" && at - stage.since < PULSE;
