/** Current against what the car was told and when; and current that should not be there at all. */
import { holdsSince, lasted, type Since } from "#core/evse/time";
import { Amps, after, type Instant, Millis, Seconds } from "#core/units/units";

/** Tolerance over the offer: half an ampere and ten percent. @see OC-01 */
const SOFT_EXTRA_A = 0.5;
const SOFT_FACTOR = 1.1;
const SOFT_FOR = Seconds(7);
/** A current that hovers at the limit is not forgiven for one low or missing reading: it must stay in bounds this long. */
const CALM_FOR = Seconds(2);
/** A car follows a lower offer within this time; until then the old one counts. @see DC-07 @see OC-02 */
const CAR_FOLLOWS_WITHIN = Seconds(5);
/** Former offers closer together than this are remembered as one, so that a flood of limits cannot pile them up. */
const FORMER_APART = Millis(250);
/** Over the hardware's rating. @see OC-03 */
const HARD_FACTOR = 1.25;
const HARD_FOR = Seconds(1);
/** Current with the contactor open. @see OC-04 */
const OPEN_CURRENT_A = 1;
/** What was measured before contacts and meter had this long after the coil went off does not count; then the current must last. @see F-27 */
const METER_SETTLES = Millis(400);
const OPEN_CURRENT_FOR = Millis(500);

/** An offer the car has seen, and until when it may still draw by it. */
interface Signal {
  readonly limit: Amps;
  readonly until: Instant;
}

export interface Overcurrent {
  /** What is signalled now; 0 when nothing is. */
  readonly signalled: Amps;
  /** Higher offers of the last seconds. @see OC-02 */
  readonly former: readonly Signal[];
  readonly softSince: Since;
  /** Since when the current is back in bounds, while `softSince` still stands. */
  readonly calmSince: Since;
  readonly hardSince: Since;
  readonly openSince: Since;
}

const NONE: readonly Signal[] = [];

export const NO_OVERCURRENT: Overcurrent = {
  signalled: Amps(0),
  former: NONE,
  softSince: null,
  calmSince: null,
  hardSince: null,
  openSince: null,
};

/** The car is told another limit from `at` on. @returns the same object when it is not. */
export function withSignal(before: Overcurrent, limit: Amps, at: Instant): Overcurrent {
  if (limit === before.signalled) return before;
  const kept = before.former.filter((signal) => signal.until > at && signal.limit > limit);
  const until = after(at, CAR_FOLLOWS_WITHIN);
  const last = kept.at(-1);
  const isNew = before.signalled > limit && (last === undefined || until - last.until > FORMER_APART);
  return { ...before, signalled: limit, former: isNew ? [...kept, { limit: before.signalled, until }] : kept };
}

/** The most the car may draw at `at`, by what it was told and when. @see OC-02 */
export function drawAllowed({ signalled, former }: Overcurrent, at: Instant): Amps {
  let allowed = signalled;
  for (const signal of former) if (signal.until > at && signal.limit > allowed) allowed = signal.limit;
  return allowed;
}

export interface CurrentSeen {
  /** Null without news of the current: then nothing can be judged. @see MT-01 */
  readonly current: Amps | null;
  /** When it was measured. */
  readonly measuredAt: Instant;
  readonly coil: boolean;
  readonly coilSince: Instant;
  /** The meter has shown something new since the coil went off, so it is not just silent or frozen. */
  readonly meterIsAlive: boolean;
  /** The car was told to stop and the stop has its own clock. @see ST-11 */
  readonly stopping: boolean;
  readonly hardware: Amps;
}

/** @returns the same object when nothing changed. */
export function withCurrent(before: Overcurrent, seen: CurrentSeen, at: Instant): Overcurrent {
  const { current, coil } = seen;
  const soft = current !== null && coil && !seen.stopping && current > (drawAllowed(before, at) + SOFT_EXTRA_A) * SOFT_FACTOR;
  const hard = current !== null && coil && current > seen.hardware * HARD_FACTOR;
  const settled = seen.measuredAt - seen.coilSince >= METER_SETTLES;
  const open = current !== null && !coil && settled && seen.meterIsAlive && current > OPEN_CURRENT_A;
  const judged = coil && !seen.stopping;
  const calmSince = holdsSince(before.calmSince, before.softSince !== null && !soft, at);
  const softSince = holdsSince(before.softSince, soft || (judged && before.softSince !== null && !lasted(calmSince, at, CALM_FOR)), at);
  const hardSince = holdsSince(before.hardSince, hard, at);
  const openSince = holdsSince(before.openSince, open, at);
  const same =
    softSince === before.softSince && calmSince === before.calmSince && hardSince === before.hardSince && openSince === before.openSince;
  return same ? before : { ...before, softSince, calmSince, hardSince, openSince };
}

/** @see OC-01 @see OC-03 */
export function overcurrentCause(overcurrent: Overcurrent, at: Instant): "overRating" | "overOffer" | null {
  if (lasted(overcurrent.hardSince, at, HARD_FOR)) return "overRating";
  return lasted(overcurrent.softSince, at, SOFT_FOR) && overcurrent.calmSince === null ? "overOffer" : null;
}

/** @see OC-04 */
export const flowsWhileOpen = (overcurrent: Overcurrent, at: Instant): boolean => lasted(overcurrent.openSince, at, OPEN_CURRENT_FOR);
