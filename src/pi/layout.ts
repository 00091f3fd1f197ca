/** Which pin of a Raspberry Pi does what in a charger. GPIO numbers are the chip's ("BCM"), not places on the header. */
import type { PilotDivider } from "#core/pilot/calibration";
import type { Volts } from "#core/units/units";
import { type AdcChip, inputsOf } from "#pi/adc";

/** GPIOs with hardware PWM. */
export const PWM_GPIOS = [12, 13, 18, 19] as const;
/** GPIOs on the header. */
export const LOWEST_GPIO = 2;
export const HIGHEST_GPIO = 27;
/** Below this the chip pulls pins up when it is reset: a relay there could pull in before anything runs. @see conformance 3.4 H2 */
export const FIRST_PULLED_DOWN = 9;
/** A serial console sends on this one, which idles high from the firmware on. */
const CONSOLE_GPIO = 14;

export interface OutputPin {
  readonly gpio: number;
  /** Level that means "on". */
  readonly active: "high" | "low";
}

export interface InputPin {
  readonly gpio: number;
  /** Level that means "yes". */
  readonly active: "high" | "low";
  readonly pull: "none" | "down" | "up";
}

/** A pin's pull as pigpio counts it. */
export const PULL_NUMBER = { none: 0, down: 1, up: 2 } as const satisfies Readonly<Record<InputPin["pull"], number>>;

/** How the coil's one-shot is kept alive. @see WD-01 @see conformance 3.4 H1 */
export interface LivenessPin {
  readonly gpio: number;
  /**
   * "pulse": one short pulse a loop, for a one-shot that holds for 60 to 100 ms. "heartbeat": the daemon toggles the pin by a script for a
   * little longer than a loop after each refresh, for a watchdog that wants an edge every few milliseconds.
   */
  readonly drive: "pulse" | "heartbeat";
}

export interface AdcLayout {
  readonly chip: AdcChip;
  /** SPI0 chip select. */
  readonly chipSelect: 0 | 1;
  /** Supply and reference. */
  readonly referenceV: Volts;
  /** Highest clock the wiring allows, Hz; null where the converter alone sets it. */
  readonly highestHz: number | null;
  readonly pilotInput: number;
}

/** Pins of a light with three lamps. */
export interface LightLayout {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export type TemperatureLayout =
  | { readonly sensor: "MCP9808"; readonly bus: number; readonly address: number }
  /** On the 1-wire bus; read through the kernel. */
  | { readonly sensor: "DS18B20"; readonly id: string };

/** What hangs on the pins. What is null is not fitted. */
export interface BoardLayout {
  readonly pilotGpio: (typeof PWM_GPIOS)[number];
  /** All of them together are the contactor; one, or one for each phase. */
  readonly relays: readonly OutputPin[];
  /** Relays that need less to hold than to pull in: full for `afterMs`, then this share. */
  readonly relayHold: { readonly percent: number; readonly afterMs: number } | null;
  readonly liveness: LivenessPin | null;
  readonly gfciTripped: InputPin;
  /** `toggleHz`: the test winding wants an alternating current, made by toggling. */
  readonly gfciTest: (OutputPin & { readonly toggleHz: number | null }) | null;
  readonly gfciReset: OutputPin | null;
  /** The gate of the coil says that it blocks. */
  readonly coilInhibited: InputPin | null;
  /** Mains behind the contactor, one for each switched pole. */
  readonly loadSide: readonly InputPin[];
  readonly groundPresent: InputPin | null;
  readonly emergencyStop: InputPin | null;
  readonly ventilationOk: InputPin | null;
  readonly shuntTrip: OutputPin | null;
  readonly pilotOpen: OutputPin | null;
  readonly adc: AdcLayout;
  /** From the pilot to the converter; null where it is not known and two points must be measured. */
  readonly divider: PilotDivider | null;
  readonly temperature: TemperatureLayout | null;
  /** Where a status light goes; driven only where a panel is configured. */
  readonly statusLight: LightLayout | null;
}

/** A layout as far as its pins go. */
type PinLayout = Omit<BoardLayout, "adc" | "divider"> & { readonly adc: Pick<AdcLayout, "chip" | "pilotInput"> };

/** Every GPIO of a layout with what it does, in the order of the layout. */
export function pinsOf(layout: PinLayout): readonly (readonly [string, number])[] {
  const { relays, loadSide, statusLight } = layout;
  const single = ["liveness", "gfciTripped", "gfciTest", "gfciReset", "coilInhibited", "groundPresent", "emergencyStop"] as const;
  const other = ["ventilationOk", "shuntTrip", "pilotOpen"] as const;
  const named = [...single, ...other].flatMap((name): [string, number][] => {
    const pin = layout[name];
    return pin === null ? [] : [[name, pin.gpio]];
  });
  return [
    ["pilotGpio", layout.pilotGpio],
    ...relays.map(({ gpio }, index): [string, number] => [`relays.${index}`, gpio]),
    ...loadSide.map(({ gpio }, index): [string, number] => [`loadSide.${index}`, gpio]),
    ...named,
    ...Object.entries(statusLight ?? {}).map(([lamp, gpio]): [string, number] => [`statusLight.${lamp}`, gpio]),
  ];
}

/** Everything a board senses by a pin. */
export const inputPins = (layout: BoardLayout): readonly InputPin[] => {
  const { gfciTripped, coilInhibited, groundPresent, emergencyStop, ventilationOk, loadSide } = layout;
  return [gfciTripped, coilInhibited, groundPresent, emergencyStop, ventilationOk, ...loadSide].filter((pin) => pin !== null);
};

/** Pins that belong to SPI0 and I2C1. */
const SPI_GPIOS: readonly number[] = [7, 8, 9, 10, 11];
const I2C_GPIOS: readonly number[] = [2, 3];

/** What is wrong with the pins of a layout, in words; empty where nothing is. @param hasI2c whether more than a thermometer is on I2C */
export function objectionsTo(layout: PinLayout, hasI2c = false): readonly string[] {
  const wrong: string[] = [];
  const { chip, pilotInput } = layout.adc;
  const used = new Map<number, string>(SPI_GPIOS.map((gpio) => [gpio, "SPI"]));
  if (hasI2c || layout.temperature?.sensor === "MCP9808") for (const gpio of I2C_GPIOS) used.set(gpio, "I2C");
  for (const [name, gpio] of pinsOf(layout)) {
    const other = used.get(gpio);
    if (other !== undefined) wrong.push(`${name}: GPIO ${gpio} is already ${other}`);
    used.set(gpio, name);
  }
  for (const { gpio, active } of layout.relays) {
    if (gpio < FIRST_PULLED_DOWN) wrong.push(`relays: GPIO ${gpio} is pulled up at reset; use one from ${FIRST_PULLED_DOWN} on`);
    if (gpio === CONSOLE_GPIO) wrong.push(`relays: GPIO ${gpio} is high while a serial console has it; use another`);
    if (active !== "high") wrong.push(`relays: GPIO ${gpio} must be active high, so that a Pi without power holds nothing`);
  }
  if (layout.liveness === null) wrong.push("liveness: expected the pin that feeds the coil's one-shot");
  if (pilotInput >= inputsOf(chip)) wrong.push(`adc.pilotInput: the ${chip} has inputs 0 to ${inputsOf(chip) - 1}`);
  return wrong;
}
