/** The safety machine's vocabulary: what happens to it, what it asks for, what it says. */
import type { EvseConfig } from "#core/evse/config";
import type { FaultName, Latching, Severity } from "#core/evse/faults";
import type { PilotOutput, PilotReading, VehicleState } from "#core/pilot/types";
import type { Amps, Celsius, DutyPercent, Instant, Millis, Ohms, Volts, WallTime, WattHours } from "#core/units/units";

/** Everything the board senses besides the pilot. `null` is "no reading", never "no problem". */
export interface BoardInputs {
  /** Ground-fault latch in hardware. */
  readonly gfciTripped: boolean | null;
  /** The trip was a DC residual current (RDC-DD), where the sensor tells. */
  readonly gfciDc: boolean;
  /** The hardware reports that the coil is blocked (latch, liveness, E-stop); null where it is not wired. */
  readonly coilInhibited: boolean | null;
  /** Mains present on the load side, one per switched pole. */
  readonly loadSide: readonly (boolean | null)[];
  readonly groundPresent: boolean | null;
  readonly mainsV: Volts | null;
  /** Largest phase current, and when it was measured; null where no meter is fitted or it does not answer. */
  readonly currentA: Amps | null;
  readonly energyWh: WattHours | null;
  /** When the meter last answered; null when it never did. */
  readonly meterAt: Instant | null;
  readonly temperatureC: Celsius | null;
  /** Pilot supply rails, nominally +12 and −12 V; null where they are not measured. */
  readonly railHighV: Volts | null;
  readonly railLowV: Volts | null;
  /** Coil supply as a percentage of nominal; null where it is not measured. */
  readonly coilSupplyPercent: number | null;
  /** What the PWM hardware says it produces; null where it cannot be read back. */
  readonly pwm: { readonly dutyPercent: DutyPercent; readonly frequencyHz: number } | null;
  readonly ventilationOk: boolean | null;
  readonly emergencyStop: boolean;
  /** Socket outlets only: resistance from proximity to ground. */
  readonly proximityOhms: Ohms | null;
}

/** What the machine drives. The controller writes all four each loop; nothing else may (I7). */
export interface Outputs {
  readonly pilot: PilotOutput;
  readonly coil: boolean;
  readonly gfciTest: boolean;
  readonly gfciReset: boolean;
  readonly shuntTrip: boolean;
  /** Takes the pilot off the car, which then sees state E (ST-16, method "stateE"). A board that cannot do it ignores it. */
  readonly pilotOpen: boolean;
}

/** A fault that must be there again after a power cut: latched, or waiting for its retry. */
export interface PersistedFault {
  readonly fault: FaultName;
  readonly sinceWall: WallTime;
  readonly latched: Latching;
}

/** A session that was under way; its car must be seen again before it goes on. */
export interface PersistedSession {
  readonly id: string;
  readonly startedWall: WallTime;
  readonly energyWh: number;
  /** Time with the contactor confirmed closed, ms. */
  readonly chargingMs: number;
  /** The meter's counter when `energyWh` was true; null where none is fitted. What it counts on while we are away is not lost. */
  readonly meterWh: number | null;
  readonly authorised: boolean;
}

/** What must survive `kill -9` and power loss (PW-04). Plain JSON, finite numbers only. */
export interface PersistedSafety {
  readonly version: 1;
  readonly latched: readonly PersistedFault[];
  /** Automatic resets used since the last unplug or manual reset (GF-06, GF-08). */
  readonly gfciResets: number;
  readonly welded: boolean;
  readonly contactorCycles: number;
  /** Closures within the last hour when this was written; after a restart they count as just made (ST-22). */
  readonly closuresLastHour: number;
  readonly session: PersistedSession | null;
}

export interface LimitLease {
  readonly limit: Amps;
  readonly validFor: Millis;
  /** Who limits, in the sender's word: "sun", "fuse", "user"… */
  readonly by: string;
}

export type EvseEvent =
  /**
   * First event of a run. `delay` is the drawn random start delay (PW-03), 0 when none applies. `run` names this run uniquely;
   * sessions that begin in it are called `run-1`, `run-2`, …, so that the step that opens one can also persist it.
   */
  | { readonly type: "boot"; readonly run: string; readonly restored: PersistedSafety | null; readonly delay: Millis }
  /** Once a loop: the newest pilot reading (null when no burst finished since the last loop) and all inputs. */
  | { readonly type: "sense"; readonly reading: PilotReading | null; readonly inputs: BoardInputs; readonly wall: WallTime }
  | { readonly type: "limit"; readonly lease: LimitLease }
  | { readonly type: "pause"; readonly by: string }
  | { readonly type: "resume"; readonly by: string }
  | { readonly type: "authorise"; readonly tag: string | null }
  | { readonly type: "deauthorise"; readonly reason: string }
  /** A person says: look again. Clears latched faults whose cause is gone. */
  | { readonly type: "reset"; readonly by: string }
  | { readonly type: "selfTest"; readonly by: string }
  | { readonly type: "wakeUp"; readonly by: string }
  /** The loop ran late by `by` since its due time (F-31). */
  | { readonly type: "late"; readonly by: Millis }
  /** The process is about to end: stop politely, then open. */
  | { readonly type: "shutdown" };

export type RefusalCode = "notPlugged" | "nothingToReset" | "causeRemains" | "busy" | "outOfRange" | "notAllowed" | "alreadyUsed";

export interface Refusal {
  readonly code: RefusalCode;
  /** What was expected, what came, what to do. */
  readonly message: string;
}

export interface Step {
  readonly state: EvseState;
  /** Things that happened, each once, in order. */
  readonly happened: readonly Happening[];
  /** Write this before anything else is believed; null when nothing durable changed. */
  readonly persist: PersistedSafety | null;
  /** Set when a command was not carried out. */
  readonly refusal: Refusal | null;
}

export type HappeningType =
  | "booted"
  | "plugged"
  | "unplugged"
  | "stateChanged"
  | "offered"
  | "paused"
  | "resumed"
  | "authorised"
  | "deauthorised"
  | "chargingStarted"
  | "chargingStopped"
  | "relayClosed"
  | "relayOpened"
  | "openedUnderLoad"
  | "selfTestPassed"
  | "selfTestFailed"
  | "wakeUpSent"
  | "leaseExpired"
  | "leaseRenewed"
  | "limitChanged"
  | "fault"
  | "faultCleared"
  | "late"
  | "reset"
  | "derated"
  | "meterJump"
  | "shutdown";

/** One thing that happened. The controller adds id, charger and wall time and sends it on. */
export interface Happening {
  readonly type: HappeningType;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly fault?: FaultName;
  /** The session it belongs to; the one that ends, for `unplugged`. */
  readonly session?: string;
  readonly evidence?: Readonly<Record<string, number | string | boolean | null>>;
}

export type Phase =
  /** Power-on self-test: nothing is offered. */
  | "selfTest"
  | "notConnected"
  /** B or C with the pilot steady: the charger does not offer, see `limitedBy`. */
  | "paused"
  /** B with PWM. */
  | "waiting"
  /** C seen, checks running, coil still off. */
  | "preparing"
  /** Coil on, feedback not yet seen. */
  | "closing"
  | "charging"
  /** Pilot steady, coil on, the car is given time to stop (ST-10, ST-11). */
  | "stopping"
  /** Coil off, feedback still closed. */
  | "opening"
  /** State F or E shown to the car to wake it (ST-16). */
  | "waking"
  | "faulted";

export interface ActiveFault {
  readonly name: FaultName;
  readonly mrec: string;
  readonly severity: Severity;
  readonly since: Instant;
  readonly sinceWall: WallTime;
  readonly latched: Latching;
  /** When it will be tried again by itself; null when it will not. */
  readonly retryAt: Instant | null;
  /** What clears it, in words. */
  readonly clears: string;
}

/** The machine's own record. What it remembers is its own business: read it through `viewOf`. */
export interface EvseState {
  readonly config: EvseConfig;
  readonly phase: Phase;
  readonly outputs: Outputs;
  readonly memory: unknown;
}

/** The session under way, or the one that waits for its car to be seen again after a restart. */
export interface SessionView {
  readonly id: string;
  readonly startedWall: WallTime;
  readonly energyWh: WattHours;
  /** Time with the contactor confirmed closed. */
  readonly chargingMs: Millis;
}

/** What everybody else may know of the machine. */
export interface EvseView {
  readonly phase: Phase;
  readonly vehicle: VehicleState | "unknown";
  readonly outputs: Outputs;
  readonly relay: "open" | "closed" | "unknown" | "welded";
  /** What the car is being told; 0 when it is told nothing. */
  readonly offered: Amps;
  /** What a car could be told now, whether one is there or not; below 6 A nothing is offered. */
  readonly available: Amps;
  /** Why it is not more: "breaker", "cable", "hardware", "temperature", "lease", "paused", "user", "sun"… */
  readonly limitedBy: string;
  readonly leaseExpiresAt: Instant | null;
  /** Before this the rules of time do not let power start (start delay, re-close wait); null when nothing waits. */
  readonly notBefore: Instant | null;
  readonly reading: PilotReading | null;
  readonly faults: readonly ActiveFault[];
  readonly selfTest: "never" | "running" | "passed" | "failed";
  readonly gfciResets: number;
  readonly contactorCycles: number;
  readonly closuresLastHour: number;
  readonly pluggedSince: Instant | null;
  readonly chargingSince: Instant | null;
  readonly authorised: boolean;
  readonly session: SessionView | null;
}
