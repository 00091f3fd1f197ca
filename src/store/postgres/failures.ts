/** What PostgreSQL and its driver complain of, told apart by what to do: wait, or call a person. */
import { MessageError, StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { Address } from "./address.ts";

/** Classes of SQLSTATE: connection, rolled back by others, resources, operator, system; nothing of it says that what is kept is wrong. */
const AWAY_CLASSES = new Set(["08", "40", "53", "55", "57", "58"]);
/** Not let in: bad password, unknown user, unknown database, missing right. Another try may find it mended. */
const REFUSED = /^(28...|3D000|42501)$/;
/** A value that is none, or that a column cannot hold: the sender's fault. The store is well, and another batch may fit. */
const UNFIT = /^2[23]...$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** @returns the error of the port that tells of `failure`, without password. Errors of ours pass, and what no server can cause. */
export function storeError(failure: unknown, address: Address): Error {
  if ([StoreUnavailable, StoreCorrupt, TypeError, RangeError].some((kind) => failure instanceof kind)) return failure as Error;
  const state = sqlState(failure);
  const said = address.scrub(failure instanceof AggregateError ? messageOf(failure.errors[0]) : messageOf(failure));
  if (state === null || AWAY_CLASSES.has(state.slice(0, 2))) {
    return new StoreUnavailable(
      "postgres.away",
      `expected an answer of PostgreSQL at ${address.shown}, got "${said}"; it will be asked again`,
    );
  }
  if (REFUSED.test(state)) {
    const todo = "check user, password, database and rights";
    return new StoreUnavailable("postgres.refused", `expected to be let in at ${address.shown}, got "${said}" (${state}); ${todo}`);
  }
  if (UNFIT.test(state)) {
    return new MessageError(
      "postgres.unfit",
      `expected what the tables in ${address.schema} can hold, got "${said}" (${state}); nothing of it was kept`,
    );
  }
  const todo = "restore a backup, or name another schema";
  return new StoreCorrupt(
    "postgres.corrupt",
    `expected our tables in ${address.schema} at ${address.shown}, got "${said}" (${state}); ${todo}`,
  );
}

/** True when the same work, done again, may succeed at once: the connection was stale, or two writers stood in each other's way. */
export function isWorthAnotherTry(failure: unknown): boolean {
  const state = sqlState(failure);
  if (state !== null) return ["40001", "40P01", "57P01"].includes(state);
  return failure instanceof Error && /Connection terminated|not queryable|ECONNRESET|EPIPE/.test(failure.message);
}

function sqlState(failure: unknown): string | null {
  const code = failure instanceof Error && "code" in failure ? failure.code : null;
  return typeof code === "string" && SQLSTATE.test(code) ? code : null;
}

const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message || failure.name : String(failure));
