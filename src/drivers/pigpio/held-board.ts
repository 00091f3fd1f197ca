/** A charger's board while this process holds it: everything between beginning the library and ending it. */
import { DriverUnavailable } from "#core/errors";
import type { Outputs } from "#core/evse/types";
import type { BurstPlan, PilotCalibration } from "#core/pilot/types";
import type { BoardLayout } from "#pi/layout";
import { SAFE } from "#pi/outputs";
import type { BoardSnapshot } from "#ports/board";
import type { Clock } from "#ports/clock";
import { ONE_SHOT_UNTRIED, proveOneShot } from "../one-shot-proof.ts";
import { provePilot } from "../pilot-proof.ts";
import type { Thermometer } from "../thermometer.ts";
import { checkMachine, heldText, holderOf } from "./machine.ts";
import { loadFailure, loadPigpio, loadSpiDevice, type Pigpio } from "./packages.ts";
import { PiPins } from "./pi-pins.ts";
import { raisePool } from "./pool-priority.ts";
import { giveSignalsBack } from "./signals.ts";
import { SpiAdc } from "./spi-adc.ts";
import { objectionToThermometer, watchBoardTemperature } from "./thermometer.ts";

export interface HoldOptions {
  readonly clock: Clock;
  readonly layout: BoardLayout;
  readonly calibration?: PilotCalibration;
  readonly tell?: (what: string) => void;
}

export class HeldBoard {
  readonly #options: HoldOptions;
  readonly #library: Pigpio;
  readonly #pins: PiPins;
  readonly #adc: SpiAdc;
  #thermometer: Thermometer | null = null;

  private constructor(options: HoldOptions, library: Pigpio, pins: PiPins, adc: SpiAdc) {
    this.#options = options;
    this.#library = library;
    this.#pins = pins;
    this.#adc = adc;
  }

  /**
   * Takes the pins, everything safe, and proves what can be proven of the hardware behind them.
   * @throws DriverUnavailable naming what is missing; the outputs are safe then
   */
  static async take(options: HoldOptions): Promise<HeldBoard> {
    const { layout, clock, calibration, tell = () => {} } = options;
    checkMachine();
    const spi = loadSpiDevice();
    const pigpio = loadPigpio();
    await raisePool();
    const library = begin(pigpio);
    const undo: (() => unknown)[] = [() => library.terminate()];
    try {
      const pins = new PiPins(library, layout);
      undo.push(() => pins.makeSafe());
      pins.rest();
      const adc = await SpiAdc.open(spi, layout.adc, clock, failureTeller(tell));
      undo.push(() => adc.close());
      const held = new HeldBoard(options, library, pins, adc);
      await held.#prove(calibration);
      pins.listen(() => clock.now());
      await held.#watchTemperature(tell);
      return held;
    } catch (error) {
      for (const step of undo.reverse()) await step();
      if (error instanceof DriverUnavailable) throw error;
      throw new DriverUnavailable("pinsRefused", `The pigpio library does not give the pins: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  }

  get spacingUs(): number | null {
    return this.#adc.lastSpacingUs;
  }

  drive(outputs: Outputs): void {
    if (this.#pins.drive(outputs, this.#options.clock.now())) this.#adc.outputChanged();
  }

  /** The loop lives. */
  feed(): void {
    this.#pins.pulse();
  }

  startBurst(plan: BurstPlan): void {
    this.#adc.start(plan, this.#pins.pilot);
  }

  read(): BoardSnapshot {
    const now = this.#options.clock.now();
    this.#pins.look(now);
    return { burst: this.#adc.finished(), inputs: this.#pins.senses.inputs(now) };
  }

  makeSafe(): void {
    this.#pins.makeSafe();
    this.#adc.outputChanged();
  }

  /** Makes safe and gives everything back. */
  async release(): Promise<void> {
    this.makeSafe();
    this.#thermometer?.close();
    try {
      this.#pins.forget();
      await this.#adc.close();
    } finally {
      this.#library.terminate();
    }
  }

  async #prove(calibration: PilotCalibration | undefined): Promise<void> {
    const gate = this.#options.layout.coilInhibited;
    // No board without a gate that can be sensed comes this far.
    if (gate !== null) {
      const oneShot = { gate, pulse: () => this.#pins.pulse(), level: async () => this.#pins.levelOf(gate.gpio) };
      if (!(await proveOneShot(oneShot))) this.#options.tell?.(ONE_SHOT_UNTRIED);
    }
    if (calibration === undefined) return;
    const hands = {
      drive: async (pilot: Outputs["pilot"]) => this.drive({ ...SAFE, pilot }),
      feed: () => this.feed(),
      startBurst: (plan: BurstPlan) => this.startBurst(plan),
      finished: () => this.#adc.finished(),
    };
    await provePilot(hands, calibration);
  }

  async #watchTemperature(tell: (what: string) => void): Promise<void> {
    const { layout, clock } = this.#options;
    if (layout.temperature === null) return;
    const objection = await objectionToThermometer(layout.temperature);
    if (objection !== null) tell(objection);
    this.#thermometer = watchBoardTemperature(layout.temperature, (celsius) => this.#pins.senses.feel(celsius, clock.now()));
  }
}

/** A failure is told once, and again after one that is otherwise: a bus that is gone fails at every loop. */
function failureTeller(tell: (what: string) => void): (why: string) => void {
  let told = "";
  return (why) => {
    if (why === told) return;
    told = why;
    tell(`the pilot's converter does not answer (${why}); without samples the contactor opens`);
  };
}

/** Begins the library: closed to the network, and with the signals given back. @throws DriverUnavailable */
function begin(library: Pigpio): Pigpio {
  try {
    library.configureInterfaces(library.DISABLE_SOCK_IF | library.DISABLE_FIFO_IF);
    library.initialize();
  } catch (error) {
    const { message } = error as Error;
    const holder = holderOf();
    if (holder !== null) throw new DriverUnavailable("boardBusy", heldText(holder), { cause: error });
    if (!message.startsWith("pigpio error")) throw loadFailure("pigpio", message);
    throw new DriverUnavailable(
      "pinsRefused",
      `The pigpio library does not begin (${message}): the line above says why. It needs root, /dev/mem and /dev/vcio, and the sound chip's PCM for itself; a stale /var/run/pigpio.pid may be deleted.`,
      { cause: error },
    );
  }
  giveSignalsBack();
  return library;
}
