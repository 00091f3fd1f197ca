/** The clocks of the machine this runs on. */
import type { Instant, WallTime } from "#core/units/units";
import type { Clock } from "#ports/clock";

/** `now` counts from the start of the process and cannot be set by anybody. @see WD-04 */
export const systemClock: Clock = {
  now: () => performance.now() as Instant,
  wall: () => Date.now() as WallTime,
};
