/** What a simulated board is made of. */
import type { Clock } from "#ports/clock";
import type { AdcSpec } from "./adc.ts";
import type { CoilListener } from "./coil-witness.ts";
import type { ContactorSpec } from "./contactor.ts";
import type { DividerSpec } from "./divider.ts";
import type { HouseSpec } from "./house.ts";

/** What the board can sense beside the pilot; what is not fitted reads null. */
export interface Fitted {
  readonly gfci: boolean;
  readonly coilInhibit: boolean;
  readonly loadSide: boolean;
  readonly groundMonitor: boolean;
  readonly mainsVoltage: boolean;
  readonly meter: boolean;
  readonly temperature: boolean;
  readonly rails: boolean;
  readonly coilSupply: boolean;
  readonly pwmReadback: boolean;
  readonly ventilation: boolean;
  /** Socket outlets only. */
  readonly proximity: boolean;
}

/** A tethered charger with every sensor. */
export const FULLY_FITTED: Fitted = {
  gfci: true,
  coilInhibit: true,
  loadSide: true,
  groundMonitor: true,
  mainsVoltage: true,
  meter: true,
  temperature: true,
  rails: true,
  coilSupply: true,
  pwmReadback: true,
  ventilation: true,
  proximity: false,
};

/** How to make a board; what is left out is as usual. */
export interface SimulatedBoardOptions {
  readonly clock: Clock;
  /** The same seed and the same calls give the same samples. */
  readonly seed: number;
  readonly name?: string;
  /** Switched poles: 2 for split phase, 3 or 4 for three phases. Default 2. */
  readonly poles?: 1 | 2 | 3 | 4;
  readonly house?: Partial<HouseSpec>;
  /** Default: everything but proximity. */
  readonly fitted?: Partial<Fitted>;
  readonly contactor?: ContactorSpec;
  readonly adc?: Partial<AdcSpec>;
  readonly divider?: Partial<DividerSpec>;
  readonly livenessHoldMs?: number;
  readonly thermalTimeConstantMs?: number;
  /** The meter's register at the beginning, Wh. */
  readonly meterStartWh?: number;
  /** Hears liveness pulses and coil commands as they happen. */
  readonly listener?: CoilListener;
}
