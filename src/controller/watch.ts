/** What a controller notices about the world around it, apart from the charger: that it was left alone, and that the wall clock was set. */
import { between, type Instant, type Millis, Seconds } from "#core/units/units";
import type { Clock } from "#ports/clock";

/** How often it looks. */
const EVERY = Seconds(1);
/** A car needs this long to stop after the last lease has run out. @see ST-11 */
const STOP = Seconds(10);
/** Wall time that differs by more than this from the time that has passed was set by somebody, ms. */
const CLOCK_STEP = 500;

export interface WatchOptions {
  readonly clock: Clock;
  /** Validity of a limit that names none. */
  readonly lease: Millis;
  /** Time added to lease and stop before a process that nobody wants ends; null for one that stays. */
  readonly orphanGrace: Millis | null;
  readonly onClockStep: (byMs: number) => void;
}

export class Watch {
  readonly #options: WatchOptions;
  #lookedAt: Instant;
  #wantedAt: Instant;
  /** Wall time minus monotonic time. Nothing depends on it; its steps are told so that a log can be read (F-34). */
  #offset: number;

  constructor(options: WatchOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#lookedAt = now;
    this.#wantedAt = now;
    this.#offset = options.clock.wall() - now;
  }

  /** Looks around, once a second however often it is called. True when the process has been left alone for long and may end. */
  look(clients: number, isAtRest: boolean): boolean {
    const { clock, lease, orphanGrace, onClockStep } = this.#options;
    const now = clock.now();
    if (between(this.#lookedAt, now) < EVERY) return false;
    this.#lookedAt = now;
    const offset = clock.wall() - now;
    if (Math.abs(offset - this.#offset) > CLOCK_STEP) onClockStep(Math.round(offset - this.#offset));
    this.#offset = offset;
    if (clients > 0) this.#wantedAt = now;
    if (orphanGrace === null || !isAtRest) return false;
    return between(this.#wantedAt, now) > lease + STOP + orphanGrace;
  }
}
