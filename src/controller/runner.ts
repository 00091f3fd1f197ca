/** Runs the safety loop in real time: one timer, set anew after each loop for the beat that the loop keeps. */
import { between } from "#core/units/units";
import type { Clock } from "#ports/clock";
import type { SafetyLoop } from "./safety-loop.ts";

export class Runner {
  readonly #loop: SafetyLoop;
  readonly #clock: Clock;
  readonly #afterCycle: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param afterCycle what else is to be done once a loop, after the outputs were driven */
  constructor(loop: SafetyLoop, clock: Clock, afterCycle: () => void) {
    this.#loop = loop;
    this.#clock = clock;
    this.#afterCycle = afterCycle;
  }

  start(): void {
    this.#timer = setTimeout(
      () => {
        this.#loop.cycle();
        this.start();
        this.#afterCycle();
      },
      Math.max(1, between(this.#clock.now(), this.#loop.dueAt)),
    );
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
