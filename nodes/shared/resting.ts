/** What nodes leave behind for themselves between two deployments: a full one closes and re-creates every node. */
import { Minutes } from "#core/units/units";
import type { Scheduler } from "./scheduler.ts";

/** A deployment takes less. Who has not come back by then is gone, also where Node-RED never said so: nodes of a deleted subflow. */
export const LONGEST_DEPLOYMENT = Minutes(1);

interface Left<M> {
  readonly to: string;
  readonly memory: M;
  readonly cancel: () => void;
}

export class Resting<M> {
  readonly #left = new Map<string, Left<M>>();
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** @param to what the node must still be when it comes back, such as its settings */
  leave(id: string, to: string, memory: M): void {
    this.#forget(id);
    const cancel = this.#scheduler.after(LONGEST_DEPLOYMENT, () => this.#left.delete(id));
    this.#left.set(id, { to, memory, cancel });
  }

  /** Null when nothing was left, or to another, or too long ago. It can be taken once. */
  take(id: string, to: string): M | null {
    const left = this.#left.get(id);
    this.#forget(id);
    return left?.to === to ? left.memory : null;
  }

  #forget(id: string): void {
    this.#left.get(id)?.cancel();
    this.#left.delete(id);
  }
}
