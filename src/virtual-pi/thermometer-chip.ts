/** An MCP9808 that shows the simulated charger's temperature. */
import { MCP9808_DEVICE, MCP9808_MANUFACTURER, MCP9808_REGISTER, temperatureBytes } from "#pi/mcp9808";
import type { I2cDevice } from "./i2c.ts";

/** Beyond its registers. */
const NOTHING = 0xff;

export class ThermometerChip implements I2cDevice {
  readonly #celsius: () => number | null;
  #register = 0;

  /** @param celsius null while the sensor does not answer */
  constructor(celsius: () => number | null) {
    this.#celsius = celsius;
  }

  get answers(): boolean {
    return this.#celsius() !== null;
  }

  write(bytes: Uint8Array): void {
    this.#register = bytes[0] ?? 0;
  }

  read(count: number): Uint8Array {
    const bytes = this.#bytes();
    return Uint8Array.from({ length: count }, (_, index) => bytes[index] ?? NOTHING);
  }

  #bytes(): readonly number[] {
    switch (this.#register) {
      case MCP9808_REGISTER.temperature: {
        return temperatureBytes(this.#celsius() ?? 0);
      }
      case MCP9808_REGISTER.manufacturer:
        return [MCP9808_MANUFACTURER >> 8, MCP9808_MANUFACTURER & 0xff];
      case MCP9808_REGISTER.device:
        return [MCP9808_DEVICE >> 8, MCP9808_DEVICE & 0xff];
      default:
        return [0, 0];
    }
  }
}
