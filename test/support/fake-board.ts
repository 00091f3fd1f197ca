/** A board without physics: it says what a test tells it to, remembers what was asked of it, and has a ground-fault latch that works. */
import { isDeepStrictEqual } from "node:util";
import type { BoardInputs, Outputs } from "#core/evse/types";
import { adcOfPilot, calibrationOfDivider } from "#core/pilot/calibration";
import type { BurstPlan, PilotBurst, PilotOutput } from "#core/pilot/types";
import { Amps, after, Celsius, Instant, Millis, Volts, WattHours } from "#core/units/units";
import type { BoardSnapshot, RawBoard } from "#ports/board";
import type { Clock } from "#ports/clock";

export const QUIET_INPUTS: BoardInputs = {
  gfciTripped: false,
  gfciDc: false,
  coilInhibited: false,
  loadSide: [false, false],
  groundPresent: true,
  mainsV: Volts(240),
  currentA: Amps(0),
  energyWh: WattHours(0),
  meterAt: Instant(0),
  temperatureC: Celsius(20),
  railHighV: Volts(12),
  railLowV: Volts(-12),
  coilSupplyPercent: 100,
  pwm: null,
  ventilationOk: false,
  emergencyStop: false,
  proximityOhms: null,
};

export const CALIBRATION = calibrationOfDivider();
const LOW = Volts(-12);

type Call = "open" | "write" | "pulse" | "burst" | "read" | "makeSafe" | "close";

export class FakeBoard implements RawBoard {
  readonly kind = "raw";
  readonly name = "fake";
  /** High level of the pilot; the low level of a PWM is −12 V. */
  pilotHighV = Volts(12);
  inputs: BoardInputs = QUIET_INPUTS;
  outputs: Outputs | null = null;
  /** Set to make a call throw. */
  readonly broken = new Set<Call>();
  readonly calls: Call[] = [];
  readonly plans: BurstPlan[] = [];
  /** False when acquisitions never finish. */
  finishesBursts = true;
  readonly #clock: Clock;
  #tripped = false;
  #burst: { readonly plan: BurstPlan; readonly endsAt: Instant; readonly output: PilotOutput | null } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(call: Call): number {
    return this.calls.filter((made) => made === call).length;
  }

  async open(): Promise<void> {
    this.#note("open");
  }

  write(outputs: Outputs): void {
    this.#note("write");
    if (this.#burst !== null && !isDeepStrictEqual(this.#burst.output, outputs.pilot)) this.#burst = { ...this.#burst, output: null };
    this.outputs = outputs;
    if (outputs.gfciTest) this.#tripped = true;
    if (outputs.gfciReset) this.#tripped = false;
  }

  pulseLiveness(): void {
    this.#note("pulse");
  }

  startBurst(plan: BurstPlan): void {
    this.#note("burst");
    this.plans.push(plan);
    const endsAt = after(this.#clock.now(), Millis((plan.count * plan.spacingUs) / 1000));
    this.#burst = { plan, endsAt, output: this.outputs?.pilot ?? null };
  }

  read(): BoardSnapshot {
    this.#note("read");
    const latch = this.#tripped ? { gfciTripped: true, coilInhibited: true } : {};
    return { burst: this.#finished(), inputs: { ...this.inputs, meterAt: this.#clock.now(), ...latch } };
  }

  makeSafe(): void {
    this.calls.push("makeSafe");
    this.outputs = null;
  }

  async close(): Promise<void> {
    this.#note("close");
  }

  #note(call: Call): void {
    this.calls.push(call);
    if (this.broken.has(call)) throw new Error(`${call} is broken`);
  }

  #finished(): PilotBurst | null {
    const burst = this.#burst;
    if (burst === null || !this.finishesBursts || burst.endsAt > this.#clock.now()) return null;
    this.#burst = null;
    const { plan, output, endsAt } = burst;
    const highShare = output?.kind === "pwm" ? output.dutyPercent / 100 : output?.kind === "steadyLow" ? 0 : 1;
    const adcV = new Float64Array(plan.count);
    for (let sample = 0; sample < plan.count; sample += 1) {
      const phase = ((sample * plan.spacingUs) / 1000) % 1;
      adcV[sample] = adcOfPilot(CALIBRATION, phase < highShare ? this.pilotHighV : LOW);
    }
    return { adcV, count: plan.count, endedAt: endsAt, output };
  }
}
