/** The schema of what can be done to a simulated charger. The vocabulary is the simulator's; the controller checks at compile time that both agree. */
import * as v from "valibot";

const finite = v.pipe(v.number(), v.finite());
const atLeast = (least: number) => v.pipe(finite, v.minValue(least));
const between = (least: number, most: number) => v.pipe(finite, v.minValue(least), v.maxValue(most));
/** A duration; a day is longer than anything simulated. */
const millis = between(0, 86_400_000);

const CAR_ENTRIES = {
  r2Ohm: between(100, 100_000),
  r3Ohm: between(50, 100_000),
  diodeV: between(0, 2),
  inletNanofarad: between(0, 100),
  plugBounceMs: millis,
  decideMs: millis,
  startCurrentMs: millis,
  rampUpAps: between(0, 1_000),
  rampDownAps: between(0, 1_000),
  dutyReactionMs: v.nullable(millis),
  x1ReactionMs: v.nullable(millis),
  rude: v.boolean(),
  minimumA: between(0, 80),
  onboardChargerA: between(0, 200),
  drawFactor: between(0, 10),
  drawExtraA: between(-80, 200),
  phases: v.picklist([1, 3]),
  batteryWh: atLeast(1),
  socPercent: between(0, 100),
  taperFromPercent: between(0, 100),
  pausesPerHour: between(0, 1_000),
  pauseMs: millis,
  sleepsAfterMs: v.nullable(millis),
  wakesOn: v.picklist(["stateF", "stateE", "either", "never"]),
  latchesOnF: v.boolean(),
  toggles: between(0, 100),
  toggleMs: millis,
  simplified: v.boolean(),
  ventilated: v.boolean(),
  dutyGlitchMs: millis,
  unplugBounceMs: millis,
  givesUpAfter: v.nullable(between(0, 1_000)),
};

type Optional<E extends v.ObjectEntries> = { [K in keyof E]: v.ExactOptionalSchema<E[K], undefined> };

/** Any of the entries; one that is there must have a value. */
function some<const E extends v.ObjectEntries>(entries: E): Optional<E> {
  return Object.fromEntries(Object.entries(entries).map(([key, schema]) => [key, v.exactOptional(schema)])) as Optional<E>;
}

/** Any part of a car; what is left out stays, or takes the preset's value. */
export const CarMessage = v.strictObject(some(CAR_ENTRIES));

export const CarPresetMessage = v.picklist([
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
]);

const SIM_FAULT_NAMES = [
  "weld",
  "stuckOpen",
  "diodeShort",
  "diodeOpen",
  "pilotShort",
  "pilotShortAfterDiode",
  "pilotShortToHigh",
  "pilotOpen",
  "pilotLevel",
  "negativeRailMissing",
  "positiveRailLow",
  "lf353",
  "leakage",
  "leakageDc",
  "gfciTrip",
  "gfciStuckHigh",
  "gfciStuckLow",
  "gfciTestDoesNotClear",
  "gfciLatchDoesNotInhibit",
  "earthLost",
  "earthLostToCar",
  "mainsLost",
  "brownOut",
  "temperature",
  "temperatureSensorOpen",
  "temperatureSensorFrozen",
  "meterSilent",
  "meterFrozen",
  "meterNaN",
  "meterTimesTen",
  "currentWhileOpen",
  "adcStuck",
  "noise",
  "outliers",
  "hum",
  "holdError",
  "dutyError",
  "pilotFrequency",
  "pilotStuckHigh",
  "pilotStuckLow",
  "livenessStuck",
  "emergencyStop",
  "proximity",
  "ventilationLost",
] as const;

export const SimFaultMessage = v.picklist(SIM_FAULT_NAMES);

export const SimActionMessage = v.variant("do", [
  v.strictObject({ do: v.literal("plug"), preset: v.exactOptional(CarPresetMessage), car: v.exactOptional(CarMessage) }),
  v.strictObject({ do: v.literal("unplug") }),
  v.strictObject({ do: v.literal("car"), car: CarMessage }),
  v.strictObject({ do: v.literal("pressButton") }),
  v.strictObject({ do: v.literal("releaseButton") }),
  v.strictObject({ do: v.literal("inject"), fault: SimFaultMessage, value: v.exactOptional(finite) }),
  v.strictObject({ do: v.literal("clear"), fault: v.picklist([...SIM_FAULT_NAMES, "all"]) }),
  v.strictObject({
    do: v.literal("house"),
    mainsV: v.exactOptional(between(0, 500)),
    loadW: v.exactOptional(between(-100_000, 100_000)),
    pvW: v.exactOptional(between(0, 100_000)),
  }),
]);
export type SimActionMessage = v.InferOutput<typeof SimActionMessage>;
