/** Lets through what a person or a flow may reasonably ask, and stops a flood. */

/** Requests a second that a client may go on making. */
const SUSTAINED = 100;
/** Requests it may make at once after being quiet. */
const BURST = 200;

export class RateGate {
  #left = BURST;
  #at: number;

  /** @param nowMs monotonic clock, ms */
  constructor(nowMs: number) {
    this.#at = nowMs;
  }

  /** True when one more request may pass at `nowMs`. */
  passes(nowMs: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#at) * SUSTAINED) / 1000);
    this.#at = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
