/** The temperature inside the charger, asked for now and then, away from what the safety loop waits for. */
import { readFile } from "node:fs/promises";
import { celsiusInW1 } from "#pi/ds18b20";

const EVERY_MS = 500;
const MILLIDEGREES = 1_000;
/** What a chip can measure; anything else is no answer, °C. */
const LOWEST_C = -40;
const HIGHEST_C = 125;
/** Nothing inside a charger changes by more between two looks: such a value is believed when the next is like it. °C */
const LARGEST_STEP_C = 10;
const W1_DEVICES = "/sys/bus/w1/devices";

export interface Thermometer {
  close(): void;
}

/** Degrees in a file of the kernel's, which holds thousandths. @returns null for an empty one @throws the file's error */
export async function celsiusInFile(path: string): Promise<number | null> {
  const text = (await readFile(path, "utf8")).trim();
  return text === "" ? null : Number(text) / MILLIDEGREES;
}

/**
 * A DS18B20 on the 1-wire bus, by the kernel, which tells more in the older of its two files: whether the checksum was right. Takes most
 * of a second. @returns null where it has nothing to believe @throws the file's error
 */
export const celsiusOfW1 = async (id: string, devices = W1_DEVICES): Promise<number | null> =>
  celsiusInW1(await readFile(`${devices}/${id}/w1_slave`, "utf8"));

const isNear = (one: number, other: number | null): boolean => other !== null && Math.abs(one - other) <= LARGEST_STEP_C;

/**
 * Looks twice a second, unless the look before has not been answered yet. A value that is far from the last is told only when the next
 * is near it. @param ask answers null where there is nothing, and may throw. @param feel hears each reading
 */
export function watchTemperature(ask: () => Promise<number | null>, feel: (celsius: number) => void): Thermometer {
  let closed = false;
  let asking = false;
  let felt: number | null = null;
  let doubted: number | null = null;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    // Not there: the machine sees that nothing comes.
    const celsius = await ask().catch(() => null);
    asking = false;
    if (closed || celsius === null || !(celsius >= LOWEST_C && celsius <= HIGHEST_C)) return;
    const believed = felt === null || isNear(celsius, felt) || isNear(celsius, doubted);
    doubted = believed ? null : celsius;
    if (!believed) return;
    felt = celsius;
    feel(celsius);
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
