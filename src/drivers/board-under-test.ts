/** A raw board on the test bench: the board, its time, and who watches it from outside. */
import type { Instant } from "#core/units/units";
import type { RawBoard } from "#ports/board";

/** Inputs that read null where nothing is fitted. */
export type Sense =
  | "gfciTripped"
  | "coilInhibited"
  | "loadSide"
  | "groundPresent"
  | "mainsV"
  | "currentA"
  | "energyWh"
  | "temperatureC"
  | "railHighV"
  | "railLowV"
  | "coilSupplyPercent"
  | "pwm"
  | "ventilationOk"
  | "proximityOhms";

/** What a board can do, and what somebody watches. */
export interface BoardCapabilities {
  /** Someone outside sees whether the coil has current. */
  readonly coilObserved: boolean;
  /** A one-shot in hardware lets the coil have current only while pulses come (WD-01). */
  readonly livenessGate: boolean;
  /** The ADC sees the pilot that the board drives. */
  readonly pilotSense: boolean;
  /** A test winding trips the ground-fault latch, and the reset input clears it. */
  readonly gfciSelfTest: boolean;
  /** Which inputs are fitted. */
  readonly senses: Readonly<Record<Sense, boolean>>;
  /** How far the spacing of samples may be off, percent. */
  readonly spacingTolerancePercent: number;
  /** After this long every fitted sense has answered, ms. */
  readonly sensesWithinMs: number;
}

/** Moves the time of the board: a clock in a simulation, the real one on hardware. */
export interface BoardTime {
  /** It passes by itself, and a busy machine may hold any trial up; left out, it is moved, and nothing is tried twice. */
  readonly isReal?: boolean;
  now(): Instant;
  pass(ms: number): Promise<void>;
}

/** A board on the test bench. */
export interface BoardUnderTest {
  readonly board: RawBoard;
  readonly time: BoardTime;
  /** Pilot volts of an ADC reading. */
  pilotV(adcV: number): number;
  /** Whether the coil has current, seen from outside; only asked where `coilObserved`. */
  coilEnergised(): boolean | Promise<boolean>;
  /** Gives back what the test took, whatever state the board is in. */
  dispose(): Promise<void>;
}
