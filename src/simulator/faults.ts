/** The faults that are active, with their values. */
import { SIM_FAULTS, type SimFault } from "./actions.ts";

/** Values of faults injected without one; the units are the fault's. */
const USUAL_VALUES: Partial<Readonly<Record<SimFault, number>>> = {
  pilotLevel: 7.5,
  positiveRailLow: 10,
  leakage: 30,
  leakageDc: 6,
  brownOut: 80,
  temperature: 60,
  currentWhileOpen: 2,
  adcStuck: 0,
  noise: 0.3,
  outliers: 5,
  hum: 1,
  holdError: 0.3,
  dutyError: 2,
  pilotFrequency: 950,
  proximity: 220,
};

/** A set of faults; injecting one again gives it another value. */
export class Faults {
  readonly #active = new Map<SimFault, number | undefined>();

  inject(fault: SimFault, value: number | undefined): void {
    this.#active.set(fault, value ?? USUAL_VALUES[fault]);
  }

  clear(fault: SimFault | "all"): void {
    if (fault === "all") this.#active.clear();
    else this.#active.delete(fault);
  }

  has(fault: SimFault): boolean {
    return this.#active.has(fault);
  }

  /** The value of an active fault; undefined when it is not active, or needs none. */
  value(fault: SimFault): number | undefined {
    return this.#active.get(fault);
  }

  /** In the order of the vocabulary. */
  get names(): readonly SimFault[] {
    return SIM_FAULTS.filter((fault) => this.#active.has(fault));
  }
}
