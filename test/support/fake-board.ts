/** A board without physics: it says what a test tells it to, and remembers what was asked of it. */
import type { BoardInputs, Outputs } from "#core/evse/types";
import { adcOfPilot, calibrationOfDivider } from "#core/pilot/calibration";
import type { BurstPlan, PilotBurst } from "#core/pilot/types";
import { Amps, Celsius, Instant, Millis, Volts, WattHours } from "#core/units/units";
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

type Call = "open" | "write" | "pulse" | "burst" | "read" | "makeSafe" | "close";

export class FakeBoard implements RawBoard {
  readonly kind = "raw";
  readonly name = "fake";
  /** What the pilot shows while it is steady high. */
  pilotV = Volts(12);
  inputs: BoardInputs = QUIET_INPUTS;
  outputs: Outputs | null = null;
  /** Set to make a call throw. */
  readonly broken = new Set<Call>();
  readonly calls: Call[] = [];
  readonly plans: BurstPlan[] = [];
  /** False when acquisitions never finish. */
  finishesBursts = true;
  readonly #clock: Clock;
  #burst: { readonly count: number; readonly endsAt: Instant; readonly outputs: Outputs | null } | null = null;

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
    this.outputs = outputs;
  }

  pulseLiveness(): void {
    this.#note("pulse");
  }

  startBurst(plan: BurstPlan): void {
    this.#note("burst");
    this.plans.push(plan);
    this.#burst = {
      count: plan.count,
      endsAt: Instant(this.#clock.now() + Millis((plan.count * plan.spacingUs) / 1000)),
      outputs: this.outputs,
    };
  }

  read(): BoardSnapshot {
    this.#note("read");
    return { burst: this.#finished(), inputs: { ...this.inputs, meterAt: this.#clock.now() } };
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
    const adcV = new Float64Array(burst.count).fill(adcOfPilot(CALIBRATION, this.pilotV));
    return { adcV, count: burst.count, endedAt: burst.endsAt, output: burst.outputs?.pilot ?? null };
  }
}
