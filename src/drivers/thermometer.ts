/** The temperature inside the charger, asked for now and then, away from what the safety loop waits for. */
import { readFile } from "node:fs/promises";

const EVERY_MS = 500;
const MILLIDEGREES = 1_000;
/** What a DS18B20 shows before its first conversion, and after its supply failed, °C. */
const POWER_ON_C = 85;
/** What a chip can measure; anything else is no answer, °C. */
const LOWEST_C = -40;
const HIGHEST_C = 125;

export interface Thermometer {
  close(): void;
}

/** Degrees in a file of the kernel's, which holds thousandths. @throws the file's error */
export const celsiusInFile = async (path: string): Promise<number> => Number(await readFile(path, "utf8")) / MILLIDEGREES;

/** A DS18B20 on the 1-wire bus, by the kernel. @returns null while it has not measured yet @throws the file's error */
export async function celsiusOfW1(id: string): Promise<number | null> {
  const celsius = await celsiusInFile(`/sys/bus/w1/devices/${id}/temperature`);
  return celsius === POWER_ON_C ? null : celsius;
}

/** @param ask answers null where there is nothing yet, and may throw. @param feel hears each reading */
export function watchTemperature(ask: () => Promise<number | null>, feel: (celsius: number) => void): Thermometer {
  let closed = false;
  const look = async (): Promise<void> => {
    // Not there: the machine sees that nothing comes.
    const celsius = await ask().catch(() => null);
    if (!closed && celsius !== null && celsius >= LOWEST_C && celsius <= HIGHEST_C) feel(celsius);
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return {
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}
