/** A clock that can be moved by hand, and later let run with real time. */
import { Instant, type WallTime } from "#core/units/units";
import type { Clock } from "#ports/clock";

export class TrialClock implements Clock {
  #ms = 0;
  /** Real time at which this clock showed zero; null while it is moved by hand. */
  #zero: number | null = null;

  now(): Instant {
    return Instant(this.#zero === null ? this.#ms : performance.now() - this.#zero);
  }

  wall(): WallTime {
    return Date.now() as WallTime;
  }

  /** Moves on. Only while moved by hand. */
  advanceTo(at: number): void {
    this.#ms = at;
  }

  /** From now on runs with real time. */
  run(): void {
    this.#zero = performance.now() - this.#ms;
  }
}
