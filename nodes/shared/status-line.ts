/** The line under a node. Each change travels to every open editor, so changes are few and repetitions none. */
import type { NodeStatus } from "./red.ts";
import type { Scheduler } from "./scheduler.ts";

/** Shortest time between two changes, ms. */
const SHORTEST = 500;

export class StatusLine {
  readonly #show: (status: NodeStatus) => void;
  readonly #scheduler: Scheduler;
  #shown = "";
  #next: NodeStatus | null = null;
  #resting = false;
  #cancelRest = (): void => {};

  constructor(show: (status: NodeStatus) => void, scheduler: Scheduler) {
    this.#show = show;
    this.#scheduler = scheduler;
  }

  /** Shows this now, or as soon as the line has rested; of several the newest. */
  set(status: NodeStatus): void {
    this.#next = status;
    if (!this.#resting) this.#flush();
  }

  /** The node is closed; what was to be shown is not. */
  close(): void {
    this.#next = null;
    this.#cancelRest();
  }

  #flush(): void {
    const next = this.#next;
    this.#next = null;
    if (next === null) return;
    const key = JSON.stringify(next);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#show(next);
    this.#resting = true;
    this.#cancelRest = this.#scheduler.after(SHORTEST, () => {
      this.#resting = false;
      this.#flush();
    });
  }
}
