/** How often something may happen in any stretch of a given length. Exact: no burst at the border of two windows. */
import type { Instant, Millis } from "#core/units/units";

export interface RateLimit {
  readonly count: number;
  readonly per: Millis;
}

/** When it happened lately, oldest first; never longer than the limit's count. */
export type Lately = readonly Instant[];

export const NEVER: Lately = [];

/** @returns what to remember when it may happen now; null when it may not */
export function taken(lately: Lately, limit: RateLimit, now: Instant): Lately | null {
  const recent = lately.filter((at) => now - at < limit.per);
  return recent.length < limit.count ? [...recent, now] : null;
}

/** True when nothing of it needs to be remembered any more. */
export const forgotten = (lately: Lately, limit: RateLimit, now: Instant): boolean => lately.every((at) => now - at >= limit.per);
