/** A limit from outside counts for a time only: when nobody renews it, it is not obeyed any longer but replaced by the fallback. */
import { NEVER } from "#core/evse/time";
import type { LimitLease } from "#core/evse/types";
import { isOfferable } from "#core/pilot/duty";
import { type Amps, after, Hours, type Instant, least } from "#core/units/units";

/** Longest time a limit may count without being renewed. */
const LONGEST = Hours(24);

export interface Lease {
  readonly limit: Amps;
  readonly by: string;
  readonly until: Instant;
  readonly everGiven: boolean;
}

/** Nobody has said anything: the fallback counts. */
export const noLease = (fallback: Amps): Lease => ({ limit: fallback, by: "lease", until: NEVER, everGiven: false });

/** @returns null when it may be accepted, or a sentence that says what was expected and what came. @see DC-05 @see WD-02 */
export function leaseComplaint({ limit, validFor }: LimitLease): string | null {
  if (!isOfferable(limit))
    return `Expected a limit from 0 to 80 A, got ${String(limit)}. The limit before it still counts: send a number in range.`;
  if (!(validFor > 0 && validFor <= LONGEST)) {
    return `Expected a validity above 0 and up to ${LONGEST} ms, got ${String(validFor)}. The limit before it still counts: send a time in range.`;
  }
  return null;
}

export const leaseFrom = ({ limit, validFor, by }: LimitLease, at: Instant): Lease => ({
  limit,
  by,
  until: after(at, validFor),
  everGiven: true,
});

export const isInForce = (lease: Lease, at: Instant): boolean => at < lease.until;

/** What may be offered by this lease: its limit while in force, then the fallback, but never more than the last word was. @see WD-02 */
export const leasedLimit = (lease: Lease, fallback: Amps, at: Instant): Amps =>
  isInForce(lease, at) ? lease.limit : least(lease.limit, fallback);
