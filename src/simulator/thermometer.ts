/** The temperature inside the charger: follows its surroundings slowly, warmed by the current. */
import type { Celsius } from "#core/units/units";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";

/** Around the charger unless a fault says otherwise. */
export const AMBIENT_C = 25;
/** How slowly the inside follows. */
export const THERMAL_TIME_CONSTANT_MS = 120_000;
/** Warmer by this when the largest current flows for long. */
const RISE_C = 15;
const RISE_AT_A = 80;
const NOISE_C = 0.05;

/** Measured from outside; keeps its last reading. */
export class Thermometer {
  readonly #random: Random;
  readonly #timeConstantMs: number;
  #insideC = AMBIENT_C;
  #measuredAt: number;
  #readingC: Celsius | null = AMBIENT_C as Celsius;

  constructor(random: Random, startedAt: number, timeConstantMs = THERMAL_TIME_CONSTANT_MS) {
    this.#random = random;
    this.#measuredAt = startedAt;
    this.#timeConstantMs = timeConstantMs;
  }

  /** Null when the sensor is open. */
  get readingC(): Celsius | null {
    return this.#readingC;
  }

  measure(drawA: number, faults: Faults, at: number): void {
    const towardC = (faults.value("temperature") ?? AMBIENT_C) + RISE_C * (drawA / RISE_AT_A) ** 2;
    this.#insideC = towardC + (this.#insideC - towardC) * Math.exp((this.#measuredAt - at) / this.#timeConstantMs);
    this.#measuredAt = at;
    const sensedC = this.#insideC + NOISE_C * this.#random.gaussian();
    if (faults.has("temperatureSensorOpen")) this.#readingC = null;
    else if (!faults.has("temperatureSensorFrozen") || this.#readingC === null) this.#readingC = sensedC as Celsius;
  }
}
