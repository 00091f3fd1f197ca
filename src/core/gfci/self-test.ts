/**
 * Proof that the ground-fault interrupter works, before each closing: it is clear, trips on a stimulus, blocks the coil where that
 * is wired, and can be cleared. The stages' time limits add up to less than 2.5 s. @see GF-04
 */
import { type Instant, Millis } from "#core/units/units";

/** Why a self-test failed. @see F-16 @see F-17 */
export type SelfTestFailure = "notClearBefore" | "doesNotTrip" | "doesNotBlockCoil" | "doesNotClear";

export type SelfTest =
  | { readonly stage: "idle"; readonly passedAt: Instant | null; readonly failure: SelfTestFailure | null }
  /** Stages in order. `blocked`: the coil was already blocked by something else, so nothing can be proven of that. */
  | {
      readonly stage: "clearing" | "stimulus" | "blocking" | "resetting" | "settling";
      readonly since: Instant;
      readonly startedAt: Instant;
      readonly blocked: boolean;
    };

/** What the interrupter shows; null where it does not answer or is not wired. */
export interface GfciSense {
  readonly tripped: boolean | null;
  readonly coilInhibited: boolean | null;
}

/** An old trip must be cleared by then. */
const CLEAR_WITHIN = Millis(400);
/** The stimulus must trip by then. @see GF-04 */
const TRIP_WITHIN = Millis(1000);
/** The latch must block the coil by then. @see F-17 */
const BLOCK_WITHIN = Millis(150);
/** The reset line is held at least this long. */
const RESET_AT_LEAST = Millis(50);
const RESET_WITHIN = Millis(700);
/** With the reset released it must stay clear this long, and free the coil. */
const SETTLE = Millis(60);
const FREE_WITHIN = Millis(200);

export const SELF_TEST_NEVER: SelfTest = { stage: "idle", passedAt: null, failure: null };

export const startSelfTest = (at: Instant): SelfTest => ({ stage: "clearing", since: at, startedAt: at, blocked: false });

export const isRunning = (test: SelfTest): boolean => test.stage !== "idle";
export const failureOf = (test: SelfTest): SelfTestFailure | null => (test.stage === "idle" ? test.failure : null);
/** Whether it passed since the contactor last opened. @see I1 */
export const hasPassed = (test: SelfTest): boolean => test.stage === "idle" && test.passedAt !== null;
/** Whether it passed since `asked`, when the car asked for this closing: each closing has its own. @see GF-04 */
export const passedSince = (test: SelfTest, asked: Instant): boolean =>
  test.stage === "idle" && test.passedAt !== null && test.passedAt >= asked;

export const stimulates = (test: SelfTest): boolean => test.stage === "stimulus" || test.stage === "blocking";
/** Whether the reset line is wanted; an old trip is cleared first. */
export const resets = (test: SelfTest, tripped: boolean | null): boolean =>
  test.stage === "resetting" || (test.stage === "clearing" && tripped === true);

/** One look at the interrupter. @returns the same object while nothing moves on. */
export function advanceSelfTest(test: SelfTest, sense: GfciSense, at: Instant): SelfTest {
  if (test.stage === "idle") return test;
  const spent = at - test.since;
  const fails = (failure: SelfTestFailure): SelfTest => ({ stage: "idle", passedAt: null, failure });
  const moves = (stage: "stimulus" | "blocking" | "resetting" | "settling"): SelfTest => ({ ...test, stage, since: at });
  switch (test.stage) {
    case "clearing":
      if (sense.tripped === false && at > test.since)
        return { ...test, stage: "stimulus", since: at, blocked: sense.coilInhibited === true };
      return spent >= CLEAR_WITHIN ? fails("notClearBefore") : test;
    case "stimulus":
      if (sense.tripped === true) return moves(sense.coilInhibited === null || test.blocked ? "resetting" : "blocking");
      return spent >= TRIP_WITHIN ? fails("doesNotTrip") : test;
    case "blocking":
      if (sense.coilInhibited === true) return moves("resetting");
      return spent >= BLOCK_WITHIN ? fails("doesNotBlockCoil") : test;
    case "resetting":
      if (sense.tripped === false && spent >= RESET_AT_LEAST) return moves("settling");
      return spent >= RESET_WITHIN ? fails("doesNotClear") : test;
    case "settling": {
      const free = test.blocked || sense.coilInhibited !== true;
      if (sense.tripped === true) return fails("doesNotClear");
      if (spent >= SETTLE && sense.tripped === false && free) return { stage: "idle", passedAt: at, failure: null };
      return spent >= FREE_WITHIN ? fails("doesNotClear") : test;
    }
    default:
      return test satisfies never;
  }
}
