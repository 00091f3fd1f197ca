/** A front panel on a simulated display, with time and everything that can go wrong in a test's hand. */
import { encodeRow } from "#core/display/hd44780";
import { DriverUnavailable } from "#core/errors";
import { Instant } from "#core/units/units";
import type { StatusMessage } from "#link/messages";
import { FrontPanel, type PanelSettings } from "#panel/front-panel";
import type { PanelTime } from "#panel/panel-time";
import type { SideLine } from "#ports/side-line";
import { Lcd, type LcdButton } from "#virtual-pi/lcd";
import { MovedTime } from "../flows/support/moved-time.ts";
import { aStatus } from "./link-samples.ts";

const ADDRESS = 0x20;
export const LIGHT = { red: 12, green: 13, blue: 19, common: "cathode" } as const;

class PanelMovedTime extends MovedTime implements PanelTime {
  now(): Instant {
    return Instant(this.ms - 1_767_225_600_000);
  }

  pass(ms: number, over?: AbortSignal): Promise<void> {
    if (over?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.after(ms, resolve);
      over?.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}

export class PanelRig {
  readonly time = new PanelMovedTime();
  readonly lcd = new Lcd();
  readonly pins = new Map<number, number>();
  readonly asked: string[] = [];
  readonly told: string[] = [];
  readonly panel: FrontPanel;
  /** Lines that were asked for, and those that are open. */
  opened = 0;
  open = 0;
  /** Transfers and bytes since they were last set to zero. */
  transfers = 0;
  bytes = 0;
  daemon: "well" | "away" = "well";
  bus: "well" | "hangs" = "well";

  constructor(settings: Partial<PanelSettings> = {}) {
    const all: PanelSettings = { lcd: { address: ADDRESS }, led: LIGHT, language: "en", turnAfterMs: 5_000, ...settings };
    this.panel = new FrontPanel({
      settings: all,
      open: () => this.#line(),
      time: this.time,
      ask: (wish) => void this.asked.push(wish),
      tell: (what) => void this.told.push(what),
    });
    this.panel.start();
  }

  see(status: Partial<StatusMessage> = {}, readyA: number | null = 30): void {
    this.panel.see({ ...aStatus(), temperatureC: null, ...status }, readyA, this.time.ms);
  }

  /** What stands on the glass, in the panel's own codes; `shows` compares with words. */
  shows(...rows: readonly [string, string]): boolean {
    return this.lcd.view.on && rows.every((row, line) => this.lcd.view.lines[line] === String.fromCharCode(...encodeRow(row)));
  }

  get light(): string {
    const { red, green, blue } = this.lcd.view.light;
    return `${red ? "R" : ""}${green ? "G" : ""}${blue ? "B" : ""}`;
  }

  /** Levels of the light's pins: red, green, blue. */
  get lamps(): readonly (number | undefined)[] {
    return [LIGHT.red, LIGHT.green, LIGHT.blue].map((gpio) => this.pins.get(gpio));
  }

  async press(button: LcdButton, heldMs = 150): Promise<void> {
    this.lcd.hold(button, true);
    await this.time.advance(heldMs);
    this.lcd.hold(button, false);
    await this.time.advance(150);
  }

  async #line(): Promise<SideLine> {
    this.opened += 1;
    await Promise.resolve();
    if (this.daemon === "away") throw new DriverUnavailable("daemonUnreachable", "nobody answers");
    this.open += 1;
    let isClosed = false;
    const transfer = async <T>(act: () => T): Promise<T> => {
      if (isClosed) throw new Error("asked on a line that is closed");
      await Promise.resolve();
      if (this.bus === "hangs") {
        await this.time.pass(2_000);
        throw new DriverUnavailable("lineLost", "no answer within 2000 ms");
      }
      if (!this.lcd.answers) throw new DriverUnavailable("chipSilent", "chip 0x20 on I2C bus 1 does not answer");
      this.transfers += 1;
      return act();
    };
    return {
      write: (address, bytes) =>
        transfer(() => {
          if (address !== ADDRESS) throw new Error(`nothing at ${address}`);
          this.bytes += bytes.length;
          this.lcd.write(bytes);
        }),
      read: (_, register, count) =>
        transfer(() => {
          this.lcd.write(Uint8Array.of(register));
          return this.lcd.read(count);
        }),
      drive: async (gpio, share) => {
        if (isClosed) throw new Error("driven on a line that is closed");
        this.pins.set(gpio, share);
      },
      close: () => {
        if (!isClosed) this.open -= 1;
        isClosed = true;
      },
    };
  }
}
