/** The thermometer on the board, by the kernel: the library itself has no I2C. */
import { readdir } from "node:fs/promises";
import type { TemperatureLayout } from "#pi/layout";
import { celsiusInFile, celsiusOfW1, type Thermometer, watchTemperature } from "../thermometer.ts";

/** The kernel's driver for an MCP9808 shows it here, under a number that is not known before. */
const hwmonOf = ({ bus, address }: { readonly bus: number; readonly address: number }): string =>
  `/sys/bus/i2c/devices/${bus}-${address.toString(16).padStart(4, "0")}/hwmon`;

/** What to do where the kernel does not show the thermometer; null where it does, or where it will by itself. */
export async function objectionToThermometer(layout: TemperatureLayout): Promise<string | null> {
  if (layout.sensor === "DS18B20") return null;
  const address = `0x${layout.address.toString(16)}`;
  return (await readdir(hwmonOf(layout)).catch(() => [])).length > 0
    ? null
    : `no thermometer at ${address} on I2C bus ${layout.bus}: add "dtoverlay=i2c-sensor,jc42,addr=${address}" to config.txt and restart`;
}

/** @param feel hears each reading */
export function watchBoardTemperature(layout: TemperatureLayout, feel: (celsius: number) => void): Thermometer {
  if (layout.sensor === "DS18B20") return watchTemperature(() => celsiusOfW1(layout.id), feel);
  const folder = hwmonOf(layout);
  return watchTemperature(async () => {
    const [name] = await readdir(folder);
    return name === undefined ? null : celsiusInFile(`${folder}/${name}/temp1_input`);
  }, feel);
}
