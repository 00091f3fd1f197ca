/** The `charger` line: the installer's settings by name. */
import type { EvseConfig } from "#core/evse/config";
import { Amps, Celsius, Volts } from "#core/units/units";
import type { Words } from "./words.ts";

export type Setting = (config: EvseConfig) => EvseConfig;
type ReadSetting = (words: Words) => Setting;

const ratings = (part: Partial<EvseConfig["ratings"]>): Setting => {
  return (config) => ({ ...config, ratings: { ...config.ratings, ...part } });
};
const supply = (part: Partial<EvseConfig["supply"]>): Setting => {
  return (config) => ({ ...config, supply: { ...config.supply, ...part } });
};
const lease = (part: Partial<EvseConfig["lease"]>): Setting => {
  return (config) => ({ ...config, lease: { ...config.lease, ...part } });
};
const wakeUp = (part: Partial<EvseConfig["wakeUp"]>): Setting => {
  return (config) => ({ ...config, wakeUp: { ...config.wakeUp, ...part } });
};
const temperature = (part: Partial<EvseConfig["temperature"]>): Setting => {
  return (config) => ({ ...config, temperature: { ...config.temperature, ...part } });
};
const plain = (part: Partial<EvseConfig>): Setting => {
  return (config) => ({ ...config, ...part });
};

const amps = (words: Words): Amps => Amps(words.number("a current", "A"));
const celsius = (words: Words): Celsius => Celsius(words.number("a temperature", "C"));
const fitted = (words: Words) => words.oneOf("whether it is fitted", ["fitted", "notFitted"]);
/** One of a few numbers, read as a word. */
const digit = <const Choice extends number>(words: Words, what: string, choices: readonly Choice[]): Choice => {
  const word = words.oneOf(what, choices.map(String));
  return choices.find((choice) => String(choice) === word) ?? words.fail(what);
};

const SETTINGS: Readonly<Record<string, ReadSetting>> = {
  hardwareA: (words) => ratings({ hardware: amps(words) }),
  breakerA: (words) => ratings({ breaker: amps(words) }),
  cableA: (words) => ratings({ cable: amps(words) }),
  continuousFactor: (words) => ratings({ continuousFactor: digit(words, "a factor", [0.8, 1]) }),
  mainsV: (words) => supply({ volts: Volts(words.number("a voltage", "V")) }),
  phases: (words) => supply({ phases: digit(words, "a number of phases", [1, 3]) }),
  poles: (words) => supply({ poles: digit(words, "a number of poles", [1, 2, 3, 4]) }),
  ventilation: (words) => plain({ ventilation: words.oneOf("a ventilation", ["none", "interlock"]) }),
  groundMonitor: (words) => plain({ groundMonitor: fitted(words) }),
  autoReset: (words) => plain({ autoReset: words.yesOrNo("whether a ground fault is reset by itself") }),
  leaseFor: (words) => lease({ defaultFor: words.duration() }),
  leaseFallbackA: (words) => lease({ fallback: amps(words) }),
  wakeUp: (words) => wakeUp({ method: words.oneOf("a way to wake the car", ["none", "stateF", "stateE"]) }),
  wakeUpAfter: (words) => wakeUp({ afterMs: words.duration() }),
  faultPilot: (words) => plain({ faultPilot: words.oneOf("a pilot output", ["stateF", "steadyHigh"]) }),
  authorisation: (words) => plain({ authorisation: words.oneOf("an authorisation", ["free", "required"]) }),
  meter: (words) => plain({ meter: words.oneOf("a meter policy", ["none", "stopWhenSilent", "capWhenSilent"]) }),
  temperatureSensor: (words) => temperature({ sensor: fitted(words) }),
  derateHalfC: (words) => temperature({ derateHalf: celsius(words) }),
  derateQuarterC: (words) => temperature({ derateQuarter: celsius(words) }),
  stopC: (words) => temperature({ stop: celsius(words) }),
  restoreC: (words) => temperature({ restore: celsius(words) }),
  startDelayMax: (words) => plain({ startDelayMax: words.duration() }),
  simplifiedCar: (words) => plain({ simplifiedCar: words.oneOf("how a simplified car is met", ["trust", "clampTo10A"]) }),
  inlet: (words) => plain({ inlet: words.oneOf("an inlet", ["tethered", "type2Socket"]) }),
};

/** Every setting's name. */
export const SETTING_WORDS: readonly string[] = Object.keys(SETTINGS);

/** Reads `name value` pairs to the end of the line. */
export function readSettings(words: Words): Setting[] {
  const settings: Setting[] = [];
  do settings.push(SETTINGS[words.oneOf("a setting", SETTING_WORDS)]?.(words) ?? words.fail("a setting"));
  while (!words.ended);
  return settings;
}
