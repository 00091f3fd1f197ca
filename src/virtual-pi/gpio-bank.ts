/** The chip's pins: mode, level, pull, PWM. What drives inputs from outside, and what hears of outputs, is the wiring's. */
import { PWM_FULL } from "#pi/dead-man";
import { PWM_GPIOS } from "#pi/layout";

export const GPIOS = 54;
/** Pins in the first bank, whose levels fit one word. */
export const BANK = 32;

export const MODE = { input: 0, output: 1 } as const;
/** Alternate functions that are hardware PWM. */
const PWM_MODES: Readonly<Record<number, number>> = { 12: 4, 13: 4, 18: 2, 19: 2 };
/** Two channels, two pins each. */
const CHANNEL_OF: Readonly<Record<number, number>> = { 12: 0, 18: 0, 13: 1, 19: 1 };
/** Pins up to this one are pulled up at reset, the others down. */
const LAST_PULLED_UP = 8;

export interface HardwarePwm {
  readonly frequencyHz: number;
  /** Of a million. */
  readonly duty: number;
}

export interface SoftwarePwm {
  readonly duty: number;
  readonly range: number;
  readonly frequencyHz: number;
}

export const PWM_RANGE = 255;
export const PWM_HZ = 800;

interface Pin {
  mode: number;
  level: 0 | 1;
  pull: 0 | 1;
  hardware: HardwarePwm | null;
  /** Duty while software PWM runs; null while it does not. */
  duty: number | null;
  range: number;
  frequencyHz: number;
}

const resetPin = (gpio: number): Pin => ({
  mode: MODE.input,
  level: 0,
  pull: gpio <= LAST_PULLED_UP ? 1 : 0,
  hardware: null,
  duty: null,
  range: PWM_RANGE,
  frequencyHz: PWM_HZ,
});

/** Hears what pins are driven to, and drives those that are inputs. */
export interface PinWorld {
  /** A pin's output changed, or became one, or ceased to be one. `rose`: an edge from low to high. */
  driven(gpio: number, rose: boolean): void;
  /** Level from outside; null where nothing is connected. */
  inputLevel(gpio: number): 0 | 1 | null;
}

export class GpioBank {
  readonly #pins = Array.from({ length: GPIOS }, (_, gpio) => resetPin(gpio));
  readonly #world: PinWorld;

  constructor(world: PinWorld) {
    this.#world = world;
  }

  mode(gpio: number): number {
    return this.#pin(gpio).mode;
  }

  setMode(gpio: number, mode: number): void {
    const pin = this.#pin(gpio);
    if (pin.mode === mode) return;
    this.#stopPwm(pin);
    pin.mode = mode;
    this.#world.driven(gpio, false);
  }

  setPull(gpio: number, up: boolean): void {
    this.#pin(gpio).pull = up ? 1 : 0;
  }

  /** Drives a pin, which becomes an output; PWM on it ends. */
  write(gpio: number, level: 0 | 1): void {
    const pin = this.#pin(gpio);
    const rose = level === 1 && !(pin.mode === MODE.output && pin.level === 1);
    this.#stopPwm(pin);
    pin.mode = MODE.output;
    pin.level = level;
    this.#world.driven(gpio, rose);
  }

  /** Starts or changes hardware PWM; the other pin of its channel goes along. `frequencyHz` 0 ends it. */
  setHardwarePwm(gpio: number, pwm: HardwarePwm): void {
    for (const each of PWM_GPIOS) {
      const pin = this.#pin(each);
      const shares = CHANNEL_OF[each] === CHANNEL_OF[gpio] && pin.hardware !== null;
      if (each !== gpio && !shares) continue;
      pin.duty = null;
      pin.hardware = pwm.frequencyHz === 0 ? null : pwm;
      pin.mode = pin.hardware === null ? MODE.input : (PWM_MODES[each] ?? MODE.input);
      this.#world.driven(each, false);
    }
  }

  hardwarePwm(gpio: number): HardwarePwm | null {
    return this.#pin(gpio).hardware;
  }

  /** Software PWM; a duty of 0 holds the pin low. */
  setPwm(gpio: number, duty: number): void {
    const pin = this.#pin(gpio);
    pin.hardware = null;
    pin.mode = MODE.output;
    pin.duty = duty;
    this.#world.driven(gpio, false);
  }

  setPwmRange(gpio: number, range: number): void {
    this.#pin(gpio).range = range;
    this.#world.driven(gpio, false);
  }

  setPwmFrequency(gpio: number, frequencyHz: number): void {
    this.#pin(gpio).frequencyHz = frequencyHz;
  }

  /** Software PWM settings; null while none runs. */
  pwm(gpio: number): SoftwarePwm | null {
    const { duty, range, frequencyHz } = this.#pin(gpio);
    return duty === null ? null : { duty, range, frequencyHz };
  }

  pwmRange(gpio: number): number {
    return this.#pin(gpio).range;
  }

  pwmFrequency(gpio: number): number {
    return this.#pin(gpio).frequencyHz;
  }

  /** Share of the time an output is high, 0 to 1; null while the pin is no output. */
  drivenShare(gpio: number): number | null {
    const { mode, level, hardware, duty, range } = this.#pin(gpio);
    if (hardware !== null) return hardware.duty / PWM_FULL;
    if (mode !== MODE.output) return null;
    return duty === null ? level : duty / range;
  }

  /** The level that stands on a pin. @param at when, ms: a pin with PWM is high in the first part of each period */
  level(gpio: number, at: number): 0 | 1 {
    const { mode, level, pull, hardware, duty, range, frequencyHz } = this.#pin(gpio);
    if (hardware !== null) return isHigh(at, hardware.frequencyHz, hardware.duty / PWM_FULL);
    if (mode !== MODE.output) return this.#world.inputLevel(gpio) ?? pull;
    return duty === null ? level : isHigh(at, frequencyHz, duty / range);
  }

  /** Levels of the first bank, one bit each. */
  levels(at: number): number {
    let bits = 0;
    for (let gpio = 0; gpio < BANK; gpio += 1) if (this.level(gpio, at) === 1) bits |= 1 << gpio;
    return bits >>> 0;
  }

  #pin(gpio: number): Pin {
    const pin = this.#pins[gpio];
    if (pin === undefined) throw new RangeError(`expected a GPIO from 0 to ${GPIOS - 1}, got ${gpio}`);
    return pin;
  }

  #stopPwm(pin: Pin): void {
    pin.hardware = null;
    pin.duty = null;
  }
}

const isHigh = (at: number, frequencyHz: number, share: number): 0 | 1 => {
  const periodMs = 1000 / frequencyHz;
  return at % periodMs < periodMs * share ? 1 : 0;
};
