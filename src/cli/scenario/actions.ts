/** What a scenario can do, and how each action reads. */
import * as v from "valibot";
import { explain } from "#link/explain";
import { SimActionMessage } from "#link/sim-action";
import { CAR_PRESETS, type CarSpec, SIM_FAULTS, type SimAction, type SimFault } from "#simulator/actions";
import type { Action } from "./scenario.ts";
import type { Words } from "./words.ts";

/** How a car's property is written. */
type Spelling = "number" | "numberOrNever" | "yesOrNo" | "wakesOn";

const CAR_SPELLINGS: Readonly<Record<keyof CarSpec, Spelling>> = {
  r2Ohm: "number",
  r3Ohm: "number",
  diodeV: "number",
  inletNanofarad: "number",
  plugBounceMs: "number",
  decideMs: "number",
  startCurrentMs: "number",
  rampUpAps: "number",
  rampDownAps: "number",
  dutyReactionMs: "numberOrNever",
  x1ReactionMs: "numberOrNever",
  rude: "yesOrNo",
  minimumA: "number",
  onboardChargerA: "number",
  drawFactor: "number",
  drawExtraA: "number",
  phases: "number",
  batteryWh: "number",
  socPercent: "number",
  taperFromPercent: "number",
  pausesPerHour: "number",
  pauseMs: "number",
  sleepsAfterMs: "numberOrNever",
  wakesOn: "wakesOn",
  latchesOnF: "yesOrNo",
  toggles: "number",
  toggleMs: "number",
  simplified: "yesOrNo",
  ventilated: "yesOrNo",
  dutyGlitchMs: "number",
  unplugBounceMs: "number",
  givesUpAfter: "numberOrNever",
};
const CAR_WORDS = Object.keys(CAR_SPELLINGS) as (keyof CarSpec)[];

function carValue(words: Words, name: keyof CarSpec): CarSpec[keyof CarSpec] {
  switch (CAR_SPELLINGS[name]) {
    case "number":
      return words.number(name);
    case "numberOrNever":
      return words.take("never") ? null : words.number(`${name}, or "never",`);
    case "yesOrNo":
      return words.yesOrNo(name);
    case "wakesOn":
      return words.oneOf("what wakes the car", ["stateF", "stateE", "either", "never"]);
  }
}

/** Reads `name value` pairs of a car to the end of the line. */
function carProperties(words: Words): Partial<CarSpec> {
  const properties: Partial<Record<keyof CarSpec, CarSpec[keyof CarSpec]>> = {};
  while (!words.stops) {
    const name = words.oneOf("a property of the car", CAR_WORDS);
    properties[name] = carValue(words, name);
  }
  // Each value was read by the spelling of its own name.
  return properties as Partial<CarSpec>;
}

/** Unit of each fault's value; null where a fault has none. Exhaustive, so that a new fault cannot be forgotten here. */
const FAULT_UNITS: Readonly<Record<SimFault, string | null>> = {
  weld: "",
  stuckOpen: "",
  diodeShort: null,
  diodeOpen: null,
  pilotShort: null,
  pilotShortAfterDiode: null,
  pilotShortToHigh: null,
  pilotOpen: null,
  pilotLevel: "V",
  negativeRailMissing: null,
  positiveRailLow: "V",
  lf353: null,
  leakage: "mA",
  leakageDc: "mA",
  gfciTrip: null,
  gfciStuckHigh: null,
  gfciStuckLow: null,
  gfciTestDoesNotClear: null,
  gfciLatchDoesNotInhibit: null,
  earthLost: null,
  earthLostToCar: null,
  mainsLost: null,
  brownOut: "%",
  temperature: "C",
  temperatureSensorOpen: null,
  temperatureSensorFrozen: null,
  meterSilent: null,
  meterFrozen: null,
  meterNaN: null,
  meterTimesTen: null,
  currentWhileOpen: "A",
  adcStuck: "V",
  noise: "V",
  outliers: "%",
  hum: "V",
  holdError: "",
  dutyError: "%",
  pilotFrequency: "Hz",
  pilotStuckHigh: null,
  pilotStuckLow: null,
  livenessStuck: null,
  emergencyStop: null,
  proximity: "ohm",
  ventilationLost: null,
};

const board = (action: SimAction): Action => ({ on: "board", action });
const charger = (command: unknown): Action => ({ on: "charger", command });

function inject(words: Words): Action {
  const fault = words.oneOf("a fault", SIM_FAULTS);
  const unit = FAULT_UNITS[fault];
  if (unit === null || words.stops) return board({ do: "inject", fault });
  return board({ do: "inject", fault, value: words.number(`the value of ${fault}`, unit) });
}

/** A number as JSON can carry it, or what a careless sender would put in its place. */
function carelessNumber(words: Words): unknown {
  if (words.numberAhead) return words.number("a current", "A");
  const word = words.word("a current");
  const careless: Readonly<Record<string, unknown>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, nothing: null };
  return word in careless ? careless[word] : word.replaceAll('"', "");
}

function limit(words: Words): Action {
  const command: Record<string, unknown> = { command: "limit", limitA: carelessNumber(words) };
  if (words.take("by")) command.limitedBy = words.word("who limits");
  if (words.take("for")) command.validForMs = words.duration();
  return charger(command);
}

/** A command that may say who sends it. */
const commandBy = (name: string) => {
  return (words: Words): Action => charger(words.take("by") ? { command: name, by: words.word("who") } : { command: name });
};
/** A command with one optional word, sent under the name `key`. */
const commandWith = (name: string, key: string) => {
  return (words: Words): Action => charger(words.stops ? { command: name } : { command: name, [key]: words.word(key) });
};

const controller = (words: Words, what: "kill" | "start"): Action => {
  words.oneOf("what to do it to", ["controller"]);
  return { on: "controller", do: what };
};

const ACTIONS: Readonly<Record<string, (words: Words) => Action>> = {
  plug: (words) => {
    const preset = CAR_PRESETS.find((each) => words.take(each));
    const car = carProperties(words);
    return board({ do: "plug", ...(preset === undefined ? {} : { preset }), ...(Object.keys(car).length === 0 ? {} : { car }) });
  },
  unplug: () => board({ do: "unplug" }),
  car: (words) => {
    if (words.stops) words.fail("a property of the car");
    return board({ do: "car", car: carProperties(words) });
  },
  press: (words) => {
    words.oneOf("what is pressed", ["button"]);
    return board({ do: "pressButton" });
  },
  release: (words) => {
    words.oneOf("what is released", ["button"]);
    return board({ do: "releaseButton" });
  },
  inject,
  clear: (words) => board({ do: "clear", fault: words.oneOf("a fault or all", [...SIM_FAULTS, "all"]) }),
  house: (words) => {
    const house: { mainsV?: number; loadW?: number; pvW?: number } = {};
    do house[words.oneOf("a property of the house", ["mainsV", "loadW", "pvW"])] = words.number("a value");
    while (!words.stops);
    return board({ do: "house", ...house });
  },
  limit,
  pause: commandBy("pause"),
  resume: commandBy("resume"),
  authorise: commandWith("authorise", "tag"),
  deauthorise: commandWith("deauthorise", "reason"),
  reset: commandBy("reset"),
  "self-test": commandBy("selfTest"),
  "wake-up": commandBy("wakeUp"),
  shutdown: () => charger({ command: "shutdown" }),
  kill: (words) => controller(words, "kill"),
  start: (words) => controller(words, "start"),
  freeze: (words) => {
    words.oneOf("what is frozen", ["controller"]);
    return { on: "controller", do: "freeze", for: words.duration() };
  },
  power: (words) => ({ on: "power", do: words.oneOf("the supply", ["off", "on"]) }),
  wall: (words) => {
    words.oneOf("which clock is set", ["clock"]);
    return { on: "wallClock", by: words.signedDuration() };
  },
};

/** Every word an action can begin with. */
export const ACTION_WORDS: readonly string[] = Object.keys(ACTIONS);

/** True when an action comes next. */
export const actionAhead = (words: Words): boolean => Object.hasOwn(ACTIONS, words.ahead);

/** Reads one or more actions joined by "and" to the end of the line; they happen together, in this order. */
export function readActions(words: Words): Action[] {
  const actions: Action[] = [];
  do {
    const { place } = words;
    const first = words.oneOf("an action", ACTION_WORDS);
    const action = ACTIONS[first]?.(words) ?? words.fail("an action");
    const judged = action.on === "board" ? v.safeParse(SimActionMessage, action.action) : null;
    if (judged?.success === false) words.refuse(explain(judged.issues), place);
    actions.push(action);
  } while (words.take("and"));
  words.end();
  return actions;
}
