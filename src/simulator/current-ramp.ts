/** A current that goes in straight lines: ramps to a target, then stays. */

/** A current as a function of time, amps over ms. */
export class CurrentRamp {
  #fromA = 0;
  #towardA = 0;
  #startedAt = 0;
  #arrivesAt = 0;

  get targetA(): number {
    return this.#towardA;
  }

  at(at: number): number {
    if (at >= this.#arrivesAt) return this.#towardA;
    return this.#fromA + ((this.#towardA - this.#fromA) * (at - this.#startedAt)) / (this.#arrivesAt - this.#startedAt);
  }

  /** Leaves for `targetA`, which it reaches `afterMs` from now. */
  reach(targetA: number, afterMs: number, at: number): void {
    this.#fromA = this.at(at);
    this.#towardA = targetA;
    this.#startedAt = at;
    this.#arrivesAt = at + afterMs;
  }

  /** Leaves for `targetA` at a rate; a rate of 0 never gets there. @returns how long it takes, ms */
  goTo(targetA: number, ampsPerSecond: number, at: number): number {
    const way = Math.abs(targetA - this.at(at));
    const afterMs = way === 0 ? 0 : (way / ampsPerSecond) * 1000;
    if (afterMs === Number.POSITIVE_INFINITY) this.reach(this.at(at), 0, at);
    else this.reach(targetA, afterMs, at);
    return afterMs;
  }

  cut(at: number): void {
    this.reach(0, 0, at);
  }

  /** Ampere-milliseconds that flow from `start` to `end`, which must not reach back before the last change. */
  flowed(start: number, end: number): number {
    const bend = Math.min(Math.max(this.#arrivesAt, start), end);
    return ((this.at(start) + this.at(bend)) / 2) * (bend - start) + this.#towardA * (end - bend);
  }
}
