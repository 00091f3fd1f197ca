/** A condition: one claim or several joined by "and", with what the report says when it does not hold. */
import { type Claim, readClaim } from "./claims.ts";
import type { Observation } from "./observation.ts";
import { durationText, type Words } from "./words.ts";

export interface Condition {
  /** As written. */
  readonly text: string;
  /** @param since events before this moment do not count. */
  holds(seen: Observation, since: number): boolean;
  /** What there is instead, for the report. */
  instead(seen: Observation, since: number): string;
  /** When it became true, where the board knows better than the loop that looks at it; null otherwise. */
  exactly(seen: Observation): number | null;
}

/** Reads claims joined by "and" to the end of the line. */
export function readCondition(words: Words): Condition {
  const text = words.remaining;
  const claims: Claim[] = [];
  do claims.push(readClaim(words));
  while (words.take("and"));
  words.end();
  return {
    text,
    holds: (seen, since) => claims.every((claim) => claim.holds(seen, since)),
    instead: (seen, since) =>
      claims
        .filter((claim) => !claim.holds(seen, since))
        .map((claim) => claim.instead(seen, since))
        .join(", ") || `it was so at ${durationText(seen.at)}`,
    exactly: (seen) => {
      let latest: number | null = null;
      for (const claim of claims) {
        const moment = claim.exactly?.(seen) ?? null;
        if (moment === null) return null;
        latest = Math.max(latest ?? moment, moment);
      }
      return latest;
    },
  };
}
