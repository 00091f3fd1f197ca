/** A simulated board on a clock that tests move, driven as a safety loop drives it, and looked at from outside. */
import type { BoardInputs, Outputs } from "#core/evse/types";
import { type PilotBurst, type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent, Instant, WallTime } from "#core/units/units";
import type { Clock } from "#ports/clock";
import type { CarPreset, CarSpec, SimFault, SimTruth } from "#simulator/actions";
import { SimulatedBoard } from "#simulator/board";
import type { SimulatedBoardOptions } from "#simulator/board-options";
import { SAFE_OUTPUTS } from "#simulator/outputs";

export class MovedClock implements Clock {
  ms: number;

  constructor(ms = 0) {
    this.ms = ms;
  }

  now(): Instant {
    return Instant(this.ms);
  }

  wall(): WallTime {
    return WallTime(1_800_000_000_000 + this.ms);
  }
}

export const LOOP_MS = 12;
const BURST = { count: 256, spacingUs: 41 };

export const pwm = (dutyPercent: number): PilotOutput => ({ kind: "pwm", dutyPercent: DutyPercent(dutyPercent) });
/** The duty that offers a current of up to 51 A. */
export const offering = (amps: number): PilotOutput => pwm(amps / 0.6);

/** Pilot volts of an ADC reading at a divider of 200k, 100k and 56k from 5.00 V. */
export const pilotV = (adcV: number): number => 200_000 * (adcV * 32.857e-6 - 5 / 56_000);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** What a burst shows, by the plainest means: the medians of what lies above and below its middle. */
export function plateaus(burst: PilotBurst): { readonly highV: number; readonly lowV: number; readonly dutyPercent: number } {
  const volts = Array.from(burst.adcV.subarray(0, burst.count), pilotV);
  const middle = (Math.max(...volts) + Math.min(...volts)) / 2;
  const high = volts.filter((v) => v >= middle);
  const low = volts.filter((v) => v <= middle);
  return { highV: median(high), lowV: median(low), dutyPercent: (100 * high.length) / burst.count };
}

export class SimulatedCharger {
  readonly clock: MovedClock;
  readonly board: SimulatedBoard;
  /** What is driven from the next cycle on. */
  outputs: Outputs = SAFE_OUTPUTS;
  /** Closes the contactor while the car asks, as a charger without any rules would. */
  obeysCar = false;

  private constructor(options: Partial<SimulatedBoardOptions>) {
    this.clock = new MovedClock();
    this.board = new SimulatedBoard({ clock: this.clock, seed: 7, ...options });
  }

  static async open(options: Partial<SimulatedBoardOptions> = {}): Promise<SimulatedCharger> {
    const charger = new SimulatedCharger(options);
    await charger.board.open();
    return charger;
  }

  get truth(): SimTruth {
    return this.board.truth();
  }

  get inputs(): BoardInputs {
    return this.board.read().inputs;
  }

  plug(car: Partial<CarSpec> = {}, preset: CarPreset = "polite"): void {
    this.board.apply({ do: "plug", preset, car });
  }

  unplug(): void {
    this.board.apply({ do: "unplug" });
  }

  inject(fault: SimFault, value?: number): void {
    this.board.apply({ do: "inject", fault, ...(value === undefined ? {} : { value }) });
  }

  clear(fault: SimFault | "all"): void {
    this.board.apply({ do: "clear", fault });
  }

  drive(outputs: Partial<Outputs>): void {
    this.outputs = { ...this.outputs, ...outputs };
    this.board.write(this.outputs);
  }

  offer(amps: number): void {
    this.drive({ pilot: offering(amps) });
  }

  x1(): void {
    this.drive({ pilot: STEADY_HIGH });
  }

  stateF(): void {
    this.drive({ pilot: STEADY_LOW });
  }

  /** Lets time pass in small steps with a live loop. */
  pass(ms: number, stepMs = LOOP_MS): void {
    const end = this.clock.ms + ms;
    while (this.clock.ms < end) {
      this.#live();
      this.clock.ms = Math.min(end, this.clock.ms + stepMs);
    }
    this.#live();
  }

  /** Lets time pass until something is so. @returns how long it took, ms. @throws when it never was */
  until(what: (truth: SimTruth) => boolean, withinMs: number, stepMs = 1): number {
    const start = this.clock.ms;
    while (!what(this.truth)) {
      if (this.clock.ms - start >= withinMs) throw new Error(`it was not so within ${withinMs} ms: ${what.toString()}`);
      this.pass(stepMs, stepMs);
    }
    return this.clock.ms - start;
  }

  /** Takes one burst and lets the time pass that it needs. */
  burst(plan = BURST): PilotBurst {
    this.#live();
    this.board.startBurst(plan);
    this.pass(Math.ceil((plan.count * plan.spacingUs) / 1000) + 1, 1);
    const { burst } = this.board.read();
    if (burst === null) throw new Error("the burst did not finish");
    return burst;
  }

  /** High and low plateau of the pilot as the ADC shows them. */
  pilot(): ReturnType<typeof plateaus> {
    return plateaus(this.burst());
  }

  /** The pilot at this very moment: eight samples within 70 us. */
  pilotAt(): ReturnType<typeof plateaus> {
    return plateaus(this.burst({ count: 8, spacingUs: 10 }));
  }

  /** Plugs in, offers, closes and waits until the car has drawn what it wants for a while. */
  charge(amps: number, car: Partial<CarSpec> = {}, preset: CarPreset = "polite"): void {
    this.obeysCar = true;
    this.plug({ decideMs: 500, startCurrentMs: 500, rampUpAps: 20, ...car }, preset);
    this.pass(100);
    this.offer(amps);
    this.pass(5000);
  }

  #live(): void {
    this.board.pulseLiveness();
    if (this.obeysCar) {
      const coil = this.board.truth().s2Closed;
      if (coil !== this.outputs.coil) this.drive({ coil });
    }
  }
}
