/** The charger's hardware behind the pins: what outputs drive, what inputs show. Everything else about it is the simulated board's. */
import type { BoardInputs, Outputs } from "#core/evse/types";
import { type PilotOutput, STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";
import { PILOT_HZ, PWM_FULL } from "#pi/dead-man";
import type { BoardLayout, InputPin, OutputPin } from "#pi/layout";
import type { SimulatedBoard } from "#simulator/board";
import { SAFE_OUTPUTS, sameOutputs } from "#simulator/outputs";
import type { GpioBank, PinWorld } from "./gpio-bank.ts";

/** A coil on PWM pulls in above the one share of its supply, and holds above the other. */
const PULLS_IN_FROM = 0.75;
const HOLDS_FROM = 0.6;

type Reading = (inputs: BoardInputs) => boolean | null;

export class Wiring implements PinWorld {
  readonly #layout: BoardLayout;
  readonly #board: SimulatedBoard;
  readonly #inputs = new Map<number, { readonly pin: InputPin; readonly read: Reading }>();
  #gpio: GpioBank | null = null;
  #outputs: Outputs = SAFE_OUTPUTS;
  #frequencyHz = PILOT_HZ;

  constructor(layout: BoardLayout, board: SimulatedBoard) {
    this.#layout = layout;
    this.#board = board;
    this.#connect(layout.gfciTripped, ({ gfciTripped }) => gfciTripped);
    this.#connect(layout.coilInhibited, ({ coilInhibited }) => coilInhibited);
    this.#connect(layout.groundPresent, ({ groundPresent }) => groundPresent);
    this.#connect(layout.emergencyStop, ({ emergencyStop }) => emergencyStop);
    this.#connect(layout.ventilationOk, ({ ventilationOk }) => ventilationOk);
    for (const [index, pin] of layout.loadSide.entries()) this.#connect(pin, ({ loadSide }) => loadSideOf(loadSide, index, layout));
  }

  /** Ties the pins to the hardware. */
  attach(gpio: GpioBank): void {
    this.#gpio = gpio;
    this.#follow();
  }

  /** What the pins drive now. */
  get outputs(): Outputs {
    return this.#outputs;
  }

  /** @see VirtualPi.light */
  get light(): Readonly<Record<"red" | "green" | "blue", number | null>> | null {
    const { statusLight } = this.#layout;
    if (statusLight === null) return null;
    const share = (gpio: number): number | null => this.#gpio?.drivenShare(gpio) ?? null;
    return { red: share(statusLight.red), green: share(statusLight.green), blue: share(statusLight.blue) };
  }

  driven(gpio: number, rose: boolean): void {
    if (rose && gpio === this.#layout.liveness?.gpio) this.#board.pulseLiveness();
    this.#follow();
  }

  inputLevel(gpio: number): 0 | 1 | null {
    const input = this.#inputs.get(gpio);
    if (input === undefined) return null;
    const { pin, read } = input;
    const yes = read(this.#board.read().inputs) === true;
    return yes === (pin.active === "high") ? 1 : 0;
  }

  #connect(pin: InputPin | null, read: Reading): void {
    if (pin !== null) this.#inputs.set(pin.gpio, { pin, read });
  }

  /** Carries a change of pins to the hardware. */
  #follow(): void {
    const gpio = this.#gpio;
    if (gpio === null) return;
    const { pilotGpio, gfciTest, gfciReset, shuntTrip, pilotOpen } = this.#layout;
    const outputs: Outputs = {
      pilot: this.#pilot(gpio, pilotGpio),
      coil: this.#coil(gpio),
      gfciTest: isOn(gpio, gfciTest, 0),
      gfciReset: isOn(gpio, gfciReset, 0),
      shuntTrip: isOn(gpio, shuntTrip, 0),
      pilotOpen: isOn(gpio, pilotOpen, 0),
    };
    if (sameOutputs(outputs, this.#outputs)) return;
    this.#outputs = outputs;
    this.#board.write(outputs);
  }

  #pilot(gpio: GpioBank, pin: number): PilotOutput {
    const pwm = gpio.hardwarePwm(pin);
    const share = gpio.drivenShare(pin) ?? 0;
    this.#tune(pwm?.frequencyHz ?? PILOT_HZ);
    if (pwm === null || pwm.duty === 0 || pwm.duty === PWM_FULL) return share >= 0.5 ? STEADY_HIGH : STEADY_LOW;
    return { kind: "pwm", dutyPercent: DutyPercent(share * 100) };
  }

  /** A pilot of another frequency than 1 kHz. */
  #tune(frequencyHz: number): void {
    if (frequencyHz === this.#frequencyHz) return;
    this.#frequencyHz = frequencyHz;
    this.#board.apply(
      frequencyHz === PILOT_HZ ? { do: "clear", fault: "pilotFrequency" } : { do: "inject", fault: "pilotFrequency", value: frequencyHz },
    );
  }

  #coil(gpio: GpioBank): boolean {
    const least = this.#outputs.coil ? HOLDS_FROM : PULLS_IN_FROM;
    return this.#layout.relays.every((relay) => isOn(gpio, relay, least));
  }
}

/** @param least share of the time that counts as on; at 0 any more than nothing does */
function isOn(gpio: GpioBank, pin: OutputPin | null, least: number): boolean {
  if (pin === null) return false;
  const share = gpio.drivenShare(pin.gpio);
  if (share === null) return false;
  const on = pin.active === "high" ? share : 1 - share;
  return on > 0 && on >= least;
}

/** A pole's own sense; one sense for all poles shows mains while any pole does. */
function loadSideOf(loadSide: readonly (boolean | null)[], index: number, layout: BoardLayout): boolean | null {
  return layout.loadSide.length === 1 ? loadSide.some((live) => live === true) : (loadSide[index] ?? null);
}
