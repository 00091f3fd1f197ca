/** Time as the nodes see it; tests move it. */
import { WallTime } from "#core/units/units";

export interface Scheduler {
  /** Wall time, ms since 1970. */
  wall(): WallTime;
  /** Calls `then` once after `ms`. @returns what calls it off. */
  after(ms: number, then: () => void): () => void;
}

/** The system's time. Its timers keep no process alive. */
export const systemScheduler: Scheduler = {
  wall: () => WallTime(Date.now()),
  after(ms, then) {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
};
