/** The thermometer MCP9808: its registers on I2C, two bytes each, the high one first. Source: the maker's data sheet DS25095. */

export const MCP9808_REGISTER = { temperature: 0x05, manufacturer: 0x06, device: 0x07 } as const;
export const MCP9808_MANUFACTURER = 0x0054;
export const MCP9808_DEVICE = 0x0400;

const SIGN = 0x1000;
const MAGNITUDE = 0x0fff;
const STEPS_PER_DEGREE = 16;
/** What a bus reads on which nothing pulls a bit down; no temperature is both above and below its limits. */
const NOTHING = 0xffff;

/** Degrees from the temperature register. Flags above the sign are ignored. @returns null for a bus without a chip */
export function celsiusIn(high: number, low: number): number | null {
  const raw = (high << 8) | low;
  if (raw === NOTHING) return null;
  const magnitude = (raw & MAGNITUDE) / STEPS_PER_DEGREE;
  return (raw & SIGN) === 0 ? magnitude : magnitude - 256;
}

/** The temperature register's two bytes for a temperature, °C. */
export function temperatureBytes(celsius: number): readonly [number, number] {
  const raw = Math.round(celsius * STEPS_PER_DEGREE) & (SIGN | MAGNITUDE);
  return [raw >> 8, raw & 0xff];
}
