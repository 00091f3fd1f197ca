/** What the installer decides once. None of it can be changed by a message (NE-01). */
import { Amps, Celsius, Millis, Seconds, Volts } from "#core/units/units";

export interface EvseConfig {
  readonly ratings: {
    /** What the contactor, terminals and tether were built for. */
    readonly hardware: Amps;
    /** Over-current device upstream. Only `breaker × continuousFactor` is offered (DC-08, NEC 625.42). */
    readonly breaker: Amps;
    readonly cable: Amps;
    /** 0.8 where the breaker must be 125 % of a continuous load; 1 where the breaker is rated for it. */
    readonly continuousFactor: 0.8 | 1;
  };
  readonly supply: {
    readonly volts: Volts;
    readonly phases: 1 | 3;
    /** Switched poles with their own load-side sense. */
    readonly poles: 1 | 2 | 3 | 4;
  };
  readonly ventilation: "none" | "interlock";
  readonly groundMonitor: "fitted" | "notFitted";
  /** False where automatic re-closing after a ground fault is not allowed (GF-09). */
  readonly autoReset: boolean;
  readonly lease: {
    /** Validity of a limit that names none. */
    readonly defaultFor: Millis;
    /** What is offered when a limit has expired: 0 A stops (x1), 6 A keeps the car awake. */
    readonly fallback: Amps;
  };
  readonly wakeUp: { readonly method: "none" | "stateF" | "stateE"; readonly afterMs: Millis };
  /** Pilot while a fault is latched. Some older hybrids latch a fault of their own on state F (ST-17, ST-18). */
  readonly faultPilot: "stateF" | "steadyHigh";
  readonly authorisation: "free" | "required";
  readonly meter: "none" | "stopWhenSilent" | "capWhenSilent";
  readonly temperature: {
    readonly sensor: "fitted" | "notFitted";
    readonly derateHalf: Celsius;
    readonly derateQuarter: Celsius;
    readonly stop: Celsius;
    readonly restore: Celsius;
  };
  /** Upper bound of the random delay before power is offered after a power cut (PW-03); 0 switches it off. */
  readonly startDelayMax: Millis;
  /** A car that goes A → C without B (ST-02). */
  readonly simplifiedCar: "trust" | "clampTo10A";
  readonly inlet: "tethered" | "type2Socket";
}

/**
 * A 240 V, 40 A tethered charger on a 40 A breaker: offers 32 A, re-closes after ground faults as GF-06 allows, stops when nobody
 * renews the limit for 30 s.
 */
export const DEFAULT_EVSE_CONFIG: EvseConfig = {
  ratings: { hardware: Amps(40), breaker: Amps(40), cable: Amps(40), continuousFactor: 0.8 },
  supply: { volts: Volts(240), phases: 1, poles: 2 },
  ventilation: "none",
  groundMonitor: "fitted",
  autoReset: true,
  /** @see WD-02 */
  lease: { defaultFor: Seconds(30), fallback: Amps(0) },
  /** @see ST-16 */
  wakeUp: { method: "stateF", afterMs: Seconds(30) },
  faultPilot: "stateF",
  authorisation: "free",
  meter: "stopWhenSilent",
  /** @see OT-01 */
  temperature: { sensor: "fitted", derateHalf: Celsius(65), derateQuarter: Celsius(68), stop: Celsius(71), restore: Celsius(62) },
  startDelayMax: Millis(0),
  simplifiedCar: "trust",
  inlet: "tethered",
};
