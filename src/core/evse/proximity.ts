/** Socket outlets: what the plugged cable says it carries, and whether it is still there. */
import { holdsSince, isKnown, lasted, type Since } from "#core/evse/time";
import { Amps, type Instant, Millis, type Ohms } from "#core/units/units";

/** Codes outside these are errors. @see PX-03 */
const LOWEST_CODE = 60;
const HIGHEST_CODE = 4500;
/** A code that cannot be read for this long (three looks) is a break. @see PX-04 */
const BREAK = Millis(24);

/**
 * The current a proximity resistance allows; a value between two codes counts as the lower of both.
 * @returns null for no cable, a break or an impossible code. @see PX-03
 */
export function cableRating(proximity: Ohms | null): Amps | null {
  if (!isKnown(proximity) || proximity < LOWEST_CODE || proximity > HIGHEST_CODE) return null;
  if (proximity < 140.5) return Amps(63);
  if (proximity <= 308) return Amps(32);
  if (proximity <= 936) return Amps(20);
  return Amps(13);
}

export interface Proximity {
  readonly rating: Amps | null;
  readonly unreadableSince: Since;
}

export const NO_CABLE: Proximity = { rating: null, unreadableSince: null };

/** A code that is unreadable for less than a break still counts. @returns the same object when nothing changed. */
export function withProximity(before: Proximity, ohms: Ohms | null, at: Instant): Proximity {
  const read = cableRating(ohms);
  const unreadableSince = holdsSince(before.unreadableSince, read === null, at);
  const rating = read ?? (lasted(unreadableSince, at, BREAK) ? null : before.rating);
  return rating === before.rating && unreadableSince === before.unreadableSince ? before : { rating, unreadableSince };
}

/** @see PX-04 @see F-41 */
export const isBroken = (proximity: Proximity, at: Instant): boolean => lasted(proximity.unreadableSince, at, BREAK);
