/** Keeps the safety loop's beat: when the next loop is due, and how late loops have come. */
import { type Instant, Millis } from "#core/units/units";

/** Span over which the worst lateness is remembered, ms: a status every second shows every late loop. */
const WINDOW = Millis(1_000);

export class Beat {
  readonly #period: Millis;
  #due: Instant;
  #windowEnds: Instant;
  #worst = 0;
  #worstBefore = 0;

  constructor(period: Millis, start: Instant) {
    this.#period = period;
    this.#due = start;
    this.#windowEnds = (start + WINDOW) as Instant;
  }

  /** When the next loop is due. */
  get due(): Instant {
    return this.#due;
  }

  /** The worst lateness of the last one to two seconds, ms. */
  get worst(): number {
    return Math.max(this.#worst, this.#worstBefore);
  }

  /**
   * Notes that a loop begins at `now` and says how late that is. The beat never drifts: the next loop is due on the grid of the first,
   * and beats that were missed are not made up for.
   */
  begin(now: Instant): Millis {
    const late = Math.max(0, now - this.#due);
    this.#due = (this.#due + (Math.floor(late / this.#period) + 1) * this.#period) as Instant;
    if (now >= this.#windowEnds) {
      this.#worstBefore = now - this.#windowEnds < WINDOW ? this.#worst : 0;
      this.#worst = 0;
      this.#windowEnds = (now + WINDOW) as Instant;
    }
    this.#worst = Math.max(this.#worst, late);
    return late as Millis;
  }
}
