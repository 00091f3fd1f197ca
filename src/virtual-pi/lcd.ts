/**
 * The 16×2 display with an RGB backlight behind an MCP23017, and its five buttons: an HD44780 on the port's pins, four bits wide.
 * Port B: RS 7, RW 6, E 5, D4 to D7 on 4 down to 1, blue on 0; port A: red on 6, green on 7, buttons 0 to 4. Lights are active low.
 */
import type { I2cDevice } from "./i2c.ts";

const REGISTERS = 0x16;
const REGISTER = {
  directionA: 0x00,
  directionB: 0x01,
  control: 0x0a,
  pullUpA: 0x0c,
  portA: 0x12,
  portB: 0x13,
  latchA: 0x14,
  latchB: 0x15,
} as const;
/** In the control register: the address does not run on. */
const NOT_SEQUENTIAL = 1 << 5;
const RS = 1 << 7;
const E = 1 << 5;
const RED = 1 << 6;
const GREEN = 1 << 7;
const BLUE = 1 << 0;
const COLUMNS = 16;
const LINE_STARTS = [0x00, 0x40] as const;
const DDRAM = 0x80;
const CGRAM = 0x40;
const CELLS = 0x68;

export const LCD_BUTTONS = ["select", "right", "down", "up", "left"] as const;
export type LcdButton = (typeof LCD_BUTTONS)[number];

export interface LcdView {
  /** Two lines of 16 characters as their codes show them; codes 0 to 7 are the eight custom characters. */
  readonly lines: readonly [string, string];
  readonly light: { readonly red: boolean; readonly green: boolean; readonly blue: boolean };
  readonly on: boolean;
  /** Rows of the custom characters that were defined, by code. */
  readonly custom: Readonly<Record<number, readonly number[]>>;
}

export class Lcd implements I2cDevice {
  /** False while its plug is out. */
  answers = true;
  /** What the buttons' pins read as where nothing pulls them, a bit each. */
  floating = 0;
  readonly #registers = new Uint8Array(REGISTERS).fill(0xff, 0, 2);
  #register = 0;
  readonly #cells = new Uint8Array(CELLS).fill(0x20);
  readonly #patterns = new Uint8Array(64);
  readonly #defined = new Set<number>();
  readonly #held = new Set<LcdButton>();
  /** First half of a byte, while in four-bit mode. */
  #half: number | null = null;
  #fourBits = false;
  #address = 0;
  #inPatterns = false;
  #on = false;
  #increment = 1;

  get view(): LcdView {
    const latchA = this.#registers[REGISTER.latchA] ?? 0;
    const latchB = this.#registers[REGISTER.latchB] ?? 0;
    const lit = (direction: number, latch: number, bit: number) => ((this.#registers[direction] ?? 0) & bit) === 0 && (latch & bit) === 0;
    const line = (start: number) => String.fromCharCode(...this.#cells.subarray(start, start + COLUMNS));
    return {
      lines: [line(LINE_STARTS[0]), line(LINE_STARTS[1])],
      light: {
        red: lit(REGISTER.directionA, latchA, RED),
        green: lit(REGISTER.directionA, latchA, GREEN),
        blue: lit(REGISTER.directionB, latchB, BLUE),
      },
      on: this.#on,
      custom: Object.fromEntries([...this.#defined].map((code) => [code, [...this.#patterns.subarray(code * 8, code * 8 + 8)]])),
    };
  }

  hold(button: LcdButton, held: boolean): void {
    if (held) this.#held.add(button);
    else this.#held.delete(button);
  }

  /** Without power for a moment: everything is as when it is switched on. */
  cutPower(): void {
    this.#registers.fill(0).fill(0xff, 0, 2);
    this.#register = 0;
    this.#cells.fill(0x20);
    this.#patterns.fill(0);
    this.#defined.clear();
    this.#half = null;
    this.#fourBits = false;
    this.#inPatterns = false;
    this.#address = 0;
    this.#on = false;
    this.#increment = 1;
  }

  write(bytes: Uint8Array): void {
    const [register = 0, ...values] = bytes;
    this.#register = register % REGISTERS;
    for (const value of values) {
      this.#set(this.#register, value);
      this.#move();
    }
  }

  /** The next register; with sequential operation off, the other one of its pair. */
  #move(): void {
    const paired = ((this.#registers[REGISTER.control] ?? 0) & NOT_SEQUENTIAL) !== 0;
    this.#register = paired ? this.#register ^ 1 : (this.#register + 1) % REGISTERS;
  }

  read(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => {
      const value = this.#get(this.#register);
      this.#move();
      return value;
    });
  }

  #get(register: number): number {
    if (register !== REGISTER.portA) return this.#registers[register] ?? 0;
    const latch = this.#registers[REGISTER.latchA] ?? 0;
    // A button pulls its pin down; otherwise the pull-up holds it, where it is switched on.
    const high = (this.#registers[REGISTER.pullUpA] ?? 0) | this.floating;
    let port = latch & ~0x1f;
    for (const [bit, button] of LCD_BUTTONS.entries()) if (!this.#held.has(button) && ((high >> bit) & 1) === 1) port |= 1 << bit;
    return port;
  }

  #set(register: number, value: number): void {
    const target = register === REGISTER.portA ? REGISTER.latchA : register === REGISTER.portB ? REGISTER.latchB : register;
    const before = this.#registers[target] ?? 0;
    this.#registers[target] = value;
    if (target === REGISTER.latchB && (before & E) !== 0 && (value & E) === 0) this.#clock(before);
  }

  /** The enable line fell: the controller takes what stands on its pins. */
  #clock(port: number): void {
    const nibble = ((port >> 4) & 1) | ((port >> 2) & 2) | (port & 4) | ((port << 2) & 8);
    const isCharacter = (port & RS) !== 0;
    if (!this.#fourBits) {
      this.#instruct(nibble << 4);
      return;
    }
    if (this.#half === null) {
      this.#half = nibble;
      return;
    }
    const byte = (this.#half << 4) | nibble;
    this.#half = null;
    if (isCharacter) this.#put(byte);
    else this.#instruct(byte);
  }

  #put(byte: number): void {
    if (this.#inPatterns) {
      this.#patterns[this.#address % 64] = byte & 0x1f;
      this.#defined.add((this.#address % 64) >> 3);
      this.#address = (this.#address + 1) % 64;
      return;
    }
    this.#cells[this.#address] = byte;
    this.#address = (this.#address + this.#increment + CELLS) % CELLS;
    if (this.#address === 0x28) this.#address = 0x40;
  }

  #instruct(byte: number): void {
    if (byte >= DDRAM) {
      this.#inPatterns = false;
      this.#address = (byte & 0x7f) % CELLS;
    } else if (byte >= CGRAM) {
      this.#inPatterns = true;
      this.#address = byte & 0x3f;
    } else if (byte >= 0x20) this.#fourBits = (byte & 0x10) === 0;
    else if (byte >= 0x08 && byte < 0x10) this.#on = (byte & 0x04) !== 0;
    else if (byte >= 0x04 && byte < 0x08) this.#increment = (byte & 0x02) !== 0 ? 1 : -1;
    else if (byte === 0x01) this.#clear();
    else if (byte >= 0x02 && byte < 0x04) this.#home();
  }

  #clear(): void {
    this.#cells.fill(0x20);
    this.#increment = 1;
    this.#home();
  }

  #home(): void {
    this.#inPatterns = false;
    this.#address = 0;
  }
}
