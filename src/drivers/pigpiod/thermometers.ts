/** The temperature inside the charger, asked for now and then, away from the lines that the safety loop uses. */
import { readFile } from "node:fs/promises";
import type { TemperatureLayout } from "#pi/layout";
import { celsiusIn, MCP9808_REGISTER } from "#pi/mcp9808";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest } from "#pi/protocol/frames";
import type { DaemonLine } from "./daemon-line.ts";

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

/** @param open opens another line to the daemon. @param feel hears each reading */
export function watchTemperature(layout: TemperatureLayout, open: () => Promise<DaemonLine>, feel: (celsius: number) => void): Thermometer {
  let closed = false;
  let line: DaemonLine | null = null;
  let handle: number | null = null;

  const ask = async (): Promise<number | null> => {
    if (layout.sensor === "DS18B20") {
      const text = await readFile(`/sys/bus/w1/devices/${layout.id}/temperature`, "utf8");
      const celsius = Number(text) / MILLIDEGREES;
      return celsius === POWER_ON_C ? null : celsius;
    }
    line ??= await open();
    if (handle === null) {
      const opened = await line.ask(COMMAND.I2CO, layout.bus, layout.address, new Uint8Array(4));
      if (opened.result < 0) return null;
      handle = opened.result;
    }
    const { result } = await line.ask(COMMAND.I2CRW, handle, MCP9808_REGISTER.temperature);
    // SMBus words have their low byte first, the chip sends its high byte first.
    return result < 0 ? null : celsiusIn(result & 0xff, result >> 8);
  };

  const look = async (): Promise<void> => {
    try {
      const celsius = await ask();
      if (!closed && celsius !== null && celsius >= LOWEST_C && celsius <= HIGHEST_C) feel(celsius);
    } catch {
      // Not there: the machine sees that nothing comes.
      line = null;
      handle = null;
    }
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return {
    close() {
      closed = true;
      clearInterval(timer);
      if (handle !== null) line?.send(encodeRequest(COMMAND.I2CC, handle), () => {});
      line?.close();
    },
  };
}
