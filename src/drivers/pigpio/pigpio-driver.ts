/**
 * A Raspberry Pi's pins through npm `pigpio` in this very process, as a raw board. There is no daemon behind it: when the process dies,
 * pins keep their levels, and nothing but the one-shot opens the contactor.
 */
import { BrokenInvariant, DriverUnavailable } from "#core/errors";
import type { Outputs } from "#core/evse/types";
import type { BurstPlan, PilotCalibration } from "#core/pilot/types";
import { type BoardLayout, objectionsTo } from "#pi/layout";
import { objectionsWithoutDaemon } from "#pi/without-daemon";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";
import { isLoose, LOOSE_TEXT } from "../raspberry-pi.ts";
import { HeldBoard } from "./held-board.ts";

export interface PigpioOptions {
  readonly clock: Clock;
  readonly layout: BoardLayout;
  /** With it, both rails of the pilot are proven before anything is driven; left out, its levels say nothing. */
  readonly calibration?: PilotCalibration;
  /** Hears, in a sentence, what a person should know. */
  readonly tell?: (what: string) => void;
}

/** The library drives one board in a process. */
let isTaken = false;

export class PigpioBoard implements RawBoard {
  readonly kind = "raw";
  readonly name = "pigpio";
  readonly #options: PigpioOptions;
  #held: HeldBoard | null = null;
  /** Counts closings: a board that was closed while it was being opened is not open. */
  #closings = 0;

  constructor(options: PigpioOptions) {
    this.#options = options;
  }

  /** @throws DriverUnavailable saying in one line what is missing and what to do */
  async open(): Promise<void> {
    const { layout } = this.#options;
    if (isTaken) throw new DriverUnavailable("boardBusy", 'the board "pigpio" is already open in this process: close it first');
    const [objection] = [...objectionsTo(layout), ...objectionsWithoutDaemon(layout)];
    if (objection !== undefined) throw new DriverUnavailable("layoutInvalid", `The pins do not fit together: ${objection}.`);
    isTaken = true;
    const closings = this.#closings;
    try {
      const held = await HeldBoard.take(this.#options);
      if (closings !== this.#closings) {
        await held.release();
        throw new DriverUnavailable("boardBusy", 'the board "pigpio" was closed while it was being opened');
      }
      this.#held = held;
    } catch (error) {
      isTaken = false;
      throw error;
    }
    if (await isLoose()) this.#options.tell?.(LOOSE_TEXT);
  }

  write(outputs: Outputs): void {
    this.#mustBeOpen("write").drive(outputs);
  }

  pulseLiveness(): void {
    this.#mustBeOpen("pulseLiveness").feed();
  }

  startBurst(plan: BurstPlan): void {
    this.#mustBeOpen("startBurst").startBurst(plan);
  }

  read(): BoardSnapshot {
    return this.#mustBeOpen("read").read();
  }

  makeSafe(): void {
    this.#held?.makeSafe();
  }

  async close(): Promise<void> {
    this.#closings += 1;
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    try {
      await held.release();
    } finally {
      isTaken = false;
    }
  }

  /** Average spacing of the newest burst, µs; null before the first. */
  get spacingUs(): number | null {
    return this.#held?.spacingUs ?? null;
  }

  #mustBeOpen(call: string): HeldBoard {
    if (this.#held === null) throw new BrokenInvariant("boardNotOpen", `${call} on the board "pigpio", which is not open: open it first`);
    return this.#held;
  }
}

/** The board, not yet open. */
export const openPigpioDriver = (options: PigpioOptions): PigpioBoard => new PigpioBoard(options);
