/** A clock that stands still until a test moves it. */
import { Instant, type Millis, WallTime } from "#core/units/units";
import type { Clock } from "#ports/clock";

export class ManualClock implements Clock {
  ms = 1_000;
  /** Wall time when `ms` is zero; a test sets it to step the wall clock. */
  wallStartMs = 1_767_225_600_000;

  now(): Instant {
    return Instant(this.ms);
  }

  wall(): WallTime {
    return WallTime(this.wallStartMs + this.ms);
  }

  advance(by: Millis): void {
    this.ms += by;
  }
}
