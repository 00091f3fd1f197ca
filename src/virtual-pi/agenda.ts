/**
 * Everything that goes on in the daemon at once, in the order in which it would happen: each connection, script and timer says when it
 * acts next, and acts with the clock at exactly that moment, however late the host comes to it.
 */
import { Instant, WallTime } from "#core/units/units";
import type { Clock } from "#ports/clock";

/** Something that acts by itself. */
export interface Actor {
  /** When it acts next, ms on the Pi's clock; ∞ while it rests. */
  readonly nextAt: number;
  /** Acts once. It must move `nextAt` on. */
  act(at: number): void;
}

/** The Pi's clock, which moves from act to act. */
export class PiClock implements Clock {
  ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  now(): Instant {
    return Instant(this.ms);
  }

  wall(): WallTime {
    return WallTime(Date.now());
  }
}

export class Agenda {
  readonly clock: PiClock;
  readonly #actors = new Set<Actor>();

  constructor(startMs: number) {
    this.clock = new PiClock(startMs);
  }

  add(actor: Actor): void {
    this.#actors.add(actor);
  }

  remove(actor: Actor): void {
    this.#actors.delete(actor);
  }

  /** When something acts next. */
  get nextAt(): number {
    return this.#next()?.nextAt ?? Number.POSITIVE_INFINITY;
  }

  /** Lets everything happen that is due by `at`, and ends there. */
  runUntil(at: number): void {
    for (let next = this.#next(); next !== undefined && next.nextAt <= at; next = this.#next()) {
      this.clock.ms = Math.max(this.clock.ms, next.nextAt);
      next.act(this.clock.ms);
    }
    this.clock.ms = Math.max(this.clock.ms, at);
  }

  #next(): Actor | undefined {
    let soonest: Actor | undefined;
    for (const actor of this.#actors) if (soonest === undefined || actor.nextAt < soonest.nextAt) soonest = actor;
    return soonest;
  }
}
