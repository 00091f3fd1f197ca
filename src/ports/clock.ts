/** Both clocks the project knows. Rules use `now` only; `wall` is for people and databases (WD-04). */
import type { Instant, WallTime } from "#core/units/units";

export interface Clock {
  now(): Instant;
  wall(): WallTime;
}
