/**
 * What goes over I2C to a character display with an RGB backlight and five buttons behind an MCP23017, as the well-known plate is wired.
 * Port A: buttons 0 to 4, red 6, green 7. Port B: blue 0, D7 to D4 on 1 to 4, E 5, RW 6, RS 7. Lamps are lit and buttons pressed when low.
 * Sources: the chip's data sheet DS20001952, the display's HD44780U, the maker's published circuit.
 */
import type { LcdWrite } from "#core/display/hd44780";
import type { Lamps } from "./light.ts";

/** Registers with the chip's ports paired (IOCON.BANK clear), as it is after its power came on. */
export const REGISTER = { directions: 0x00, control: 0x0a, pullUps: 0x0c, buttons: 0x12, latches: 0x14 } as const;
/** Where the control register is when the ports are not paired; paired, it is a mask of interrupts, which nobody uses. */
export const CONTROL_UNPAIRED = 0x05;
/** The address moves between the two ports of a pair and never on, so that one transfer is a whole waveform. */
export const PAIRED = 0x20;
/** Inputs are ones: the buttons and the pin that nothing hangs on. */
export const DIRECTIONS = [0x3f, 0x00] as const;
export const PULL_UPS = [0x1f, 0x00] as const;

const BUTTON_BITS = 0x1f;
const RED = 0x40;
const GREEN = 0x80;
const BLUE = 0x01;
const E = 0x20;
const RS = 0x80;

/** The five buttons in the byte of port A, a one for each that is held. */
export const heldIn = (port: number): number => ~port & BUTTON_BITS;

/** Port A and B while nothing is written: only the lamps. */
export const restingPorts = ({ red, green, blue }: Lamps): readonly [number, number] => [
  (red ? 0 : RED) | (green ? 0 : GREEN),
  blue ? 0 : BLUE,
];

/** D4 is the nibble's lowest bit and the port's highest of the four. */
const dataPins = (nibble: number): number => ((nibble & 1) << 4) | ((nibble & 2) << 2) | (nibble & 4) | ((nibble & 8) >> 2);

/**
 * One transfer that clocks nibbles into the display. At 100 kHz two bytes take 180 µs, more than the 37 µs that it needs for anything but
 * clearing and homing.
 */
export function transferOf(nibbles: readonly { readonly isText: boolean; readonly nibble: number }[], lamps: Lamps): Uint8Array {
  const [portA, blue] = restingPorts(lamps);
  const bytes: number[] = [REGISTER.latches];
  let isText: boolean | null = null;
  for (const each of nibbles) {
    const select = (each.isText ? RS : 0) | blue;
    // The register's choice stands before the enable line rises.
    if (each.isText !== isText) bytes.push(portA, select);
    isText = each.isText;
    const pins = select | dataPins(each.nibble);
    bytes.push(portA, pins | E, portA, pins);
  }
  return Uint8Array.from(bytes);
}

/** Each byte as two nibbles, the upper one first. */
export const nibblesOf = (writes: readonly LcdWrite[]): { readonly isText: boolean; readonly nibble: number }[] =>
  writes.flatMap(({ isText, byte }) => [
    { isText, nibble: byte >> 4 },
    { isText, nibble: byte & 0x0f },
  ]);

/** Nibbles that are commands by themselves, while the display may not know yet that it is on four wires. */
export const bareNibbles = (...nibbles: readonly number[]): { readonly isText: boolean; readonly nibble: number }[] =>
  nibbles.map((nibble) => ({ isText: false, nibble }));
