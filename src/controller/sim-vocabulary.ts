/**
 * The link's schemas of simulated actions and of the truth say the same as the simulator's types. The link must not import
 * the simulator, so it is here that a difference between the two fails the build.
 */
import type { SimActionMessage } from "#link/sim-action";
import type { TruthMessage } from "#link/sim-truth";
import type { SimAction, SimTruth } from "#simulator/actions";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const actionsAgree: Same<SimAction, SimActionMessage> = true;
/** Truth goes out: what the simulator tells must fit the schema, its lists may be read-only. */
export const truthsAgree: Same<keyof SimTruth, keyof TruthMessage> & Same<SimTruth["marks"], TruthMessage["marks"]> = true;
