/** The divider from the pilot to the ADC: 200 kΩ from the pilot, 100 kΩ to ground, 56 kΩ up to Vcc. */
import { Volts } from "#core/units/units";

/** Its resistors, and the supply of the upper one. */
export interface DividerSpec {
  readonly pilotOhm: number;
  readonly groundOhm: number;
  readonly supplyOhm: number;
  readonly supplyV: number;
}

/** The usual divider at exactly 5 V. */
export const DIVIDER: DividerSpec = { pilotOhm: 200_000, groundOhm: 100_000, supplyOhm: 56_000, supplyV: 5 };

/** Straight line from pilot volts to ADC volts, and what the divider draws from the pilot. */
export class Divider {
  /** ADC volts per pilot volt. */
  readonly slope: number;
  /** ADC volts at 0 V of pilot. */
  readonly offsetV: number;
  /** Its load on the pilot, seen as a resistance to a voltage. */
  readonly loadSiemens: number;
  readonly loadV: number;

  constructor(spec: DividerSpec = DIVIDER) {
    const down = 1 / spec.groundOhm + 1 / spec.supplyOhm;
    const fed = spec.supplyV / spec.supplyOhm;
    const node = 1 / spec.pilotOhm + down;
    this.slope = 1 / spec.pilotOhm / node;
    this.offsetV = fed / node;
    this.loadV = fed / down;
    this.loadSiemens = 1 / (spec.pilotOhm + 1 / down);
  }

  adcV(pilotV: number): Volts {
    return Volts(pilotV * this.slope + this.offsetV);
  }
}
