/**
 * A Raspberry Pi with a pigpio daemon and a charger's board on its pins, as one object in its own time. It answers requests; who brings
 * them, and what the time is, is the server's.
 */

import type { Outputs } from "#core/evse/types";
import { Instant } from "#core/units/units";
import { bitsOf } from "#pi/adc";
import type { BoardLayout } from "#pi/layout";
import { DIVIDER_3V3 } from "#pi/presets";
import { type CommandName, commandName, ERROR } from "#pi/protocol/commands";
import type { Request } from "#pi/protocol/frames";
import type { SimAction, SimTruth } from "#simulator/actions";
import { SimulatedBoard } from "#simulator/board";
import type { Fitted } from "#simulator/board-options";
import type { DividerSpec } from "#simulator/divider";
import type { HouseSpec } from "#simulator/house";
import { Agenda } from "./agenda.ts";
import type { Answer, Handlers } from "./answer.ts";
import { GpioBank } from "./gpio-bank.ts";
import { gpioCommands } from "./gpio-commands.ts";
import { BYTE_MS, I2c, type I2cDevice } from "./i2c.ts";
import { Lcd } from "./lcd.ts";
import { Notifier } from "./notifier.ts";
import { scriptCommands } from "./script-commands.ts";
import { Spi } from "./spi.ts";
import { ThermometerChip } from "./thermometer-chip.ts";
import { Wiring } from "./wiring.ts";

/** What the daemon needs for any request, and for one that moves bytes on a bus, ms: a Pi 4 that is asked over its own loopback. */
const REQUEST_MS = 0.008;
const TRANSFER_MS = 0.014;
/** @see conformance 3.4 H1 */
const LIVENESS_HOLD_MS = 80;
/** A watchdog that wants a heartbeat gives up soon after it. */
const HEARTBEAT_HOLD_MS = 15;
/** The display's place on the bus. */
const LCD_AT = { bus: 1, address: 0x20 };

export interface VirtualPiOptions {
  readonly layout: BoardLayout;
  /** Time on the Pi's clock at the beginning, ms. */
  readonly startMs: number;
  /** The same seed and the same requests at the same times give the same answers. */
  readonly seed?: number;
  readonly poles?: 1 | 2 | 3 | 4;
  readonly house?: Partial<HouseSpec>;
  /** Noise on the pilot, sigma in volts. */
  readonly noiseV?: number;
  /** How the hardware is off what its layout says; left out, it is not. */
  readonly off?: HardwareOff;
}

/** What a calibration finds, and a self-test. */
export interface HardwareOff {
  /** Share by which the divider's resistor to the pilot is too large. */
  readonly dividerError?: number;
  /** Share by which the divider's supply is too high. */
  readonly supplyError?: number;
  /** Supply of the pilot's driver, V; nominal is ±12. */
  readonly railHighV?: number;
  readonly railLowV?: number;
}

function dividerOn({ adc, divider }: BoardLayout, { dividerError = 0, supplyError = 0 }: HardwareOff): DividerSpec {
  const drawn = divider ?? DIVIDER_3V3;
  const supplyV = divider === null ? 3.3 : adc.referenceV;
  return { ...drawn, pilotOhm: drawn.pilotOhm * (1 + dividerError), supplyV: supplyV * (1 + supplyError) };
}

/** The board senses what its layout has a pin for. */
const fittedBy = (layout: BoardLayout): Fitted => ({
  gfci: true,
  coilInhibit: layout.coilInhibited !== null,
  loadSide: layout.loadSide.length > 0,
  groundMonitor: layout.groundPresent !== null,
  ventilation: layout.ventilationOk !== null,
  temperature: layout.temperature !== null,
  mainsVoltage: false,
  meter: false,
  rails: false,
  coilSupply: false,
  pwmReadback: false,
  proximity: false,
});

export class VirtualPi {
  readonly agenda: Agenda;
  readonly lcd = new Lcd();
  /** A chip holds the I2C bus for ever: no transfer ends. */
  i2cHangs = false;
  readonly gpio: GpioBank;
  readonly notifier: Notifier;
  readonly #board: SimulatedBoard;
  readonly #wiring: Wiring;
  readonly #spi: Spi;
  readonly #handlers: Handlers;

  constructor({ layout, startMs, seed = 1, poles = 2, house = {}, noiseV, off = {} }: VirtualPiOptions) {
    this.agenda = new Agenda(startMs);
    const { clock } = this.agenda;
    const { chip, referenceV } = layout.adc;
    this.#board = new SimulatedBoard({
      clock,
      seed,
      poles,
      house,
      name: "virtual Pi",
      fitted: fittedBy(layout),
      livenessHoldMs: layout.liveness?.drive === "heartbeat" ? HEARTBEAT_HOLD_MS : LIVENESS_HOLD_MS,
      adc: { bits: bitsOf(chip), referenceV, ...(noiseV === undefined ? {} : { noiseV }) },
      divider: dividerOn(layout, off),
    });
    // Opening makes it safe and starts nothing; the promise has nothing to wait for.
    void this.#board.open();
    this.#feedDriver(off);
    this.#wiring = new Wiring(layout, this.#board);
    this.gpio = new GpioBank(this.#wiring);
    this.#wiring.attach(this.gpio);
    this.#spi = new Spi(layout.adc, () => this.#board.convert());
    this.notifier = new Notifier(this.gpio, clock);
    this.agenda.add(this.notifier);
    const host = { clock, execute: (request: Request) => resultOf(this.execute(request)), levels: () => this.gpio.levels(clock.ms) };
    this.#handlers = {
      ...gpioCommands(this.gpio, this.agenda, (gpio, steadyUs) => this.notifier.setFilter(gpio, steadyUs)),
      ...this.notifier.commands,
      ...scriptCommands(this.agenda, host),
      ...this.#spi.commands,
      ...new I2c(this.#devices(layout)).commands,
      MICS: () => 0,
      MILS: () => 0,
    };
  }

  /** Carries out a request at the clock's time. */
  execute(request: Request): Answer {
    const name = commandName(request.command);
    const handle = name === undefined ? undefined : this.#handlers[name];
    return handle === undefined ? ERROR.UNKNOWN_COMMAND : handle(request);
  }

  /** How long the daemon is busy with a request before it answers, ms. */
  durationMs(request: Request): number {
    const name = commandName(request.command);
    if (name === "MICS") return request.p1 / 1000;
    if (name === "MILS") return request.p1;
    if (name === "SPIX" || name === "SPIW") return TRANSFER_MS + this.#spi.durationMs(request.p1, request.extension.length);
    if (name === "SPIR") return TRANSFER_MS + this.#spi.durationMs(request.p1, request.p2);
    if (name?.startsWith("I2C") === true) {
      const bytes = bytesOnBus(name, request);
      return this.i2cHangs && bytes > 0 ? Number.POSITIVE_INFINITY : TRANSFER_MS + BYTE_MS * bytes;
    }
    return REQUEST_MS;
  }

  /** Does something to the car, the house or the hardware, `afterMs` from now. */
  apply(action: SimAction, afterMs = 0): void {
    this.#board.apply(action, Instant(this.agenda.clock.ms + afterMs));
  }

  /** What only a simulation knows. */
  truth(): SimTruth {
    return this.#board.truth();
  }

  /** What the pins drive. */
  get outputs(): Outputs {
    return this.#wiring.outputs;
  }

  #feedDriver({ railHighV, railLowV }: HardwareOff): void {
    if (railHighV !== undefined) this.apply({ do: "inject", fault: "positiveRailLow", value: railHighV });
    if (railLowV !== undefined) this.apply({ do: "inject", fault: "negativeRailMissing", value: railLowV });
  }

  /** How much of the time each pin of the status light is high, 0 to 1; null for one that is no output. */
  get light(): Readonly<Record<"red" | "green" | "blue", number | null>> | null {
    return this.#wiring.light;
  }

  #devices(layout: BoardLayout): ReadonlyMap<string, I2cDevice> {
    const devices = new Map<string, I2cDevice>([[I2c.key(LCD_AT.bus, LCD_AT.address), this.lcd]]);
    const { temperature } = layout;
    if (temperature?.sensor === "MCP9808") {
      const chip = new ThermometerChip(() => this.#board.read().inputs.temperatureC);
      devices.set(I2c.key(temperature.bus, temperature.address), chip);
    }
    return devices;
  }
}

/** Bytes of a transfer, the address included. */
function bytesOnBus(name: CommandName, { p2, extension }: Request): number {
  if (name === "I2CO" || name === "I2CC") return 0;
  return 2 + extension.length + (name === "I2CRD" ? p2 : 0);
}

const resultOf = (answer: Answer): number => (typeof answer === "number" ? answer : answer.length);
