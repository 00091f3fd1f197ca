/** One charger with its car, brought to charging in no time at all, then let run in real time for one trial. */

import { LOOP_PERIOD, SafetyLoop } from "#controller/safety-loop";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { calibrationOfDivider } from "#core/pilot/calibration";
import { Instant, Volts } from "#core/units/units";
import type { SafetyStore } from "#ports/safety-store";
import { SimulatedBoard } from "#simulator/board";
import { EVENTS, type EventName } from "./events.ts";
import { TrialClock } from "./trial-clock.ts";

/** A charger that is not charging by then never will be, ms. */
const CHARGING_WITHIN = 30_000;
/** A car in a hurry, so that a trial begins soon. Nothing in the charger is hurried. */
const CAR = { plugBounceMs: 0, decideMs: 300, startCurrentMs: 500, rampUpAps: 1_000 };

export interface Reaction {
  readonly event: EventName;
  /** Event to coil command off, ms on the board's own clock. */
  readonly coilOffMs: number;
  /** Event to coil without current, by command or by a gate in hardware, ms; negative when a gate was faster than the event. */
  readonly releasedMs: number;
}

/** A disk would make chargers that share a process wait for each other, which real ones do not. */
const forgetful: SafetyStore = { load: () => null, save: () => undefined };

export class Stage {
  readonly clock = new TrialClock();
  readonly loop: SafetyLoop;
  readonly #board: SimulatedBoard;
  #event: EventName | null = null;
  #happensAt = 0;

  private constructor(seed: number) {
    this.#board = new SimulatedBoard({ clock: this.clock, seed });
    let ids = 0;
    this.loop = new SafetyLoop({
      board: this.#board,
      clock: this.clock,
      store: forgetful,
      config: DEFAULT_EVSE_CONFIG,
      charger: "bench",
      calibration: calibrationOfDivider({ vcc: Volts(5) }),
      random: () => 0,
      newId: () => {
        ids += 1;
        return String(ids);
      },
      onEvent: () => undefined,
    });
  }

  /** Plugs in and charges, in simulated time. @throws Error when the charger does not come to charging. */
  static async charging(seed: number): Promise<Stage> {
    const stage = new Stage(seed);
    await stage.#board.open();
    stage.loop.start();
    stage.loop.command({ command: "limit", limitA: 32, validForMs: 3_600_000 });
    stage.#board.apply({ do: "plug", car: CAR });
    for (let at = 0; at < CHARGING_WITHIN; at += LOOP_PERIOD) {
      stage.clock.advanceTo(at);
      stage.loop.cycle();
      if (at % 240 === 0 && stage.loop.status().phase === "charging" && stage.#board.truth().drawA > 6) {
        return stage;
      }
    }
    const { phase, faults } = stage.loop.status();
    throw new Error(`expected a charging charger, got phase "${phase}" with faults ${JSON.stringify(faults.map(({ name }) => name))}`);
  }

  /** Real time from now on; `event` happens `afterMs` from now, however late this process then runs. */
  begin(event: EventName, afterMs: number): void {
    this.clock.run();
    this.#event = event;
    this.#happensAt = this.clock.now() + afterMs;
    this.#board.apply(EVENTS[event], Instant(this.#happensAt));
  }

  /**
   * The reaction, once the coil is off; null until then.
   * "spoiled" when the coil command was off before the event: the loop had been so late that it opened by itself (F-31).
   */
  reaction(): Reaction | "spoiled" | null {
    if (this.#event === null || this.clock.now() < this.#happensAt) {
      return null;
    }
    const { coil, coilEnergised, marks } = this.#board.truth();
    const { coilOffAt, coilReleasedAt } = marks;
    if (coil || coilEnergised || coilOffAt === null || coilReleasedAt === null) {
      return null;
    }
    if (coilOffAt < this.#happensAt) {
      return "spoiled";
    }
    return { event: this.#event, coilOffMs: coilOffAt - this.#happensAt, releasedMs: coilReleasedAt - this.#happensAt };
  }
}
