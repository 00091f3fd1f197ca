/** The energy meter in the charger: answers twice a second, or not as it should. */
import type { Amps, Instant, WattHours } from "#core/units/units";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";

/** How often the charger asks it. */
export const METER_PERIOD_MS = 500;

/** Its noise, as a share of the current. */
const NOISE = 0.002;
const STEPS_PER_AMP = 100;

/** What the charger has of the meter: its last answer, and when it came. */
export interface MeterAnswer {
  readonly currentA: Amps | null;
  readonly energyWh: WattHours | null;
  readonly at: Instant | null;
}

/** Polled from outside; keeps its last answer. */
export class Meter {
  readonly #random: Random;
  readonly #startWh: number;
  #answer: MeterAnswer = { currentA: null, energyWh: null, at: null };

  /** @param startWh its register at the beginning */
  constructor(random: Random, startWh = 0) {
    this.#random = random;
    this.#startWh = startWh;
  }

  get answer(): MeterAnswer {
    return this.#answer;
  }

  /** Answers a poll. @param drawA a phase @param takenWh since the beginning */
  poll(drawA: number, takenWh: number, contactsClosed: boolean, faults: Faults, at: Instant): void {
    const noisyA = drawA * (1 + NOISE * this.#random.gaussian());
    const answer = this.#answer;
    const dumb = faults.has("meterSilent") || faults.has("meterNaN") || faults.has("mainsLost");
    if (dumb) this.#answer = { currentA: null, energyWh: null, at: answer.at };
    else if (faults.has("meterFrozen") && answer.currentA !== null) this.#answer = { ...answer, at };
    else {
      const phantomA = contactsClosed ? 0 : (faults.value("currentWhileOpen") ?? 0);
      const factor = faults.has("meterTimesTen") ? 10 : 1;
      this.#answer = {
        currentA: (Math.round(Math.max(noisyA, phantomA) * factor * STEPS_PER_AMP) / STEPS_PER_AMP) as Amps,
        energyWh: Math.floor(this.#startWh + takenWh) as WattHours,
        at,
      };
    }
  }
}
