/** A scheduler whose time stands still until a test moves it. */
import { WallTime } from "#core/units/units";
import type { Scheduler } from "../../../nodes/shared/scheduler.ts";

interface Planned {
  readonly at: number;
  readonly then: () => void;
}

export class MovedTime implements Scheduler {
  ms = 1_767_225_600_000;
  #planned: Planned[] = [];

  wall(): WallTime {
    return WallTime(this.ms);
  }

  after(ms: number, then: () => void): () => void {
    const planned = { at: this.ms + ms, then };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== planned);
    };
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#planned.length;
  }

  /** Moves time, stopping at each timer that is due, in order; promises get their turn at each stop. */
  async advance(ms: number): Promise<void> {
    const until = this.ms + ms;
    await settled();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#planned = this.#planned.filter((other) => other !== next);
      this.ms = next.at;
      next.then();
      await settled();
    }
    this.ms = until;
  }

  #next(until: number): Planned | undefined {
    return this.#planned.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}

/** Lets every promise that can go on do so. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A few turns of the event loop, for what is on its way through a socket. */
export async function socketsToTurn(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settled();
}
