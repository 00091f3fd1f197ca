/** The thermometer MCP9808: its registers on I2C. Source: the maker's data sheet DS25095. */

export const MCP9808_REGISTER = { temperature: 0x05, manufacturer: 0x06, device: 0x07 } as const;
export const MCP9808_MANUFACTURER = 0x0054;
export const MCP9808_DEVICE = 0x0400;

const SIGN = 0x1000;
const MAGNITUDE = 0x0fff;
const STEPS_PER_DEGREE = 16;

/** Degrees from the two bytes of the temperature register, high byte first. Flags above the sign are ignored. */
export function celsiusIn(high: number, low: number): number {
  const raw = (high << 8) | low;
  const magnitude = (raw & MAGNITUDE) / STEPS_PER_DEGREE;
  return (raw & SIGN) === 0 ? magnitude : magnitude - 256;
}

/** The temperature register's two bytes for a temperature, °C. */
export function temperatureBytes(celsius: number): readonly [number, number] {
  const raw = Math.round(celsius * STEPS_PER_DEGREE) & (SIGN | MAGNITUDE);
  return [raw >> 8, raw & 0xff];
}
