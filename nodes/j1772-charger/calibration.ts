/**
 * A calibration that a person does in the charger's form. The charger's controller is stopped for it and started again after it; in
 * between a process of its own has the pins, which can drive nothing but the pilot, and ends by itself when nobody answers.
 */
import { randomUUID } from "node:crypto";
import { ConfigError, MessageError } from "#core/errors";
import type { StatusMessage } from "#link/messages";
import type { Scheduler } from "../shared/scheduler.ts";

/** A form that has not asked for so long is closed, ms. */
const FORM_GONE_AFTER = 30_000;
/** An answer waits so long for news, so that no connection is silent for ever, ms. */
const NEWS_WITHIN = 20_000;
/** Phases in which nothing is plugged in, or nothing could be charged. */
const FREE_PHASES: readonly StatusMessage["phase"][] = ["selfTest", "notConnected", "faulted"];

/** A process that calibrates: tells steps, takes answers. */
export interface Calibrator {
  /** One JSON object a line. */
  onLine(hear: (line: string) => void): void;
  /** Called once, when it has ended, with what it said last where that was no step. */
  onEnd(hear: (lastWords: string) => void): void;
  say(line: string): void;
  /** Hangs up; it makes everything safe and ends. */
  hangUp(): void;
}

export interface CalibrationNews {
  /** Steps from the one that was asked for on. */
  readonly steps: readonly unknown[];
  /** What to ask for next. */
  readonly next: number;
  readonly over: boolean;
}

class Calibration {
  readonly token = randomUUID();
  readonly #calibrator: Calibrator;
  readonly #scheduler: Scheduler;
  readonly #steps: unknown[] = [];
  readonly #waiting = new Set<() => void>();
  isOver = false;
  #cancelPatience = (): void => {};

  constructor(calibrator: Calibrator, scheduler: Scheduler, onOver: () => void) {
    this.#calibrator = calibrator;
    this.#scheduler = scheduler;
    calibrator.onLine((line) => this.#hear(line));
    calibrator.onEnd((lastWords) => {
      this.#cancelPatience();
      this.isOver = true;
      if (!this.#steps.some(isLast)) this.#steps.push({ step: "failed", message: lastWords });
      onOver();
      this.#wake();
    });
    this.#expectForm();
  }

  answer(volts: number): void {
    this.#expectForm();
    this.#calibrator.say(JSON.stringify({ volts }));
  }

  hangUp(): void {
    if (!this.isOver) this.#calibrator.hangUp();
  }

  /** What is new from step `from` on, now or when there is any. */
  async news(from: number): Promise<CalibrationNews> {
    this.#expectForm();
    if (this.#steps.length <= from && !this.isOver) {
      await new Promise<void>((resolve) => {
        const cancel = this.#scheduler.after(NEWS_WITHIN, () => this.#wake());
        this.#waiting.add(() => {
          cancel();
          resolve();
        });
      });
    }
    return { steps: this.#steps.slice(from), next: this.#steps.length, over: this.isOver };
  }

  #hear(line: string): void {
    try {
      this.#steps.push(JSON.parse(line));
    } catch {
      return;
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #expectForm(): void {
    this.#cancelPatience();
    if (!this.isOver) this.#cancelPatience = this.#scheduler.after(FORM_GONE_AFTER, () => this.hangUp());
  }
}

const isLast = (step: unknown): boolean =>
  typeof step === "object" && step !== null && "step" in step && (step.step === "result" || step.step === "failed");

export interface CalibrationsOptions<Form> {
  readonly scheduler: Scheduler;
  /** What the charger with this id says of itself; null where there is none, or it does not answer. */
  readonly statusOf: (id: string) => StatusMessage | null;
  /** Stops the charger's controller and keeps it stopped until the returned function is called. Resolves when it is gone. */
  readonly hold: (id: string) => Promise<() => void>;
  /** Starts a process for the hardware in a form. @throws ConfigError naming the field that is wrong */
  readonly start: (id: string, form: Form) => Calibrator;
  /** Checks the form before anything is stopped. @throws ConfigError */
  readonly check: (form: Form) => void;
}

/** The newest of each charger, by its id; one at a time goes on. What is over is kept until the next, so that its end can be heard. */
export class Calibrations<Form> {
  readonly #options: CalibrationsOptions<Form>;
  readonly #newest = new Map<string, Calibration>();
  readonly #beginning = new Set<string>();

  constructor(options: CalibrationsOptions<Form>) {
    this.#options = options;
  }

  /** @returns a token that the form needs from now on. @throws ConfigError for the form, MessageError `busy` or `plugged` */
  async begin(id: string, form: Form): Promise<string> {
    const { check, statusOf } = this.#options;
    check(form);
    if (this.#beginning.has(id) || this.#newest.get(id)?.isOver === false)
      throw new MessageError("busy", "This charger is being calibrated already; end that first, or wait a minute.");
    const status = statusOf(id);
    if (status !== null && !FREE_PHASES.includes(status.phase))
      throw new MessageError("plugged", `Expected a charger with no car, this one is "${status.phase}": unplug the car first.`);
    this.#beginning.add(id);
    try {
      const calibration = await this.#started(id, form);
      this.#newest.set(id, calibration);
      return calibration.token;
    } finally {
      this.#beginning.delete(id);
    }
  }

  /** @throws MessageError `gone` for a token that is not this charger's any more */
  news(id: string, token: string, from: number): Promise<CalibrationNews> {
    return this.#ofToken(id, token).news(from);
  }

  answer(id: string, token: string, volts: number): void {
    this.#ofToken(id, token).answer(volts);
  }

  /** Ends it, whoever began it. */
  end(id: string): void {
    this.#newest.get(id)?.hangUp();
  }

  async #started(id: string, form: Form): Promise<Calibration> {
    const { hold, start, scheduler } = this.#options;
    const release = await hold(id);
    try {
      return new Calibration(start(id, form), scheduler, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  #ofToken(id: string, token: string): Calibration {
    const calibration = this.#newest.get(id);
    if (calibration?.token !== token) throw new MessageError("gone", "This calibration is over; begin again.");
    return calibration;
  }
}

/** What HTTP calls an error of a calibration. */
export const statusCodeOf = (error: unknown): number => {
  if (error instanceof ConfigError) return 400;
  if (error instanceof MessageError) return error.code === "gone" ? 410 : 409;
  return 500;
};
