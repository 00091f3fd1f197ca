/**
 * A board whose pilot is measured and whose contactor nobody can close: every output but the pilot is what it is at rest, by type and by
 * construction. The loop feeds one-shot and dead-man as a controller does, because without a live loop the hardware keeps the pilot high.
 */
import { DriverUnavailable } from "#core/errors";
import { SAFE_OUTPUTS } from "#core/evse/gate";
import type { BoardInputs } from "#core/evse/types";
import { burstPlanFor } from "#core/pilot/plan";
import { type PilotOutput, STEADY_HIGH } from "#core/pilot/types";
import { DutyPercent, type Instant, Millis } from "#core/units/units";
import type { Objection, Why } from "#pi/calibration";
import type { RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";

const LOOP_PERIOD = Millis(12);
/** A burst that has not come by then never will; another is started. */
const BURST_LOST = Millis(60);
/** Line, driver and pipeline have settled this long after a change of the pilot. */
const SETTLED_AFTER = Millis(150);
/** A board that shows nothing for so long has nothing to show. */
const SILENT_AFTER = Millis(3_000);
/** Steady pilots are sampled as closely as a PWM, for the noise on them. */
const CLOSE_LOOK: PilotOutput = { kind: "pwm", dutyPercent: DutyPercent(50) };

/** Hears each settled burst; its samples are its own. */
export type BurstListener = (samples: Float64Array, endedAt: Instant) => void;

export class PilotBench {
  readonly #board: RawBoard;
  readonly #clock: Clock;
  #pilot: PilotOutput = STEADY_HIGH;
  #pilotSince: Instant;
  #burstAt: Instant | null = null;
  #bursts = 0;
  #inputs: BoardInputs | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #listeners = new Set<BurstListener>();

  constructor(board: RawBoard, clock: Clock) {
    this.#board = board;
    this.#clock = clock;
    this.#pilotSince = clock.now();
  }

  /** @throws DriverUnavailable */
  async open(): Promise<void> {
    await this.#board.open();
    this.#pilotSince = this.#clock.now();
    this.#turn();
  }

  /** What the board senses beside the pilot; null before the first look. */
  get inputs(): BoardInputs | null {
    return this.#inputs;
  }

  drive(pilot: PilotOutput): void {
    this.#pilot = pilot;
    this.#pilotSince = this.#clock.now();
  }

  /** The next `count` settled bursts; fewer when the board falls silent. */
  bursts(count: number): Promise<readonly Float64Array[]> {
    return new Promise((resolve) => {
      const taken: Float64Array[] = [];
      const done = (): void => {
        clearTimeout(patience);
        stop();
        resolve(taken);
      };
      const stop = this.listen((samples) => {
        taken.push(samples);
        if (taken.length === count) done();
        else patience.refresh();
      });
      // A bench that was closed has nothing to wait for.
      const patience = setTimeout(done, SILENT_AFTER).unref();
    });
  }

  /** @returns ends it */
  listen(listener: BurstListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Synchronous, for whatever ends the process. */
  makeSafe(): void {
    this.#stop();
    this.#board.makeSafe();
  }

  /** Pilot high, everything else as it was all along, and the pins given back. */
  async close(): Promise<void> {
    this.#stop();
    await this.#board.close();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #turn(): void {
    this.#timer = setTimeout(() => this.#turn(), LOOP_PERIOD);
    const board = this.#board;
    const now = this.#clock.now();
    const { burst, inputs } = board.read();
    this.#inputs = inputs;
    if (burst !== null) {
      this.#burstAt = null;
      const isSettled = burst.output !== null && burst.output.kind === this.#pilot.kind;
      if (isSettled && burst.endedAt - this.#pilotSince > SETTLED_AFTER) {
        const samples = burst.adcV.slice(0, burst.count);
        for (const listener of [...this.#listeners]) listener(samples, burst.endedAt);
      }
    }
    board.write({ ...SAFE_OUTPUTS, pilot: this.#pilot });
    board.pulseLiveness();
    if (this.#burstAt !== null && now - this.#burstAt < BURST_LOST) return;
    this.#burstAt = now;
    this.#bursts += 1;
    board.startBurst(burstPlanFor(this.#pilot.kind === "pwm" ? this.#pilot : CLOSE_LOOK, this.#bursts));
  }
}

/** A refusal of the procedure itself: what was expected, what came, what to do. */
export class CalibrationRefused extends DriverUnavailable {
  readonly why: Why;

  constructor({ why, what }: Objection, cause?: unknown) {
    super("calibrationRefused", sentence(what), { cause });
    this.why = why;
  }
}

export const sentence = (what: string): string => `${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
