/** How often something may happen: a few at once, then no faster than they grow back. */
export class Allowance {
  readonly #most: number;
  readonly #everyMs: number;
  #left: number;
  #at: number;

  /** @param most at once @param everyMs one more after each, ms @param nowMs a clock in ms, also in `passes` */
  constructor(most: number, everyMs: number, nowMs: number) {
    this.#most = most;
    this.#everyMs = everyMs;
    this.#left = most;
    this.#at = nowMs;
  }

  /** @returns 0 when it may happen now, which counts; otherwise how long to wait, ms. A clock that is set back gives nothing away. */
  wait(nowMs: number): number {
    this.#left = Math.min(this.#most, this.#left + Math.max(0, nowMs - this.#at) / this.#everyMs);
    this.#at = nowMs;
    if (this.#left < 1) return Math.ceil((1 - this.#left) * this.#everyMs);
    this.#left -= 1;
    return 0;
  }
}
