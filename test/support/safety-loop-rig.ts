/** A safety loop on a board, a store and a clock that tests move by hand. */
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import type { EventMessage } from "#link/messages";
import { SafetyLoop, type SafetyLoopOptions } from "../../src/controller/safety-loop.ts";
import { CALIBRATION, FakeBoard } from "./fake-board.ts";
import { FakeSafetyStore } from "./fake-safety-store.ts";
import { ManualClock } from "./manual-clock.ts";

export class SafetyLoopRig {
  readonly clock = new ManualClock();
  readonly board = new FakeBoard(this.clock);
  readonly store = new FakeSafetyStore();
  readonly events: EventMessage[] = [];

  /** Another loop on the same board and store, as after a restart. */
  makeLoop(other: Partial<SafetyLoopOptions> = {}): SafetyLoop {
    const { board, clock, store } = this;
    let ids = 0;
    return new SafetyLoop({
      ...{ board, clock, store, config: DEFAULT_EVSE_CONFIG, charger: "bay", calibration: CALIBRATION },
      random: () => 0,
      newId: () => {
        ids += 1;
        return `id-${ids}`;
      },
      onEvent: (event) => this.events.push(event),
      ...other,
    });
  }

  /** Runs loops for `ms`, each exactly when it is due. */
  run(loop: SafetyLoop, ms: number): void {
    const end = this.clock.ms + ms;
    while (loop.dueAt <= end) {
      this.clock.ms = loop.dueAt;
      loop.cycle();
    }
    this.clock.ms = end;
  }
}
