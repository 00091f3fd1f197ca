/**
 * The thermometer DS18B20, as the kernel tells its nine bytes: two lines, each the bytes in hexadecimal, the first with what the checksum
 * came to, the second with thousandths of a degree. Sources: the kernel's w1_therm document, the maker's data sheet.
 */

const MILLIDEGREES = 1_000;
/** What it shows before its first conversion, and after its supply failed, °C. */
const POWER_ON_C = 85;

/** @returns degrees; null for a checksum that is wrong, nine zeros (a shorted bus: their checksum is right), the value at power-on, and anything else. */
export function celsiusInW1(text: string): number | null {
  const [told = "", measured = ""] = text.split("\n");
  const bytes = /^((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} YES\s*$/.exec(told)?.[1];
  const thousandths = /^(?:[0-9a-f]{2} ){9}t=(-?\d+)\s*$/.exec(measured)?.[1];
  if (bytes === undefined || thousandths === undefined || /^[0 ]+$/.test(bytes)) return null;
  const celsius = Number(thousandths) / MILLIDEGREES;
  return celsius === POWER_ON_C ? null : celsius;
}
