/** The house behind the charger: mains, its own consumption, its roof. */

/** What the house is like. */
export interface HouseSpec {
  /** Volts across what the charger switches, the same on each phase. */
  readonly mainsV: number;
  readonly loadW: number;
  /** Produced all the time, or at noon of a clear day. */
  readonly pvW: number;
  /** "constant", or a clear day: nothing at night, a half-wave from sunrise to sunset. */
  readonly sun: "constant" | "clearDay";
  /** Time of day at the beginning of the simulation, hours. */
  readonly startHour: number;
}

/** A small house without a roof of its own, in the morning. */
export const HOUSE: HouseSpec = { mainsV: 240, loadW: 500, pvW: 0, sun: "constant", startHour: 8 };

const SUNRISE_HOUR = 6;
const SUNSET_HOUR = 18;
const HOUR_MS = 3_600_000;

/** The house, which only ever changes when told. */
export class House {
  #spec: HouseSpec;
  readonly #startedAt: number;

  constructor(spec: Partial<HouseSpec>, startedAt: number) {
    this.#spec = { ...HOUSE, ...spec };
    this.#startedAt = startedAt;
  }

  get mainsV(): number {
    return this.#spec.mainsV;
  }

  get loadW(): number {
    return this.#spec.loadW;
  }

  change({ mainsV, loadW, pvW }: { readonly mainsV?: number; readonly loadW?: number; readonly pvW?: number }): void {
    const spec = this.#spec;
    this.#spec = { ...spec, mainsV: mainsV ?? spec.mainsV, loadW: loadW ?? spec.loadW, pvW: pvW ?? spec.pvW };
  }

  pvW(at: number): number {
    if (this.#spec.sun === "constant") return this.#spec.pvW;
    const hour = (this.#spec.startHour + (at - this.#startedAt) / HOUR_MS) % 24;
    return this.#spec.pvW * Math.max(0, Math.sin((Math.PI * (hour - SUNRISE_HOUR)) / (SUNSET_HOUR - SUNRISE_HOUR)));
  }

  /** Power from the grid, negative when feeding in. @param chargingW what the car takes */
  gridW(chargingW: number, at: number): number {
    return this.#spec.loadW + chargingW - this.pvW(at);
  }
}
