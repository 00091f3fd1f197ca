/** The thermometer on the board, over the daemon's I2C or the kernel's 1-wire bus. */
import type { TemperatureLayout } from "#pi/layout";
import { celsiusIn, MCP9808_REGISTER } from "#pi/mcp9808";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest } from "#pi/protocol/frames";
import { celsiusOfW1, type Thermometer, watchTemperature } from "../thermometer.ts";
import type { DaemonLine } from "./daemon-line.ts";

/** @param open opens another line to the daemon. @param feel hears each reading */
export function watchBoardTemperature(
  layout: TemperatureLayout,
  open: () => Promise<DaemonLine>,
  feel: (celsius: number) => void,
): Thermometer {
  if (layout.sensor === "DS18B20") return watchTemperature(() => celsiusOfW1(layout.id), feel);
  let line: DaemonLine | null = null;
  let handle: number | null = null;

  const ask = async (): Promise<number | null> => {
    try {
      line ??= await open();
      if (handle === null) {
        const opened = await line.ask(COMMAND.I2CO, layout.bus, layout.address, new Uint8Array(4));
        if (opened.result < 0) return null;
        handle = opened.result;
      }
      const { result } = await line.ask(COMMAND.I2CRW, handle, MCP9808_REGISTER.temperature);
      // SMBus words have their low byte first, the chip sends its high byte first.
      return result < 0 ? null : celsiusIn(result & 0xff, result >> 8);
    } catch (error) {
      line = null;
      handle = null;
      throw error;
    }
  };
  const watch = watchTemperature(ask, feel);
  return {
    close() {
      watch.close();
      if (handle !== null) line?.send(encodeRequest(COMMAND.I2CC, handle), () => {});
      line?.close();
    },
  };
}

export type { Thermometer };
export { watchBoardTemperature as watchTemperature };
