/** The contactor as its load side shows it: weld check, confirmation of closing, and how often it may be used. */
import { NEVER } from "#core/evse/time";
import { after, Hours, type Instant, Millis, Seconds } from "#core/units/units";

/** After the coil went off, the load side is believed from here on. @see RL-01 */
const SETTLE = Millis(250);
/** The load side must show the same for three half-cycles of 50 Hz. @see RL-01 */
const HALF_CYCLES = Millis(30);
/** By now there must be a verdict. @see RL-01 */
const VERDICT_WITHIN = Millis(1000);
/** Coil on without confirmation: with the loop that notices it, less than 500 ms. @see RL-03 */
const CONFIRM_WITHIN = Millis(480);
/** Confirmed closed and then not seen closed for this long: it has dropped out. */
const DROPPED_AFTER = Millis(100);
/** Between a normal opening and the next closing. @see ST-14 @see ST-22 */
const RECLOSE_AFTER_STOP = Seconds(10);
/** Between an opening by a fault and the next closing. @see ST-15 */
const RECLOSE_AFTER_FAULT = Seconds(60);
/** @see ST-22 */
const CLOSURES_PER_HOUR = 30;
const HOUR = Hours(1);

/** What the load side of all poles shows at once. */
export type Feedback = "open" | "closed" | "partlyClosed" | "unknown";

export interface Contactor {
  /** The coil as it is driven. */
  readonly coil: boolean;
  readonly coilSince: Instant;
  readonly feedback: Feedback;
  readonly feedbackSince: Instant;
  /** Until when a pole was last seen live. */
  readonly liveUntil: Instant;
  /** With the coil off: what the weld check says of it. "unseen" when the load side could not be sensed in time. */
  readonly verdict: "checking" | "open" | "welded" | "unseen";
  /** With the coil on: whether every pole was seen closed. */
  readonly confirmed: boolean;
  /** No closing before this. */
  readonly recloseAt: Instant;
  /** Closures of the last hour, oldest first. */
  readonly closures: readonly Instant[];
  /** Closures of its life. */
  readonly cycles: number;
}

export const restingContactor = (at: Instant, cycles = 0, closuresLastHour = 0, recloseAt: Instant = NEVER): Contactor => ({
  coil: false,
  coilSince: at,
  feedback: "unknown",
  feedbackSince: at,
  liveUntil: NEVER,
  verdict: "checking",
  confirmed: false,
  recloseAt,
  closures: Array.from({ length: closuresLastHour }, () => at),
  cycles,
});

/** After a restart nobody knows when it last opened: the wait begins anew. @see ST-22 */
export const recloseAfterRestart = (at: Instant): Instant => after(at, RECLOSE_AFTER_STOP);

/** @param poles poles that must be sensed; each one that is not makes the whole unknown. @see RL-04 */
function feedbackOf(loadSide: readonly (boolean | null)[], poles: number): Feedback {
  let live = 0;
  let dead = 0;
  for (let pole = 0; pole < poles; pole += 1) {
    const sensed = loadSide[pole];
    if (sensed === true) live += 1;
    else if (sensed === false) dead += 1;
  }
  if (live === poles) return "closed";
  if (live > 0) return "partlyClosed";
  return dead === poles ? "open" : "unknown";
}

/** Takes in one look at the load side. @returns the same object when it shows nothing new. */
export function withLoadSide(contactor: Contactor, loadSide: readonly (boolean | null)[], poles: number, at: Instant): Contactor {
  const feedback = feedbackOf(loadSide, poles);
  const staysLive = !contactor.coil && isLive(feedback) && isLive(contactor.feedback);
  const feedbackSince = feedback === contactor.feedback || staysLive ? contactor.feedbackSince : at;
  const liveUntil = isLive(contactor.feedback) ? at : contactor.liveUntil;
  const seen = feedback === contactor.feedback ? contactor : { ...contactor, feedback, feedbackSince, liveUntil };
  if (contactor.coil) {
    const confirmed = contactor.confirmed || (feedback === "closed" && feedbackSince < at);
    return confirmed === seen.confirmed ? seen : { ...seen, confirmed };
  }
  const verdict = verdictOf(seen, at);
  return verdict === seen.verdict ? seen : { ...seen, verdict };
}

function verdictOf({ feedback, feedbackSince, coilSince, verdict }: Contactor, at: Instant): Contactor["verdict"] {
  const settledAt = after(coilSince, SETTLE);
  const shownFor = at - (feedbackSince > settledAt ? feedbackSince : settledAt);
  if (isLive(feedback) && shownFor >= HALF_CYCLES) return "welded";
  if (feedback === "open" && at >= settledAt && at - feedbackSince >= HALF_CYCLES) return "open";
  if (verdict === "checking") return at - coilSince >= VERDICT_WITHIN ? "unseen" : verdict;
  return feedback === "unknown" && at - feedbackSince >= VERDICT_WITHIN ? "unseen" : verdict;
}

const isLive = (feedback: Feedback): boolean => feedback === "closed" || feedback === "partlyClosed";

/** Whether a car can draw current, or leak it, at this look, whatever the coil does. */
export const hasLivePole = ({ feedback }: Contactor): boolean => isLive(feedback);

/** The coil is driven as `coil` from `at` on; only the gate may say so. @see I7 */
export function withCoil(contactor: Contactor, coil: boolean, byFault: boolean, at: Instant): Contactor {
  if (coil === contactor.coil) return contactor;
  const driven: Contactor = { ...contactor, coil, coilSince: at, feedbackSince: at, confirmed: false, verdict: "checking" };
  if (coil) return { ...driven, closures: [...recentClosures(contactor, at), at], cycles: contactor.cycles + 1 };
  return { ...driven, recloseAt: after(at, byFault ? RECLOSE_AFTER_FAULT : RECLOSE_AFTER_STOP) };
}

/** Whether the load side shows it open, not just between two half-cycles, and the weld check has passed since the coil went off. @see RL-01 */
export const isProvenOpen = ({ coil, verdict, feedback, liveUntil }: Contactor, at: Instant): boolean =>
  !coil && verdict === "open" && feedback === "open" && at - liveUntil >= HALF_CYCLES;

/** @see RL-03 */
export const failedToClose = ({ coil, confirmed, coilSince }: Contactor, at: Instant): boolean =>
  coil && !confirmed && at - coilSince >= CONFIRM_WITHIN;

/** Confirmed closed, but not seen closed any more. */
export const hasDroppedOut = ({ coil, confirmed, feedback, feedbackSince }: Contactor, at: Instant): boolean =>
  coil && confirmed && feedback !== "closed" && at - feedbackSince >= DROPPED_AFTER;

const recentClosures = ({ closures }: Contactor, at: Instant): readonly Instant[] => closures.filter((closed) => at - closed < HOUR);

export const lastClosing = ({ closures }: Contactor): Instant => closures.at(-1) ?? NEVER;

export const closuresLastHour = (contactor: Contactor, at: Instant): number => recentClosures(contactor, at).length;

/** When the next closing is allowed as far as wear goes; null while it is. @see ST-14 @see ST-15 @see ST-22 */
export function restsUntil(contactor: Contactor, at: Instant): Instant | null {
  if (at < contactor.recloseAt) return contactor.recloseAt;
  if (contactor.closures.length < CLOSURES_PER_HOUR) return null;
  const recent = recentClosures(contactor, at);
  const oldestToExpire = recent[recent.length - CLOSURES_PER_HOUR];
  return oldestToExpire === undefined ? null : after(oldestToExpire, HOUR);
}

export function relayOf({ coil, confirmed, feedback, verdict }: Contactor): "open" | "closed" | "unknown" | "welded" {
  if (verdict === "welded") return "welded";
  if (coil) return confirmed && feedback === "closed" ? "closed" : "unknown";
  return feedback === "open" ? "open" : "unknown";
}
