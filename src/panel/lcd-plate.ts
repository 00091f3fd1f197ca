/** A character display with its backlight and its buttons: knows what stands on the glass, and writes what differs. */
import { changeWrites, glyphWrites, type LcdWrite } from "#core/display/hd44780";
import type { Rows } from "#core/display/pages";
import { DriverUnavailable } from "#core/errors";
import type { SideLine } from "#ports/side-line";
import type { Lamps } from "./light.ts";
import type { PanelTime } from "./panel-time.ts";
import {
  bareNibbles,
  CONTROL_UNPAIRED,
  DIRECTIONS,
  heldIn,
  nibblesOf,
  PAIRED,
  PULL_UPS,
  REGISTER,
  restingPorts,
  transferOf,
} from "./plate-wires.ts";

/** Commands, and what they take beyond a transfer, ms. @see Hitachi HD44780U datasheet, table 6 and figure 24 */
const FOUR_WIRES_TWO_ROWS = 0x28;
const OFF = 0x08;
const ON = 0x0c;
const HOME = 0x02;
const WRITE_TO_THE_RIGHT = 0x06;
const POWER_ON_MS = 50;
const FIRST_RESET_MS = 5;
const NEXT_RESET_MS = 1;
const HOME_MS = 3;

const command = (byte: number): LcdWrite => ({ isText: false, byte });

export class LcdPlate {
  readonly #line: SideLine;
  readonly #address: number;
  readonly #time: PanelTime;
  /** What stands there; null while that is not known. */
  #glass: Rows | null = null;
  #lamps: Lamps | null = null;

  constructor(line: SideLine, address: number, time: PanelTime) {
    this.#line = line;
    this.#address = address;
    this.#time = time;
  }

  /**
   * Sets the display up from whatever state it is in and writes all of it. One that was set up before does not flicker by it: a spark of a
   * contactor can garble a display, which tells nobody.
   */
  async wake(rows: Rows, lamps: Lamps): Promise<void> {
    const isFresh = this.#glass === null;
    await this.#write(CONTROL_UNPAIRED, 0);
    await this.#write(REGISTER.control, PAIRED);
    await this.#write(REGISTER.latches, ...restingPorts(lamps));
    await this.#write(REGISTER.directions, ...DIRECTIONS);
    await this.#write(REGISTER.pullUps, ...PULL_UPS);
    this.#lamps = lamps;
    this.#glass = null;
    if (isFresh) await this.#time.pass(POWER_ON_MS);
    await this.#clock(bareNibbles(3), lamps);
    await this.#time.pass(FIRST_RESET_MS);
    await this.#clock(bareNibbles(3), lamps);
    await this.#time.pass(NEXT_RESET_MS);
    const begin = [command(FOUR_WIRES_TWO_ROWS), ...(isFresh ? [command(OFF)] : []), command(HOME)];
    await this.#clock([...bareNibbles(3, 2), ...nibblesOf(begin)], lamps);
    await this.#time.pass(HOME_MS);
    const all = [command(WRITE_TO_THE_RIGHT), ...glyphWrites(), ...changeWrites(null, rows), command(ON)];
    await this.#clock(nibblesOf(all), lamps);
    this.#glass = rows;
  }

  /** Shows rows and colour, writing only what is not there yet. */
  async show(rows: Rows, lamps: Lamps): Promise<void> {
    const writes = changeWrites(this.#glass, rows);
    if (writes.length > 0) {
      this.#glass = null;
      await this.#clock(nibblesOf(writes), lamps);
      this.#glass = rows;
    } else if (this.#lamps !== lamps) await this.#write(REGISTER.latches, ...restingPorts(lamps));
    this.#lamps = lamps;
  }

  /** Which buttons are held now, one bit each. */
  async held(): Promise<number> {
    const [port = 0] = await this.#line.read(this.#address, REGISTER.buttons, 1);
    return heldIn(port);
  }

  /** @throws DriverUnavailable `panelReset` when its chip is not as it was left: it was without power */
  async check(): Promise<void> {
    const directions = await this.#line.read(this.#address, REGISTER.directions, 2);
    const [control] = await this.#line.read(this.#address, REGISTER.control, 1);
    if (control === PAIRED && DIRECTIONS.every((bits, port) => bits === directions[port])) return;
    throw new DriverUnavailable("panelReset", "the display was without power for a moment");
  }

  #clock(nibbles: Parameters<typeof transferOf>[0], lamps: Lamps): Promise<void> {
    return this.#line.write(this.#address, transferOf(nibbles, lamps));
  }

  #write(...bytes: readonly number[]): Promise<void> {
    return this.#line.write(this.#address, Uint8Array.from(bytes));
  }
}
