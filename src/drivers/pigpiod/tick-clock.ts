/** When something happened on the daemon's clock, told on ours. */
import { Instant } from "#core/units/units";
import { ticksBetween } from "#pi/ticks";

/** How far two crystals may part, ms for each ms. */
const DRIFT = 100e-6;

/**
 * A tick cannot arrive before it happened: the smallest difference between arrival and tick that was ever seen is the clocks' own, as
 * long as it is allowed to grow with what the crystals may drift.
 */
export class TickClock {
  #tick = 0;
  /** Milliseconds of the daemon's clock since the first tick. */
  #tickMs = 0;
  #offsetMs = Number.POSITIVE_INFINITY;
  #learntAt = 0;

  /** Takes in a tick that arrived now. @returns when it happened: now, or before */
  learn(tick: number, now: Instant): Instant {
    if (this.#offsetMs !== Number.POSITIVE_INFINITY) this.#tickMs += ticksBetween(this.#tick, tick) / 1000;
    this.#tick = tick;
    this.#offsetMs = Math.min(this.#offsetMs + (now - this.#learntAt) * DRIFT, now - this.#tickMs);
    this.#learntAt = now;
    return Instant(Math.min(now, this.#tickMs + this.#offsetMs));
  }
}
