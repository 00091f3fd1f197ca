/** Everything that can be done to the simulated car, house and hardware. One vocabulary for scenarios, the car node and benches. */

/** How the simulated car behaves; each value has a default in `CAR_DEFAULTS`. Electrical model and ranges: conformance 2.1, 2.2. */
export interface CarSpec {
  /** R2, always connected. */
  readonly r2Ohm: number;
  /** R3, switched in parallel by S2. 1300 for C, 270 for D. */
  readonly r3Ohm: number;
  readonly diodeV: number;
  readonly inletNanofarad: number;
  readonly plugBounceMs: number;
  /** From PWM seen to S2 closed. */
  readonly decideMs: number;
  /** From contactor closed to first current. */
  readonly startCurrentMs: number;
  readonly rampUpAps: number;
  readonly rampDownAps: number;
  /** Reaction to a duty change; null never reacts ("ignores duty"). */
  readonly dutyReactionMs: number | null;
  /** Time to bring current down after x1; null never ("ignores x1"). */
  readonly x1ReactionMs: number | null;
  /** True opens S2 under load. */
  readonly rude: boolean;
  readonly minimumA: number;
  readonly onboardChargerA: number;
  /** Current drawn = min(offer, onboardChargerA) × drawFactor + drawExtraA. */
  readonly drawFactor: number;
  readonly drawExtraA: number;
  readonly phases: 1 | 3;
  readonly batteryWh: number;
  readonly socPercent: number;
  /** Current falls linearly from here to the minimum at 99 %. */
  readonly taperFromPercent: number;
  /** C → B → C pauses, as a mean number per hour. */
  readonly pausesPerHour: number;
  readonly pauseMs: number;
  /** In x1 for longer than this it sleeps; null never sleeps. */
  readonly sleepsAfterMs: number | null;
  /** What wakes it: state F for ≥ 3 s, pilot open for ≥ 4 s, or nothing. */
  readonly wakesOn: "stateF" | "stateE" | "either" | "never";
  /** Goes to a fault of its own, for good, when it sees state F. */
  readonly latchesOnF: boolean;
  /** B-C-B toggles after PWM appears: how many, and how long each. */
  readonly toggles: number;
  readonly toggleMs: number;
  /** Closes S2 at plug-in: A → C with no B. */
  readonly simplified: boolean;
  /** Asks for ventilation (state D), whatever `r3Ohm` says. */
  readonly ventilated: boolean;
  /** 500 ms after each duty change S2 seems open for this long, as some hybrids do (VW-19); 0 never. */
  readonly dutyGlitchMs: number;
  /** On unplug the pilot bounces through 3 V and 1 V for this long (VW-19); 0 goes straight to A. */
  readonly unplugBounceMs: number;
  /** Interrupted this often while drawing, it stays in B until plugged in anew; null never gives up. */
  readonly givesUpAfter: number | null;
}

/** Cars by their habit; what each does differently is in `presets.ts`. */
export const CAR_PRESETS = [
  "polite",
  "rude",
  "greedy",
  "sleepy",
  "latchesOnF",
  "ignoresDuty",
  "ignoresX1",
  "tapering",
  "pausing",
  "toggling",
  "simplified",
  "ventilated",
  "glitching",
  "impatient",
] as const;
/** The name of a preset. */
export type CarPreset = (typeof CAR_PRESETS)[number];

/** Faults of the hardware, the cable and the mains; the comment says what `value` means and its unit. */
export const SIM_FAULTS = [
  /** A pole is closed whatever the coil does, from now on; value = pole number from 1, none = all poles. */
  "weld",
  /** A pole does not close; value = pole number from 1, none = all poles. */
  "stuckOpen",
  "diodeShort",
  "diodeOpen",
  /** Pilot to earth, both phases at 0 V. */
  "pilotShort",
  /** Pilot to earth through a one-way path: high phase 0 V, low phase −12 V. */
  "pilotShortAfterDiode",
  "pilotShortToHigh",
  "pilotOpen",
  /** The high plateau is forced to `value` volts. */
  "pilotLevel",
  /** −12 V rail at `value` volts, none = 0. */
  "negativeRailMissing",
  /** +12 V rail at `value` volts. */
  "positiveRailLow",
  /** An op-amp that loses 1.5 V a rail. */
  "lf353",
  /** Residual current of `value` mA AC behind the contactor: it flows while a contact is closed. */
  "leakage",
  /** Residual current of `value` mA DC behind the contactor: it flows while a contact is closed. */
  "leakageDc",
  /** One pulse at the trip input, as of a fault current that trips without delay. It does not last: nothing is left to clear but the latch. */
  "gfciTrip",
  "gfciStuckHigh",
  "gfciStuckLow",
  "gfciTestDoesNotClear",
  "gfciLatchDoesNotInhibit",
  "earthLost",
  /** Earth lost between charger and car: looks like A. */
  "earthLostToCar",
  /** No supply: contactor without coil power, pilot rails at 0 V, meter dead. */
  "mainsLost",
  /** Coil supply at `value` percent. */
  "brownOut",
  /** Ambient at `value` °C. */
  "temperature",
  /** No temperature reading. */
  "temperatureSensorOpen",
  /** The temperature stays what it was. */
  "temperatureSensorFrozen",
  /** The meter does not answer: no values, `meterAt` stays. */
  "meterSilent",
  /** The meter answers the same for ever. */
  "meterFrozen",
  /** The meter answers what is not a number, which a driver cannot take for an answer: as silent. */
  "meterNaN",
  "meterTimesTen",
  /** `value` A reported although the contacts are open. */
  "currentWhileOpen",
  /** ADC answers `value` volts at its pin for ever. */
  "adcStuck",
  /** Gaussian noise, sigma in pilot volts. */
  "noise",
  /** Percentage of samples that are anywhere. */
  "outliers",
  /** Mains-coupled 50/60 Hz of `value` Vpp on the pilot. */
  "hum",
  /** Sample-and-hold error of an unbuffered ADC, as the fraction of the previous sample that remains. */
  "holdError",
  /** Duty produced differs by `value` percentage points. */
  "dutyError",
  /** Pilot frequency is `value` Hz. */
  "pilotFrequency",
  /** The generator stops at its high or low level. */
  "pilotStuckHigh",
  "pilotStuckLow",
  /** The liveness one-shot never drops. */
  "livenessStuck",
  "emergencyStop",
  /** Proximity resistance in ohm (socket outlets). */
  "proximity",
  "ventilationLost",
] as const;
/** The name of a fault. */
export type SimFault = (typeof SIM_FAULTS)[number];

/** One thing done to car, house or hardware. */
export type SimAction =
  /** Without a preset the car is the one last described; it comes with the state of charge of its description. */
  | { readonly do: "plug"; readonly preset?: CarPreset; readonly car?: Partial<CarSpec> }
  | { readonly do: "unplug" }
  /** Changes the plugged (or next) car. */
  | { readonly do: "car"; readonly car: Partial<CarSpec> }
  /** The handle's button: the car stops and opens S2. */
  | { readonly do: "pressButton" }
  | { readonly do: "releaseButton" }
  | { readonly do: "inject"; readonly fault: SimFault; readonly value?: number }
  | { readonly do: "clear"; readonly fault: SimFault | "all" }
  | { readonly do: "house"; readonly mainsV?: number; readonly loadW?: number; readonly pvW?: number };

/** What the simulation knows of itself, for the car node and for judging a run; nothing the charger may see. */
export interface SimTruth {
  readonly plugged: boolean;
  readonly s2Closed: boolean;
  readonly asleep: boolean;
  readonly carFault: boolean;
  readonly socPercent: number;
  readonly drawA: number;
  readonly coil: boolean;
  /** The coil command after the hardware gate (liveness, GFCI latch, E-stop). */
  readonly coilEnergised: boolean;
  readonly contacts: readonly boolean[];
  readonly gridW: number;
  readonly pvW: number;
  readonly houseW: number;
  readonly mainsV: number;
  readonly faults: readonly SimFault[];
  /** When things last happened on the board's own clock, ms; a bench reads reaction times from these. */
  readonly marks: {
    readonly appliedAt: number | null;
    /** Coil command turned off. */
    readonly coilOffAt: number | null;
    /** Coil lost its supply through the command or a hardware gate. */
    readonly coilReleasedAt: number | null;
    readonly contactsOpenAt: number | null;
  };
}
