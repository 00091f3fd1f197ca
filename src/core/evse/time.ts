/** How the machine measures time: always from an instant it was given, never from a clock. */
import type { Instant, Millis } from "#core/units/units";

/** Before every instant: what never happened, or so long ago that no waiting time is left. */
export const NEVER = Number.NEGATIVE_INFINITY as Instant;

/** Since when a condition holds without a break; null while it does not. */
export type Since = Instant | null;

/** Carries a condition over to `at`. */
export const holdsSince = (since: Since, holds: boolean, at: Instant): Since => (holds ? (since ?? at) : null);

/** Whether a condition has held for `duration`. */
export const lasted = (since: Since, at: Instant, duration: Millis): boolean => since !== null && at - since >= duration;

/** The later of two instants. */
export const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

/** Whether `value` can be reckoned with: neither absent nor a number that is none. */
export const isKnown = <Q extends number>(value: Q | null): value is Q => value !== null && Number.isFinite(value);
