/** The retriggerable one-shot that lets the coil have current only while the safety loop shows that it is alive. */

/** It drops this long after the last pulse. @see WD-01 (60..100 ms) @see conformance 3.4 H1 */
export const LIVENESS_HOLD_MS = 80;

/** Pure: it is told when it was pulsed and asked when it drops. */
export class LivenessOneShot {
  readonly holdMs: number;
  #dropsAt = Number.NEGATIVE_INFINITY;

  constructor(holdMs = LIVENESS_HOLD_MS) {
    this.holdMs = holdMs;
  }

  pulse(at: number): void {
    this.#dropsAt = at + this.holdMs;
  }

  /** When it drops, or dropped, for want of pulses, ms; −∞ before the first pulse. */
  get dropsAt(): number {
    return this.#dropsAt;
  }

  isUp(at: number): boolean {
    return at < this.#dropsAt;
  }
}
