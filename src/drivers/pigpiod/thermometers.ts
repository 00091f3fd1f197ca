/** The thermometer on the board, over the daemon's I2C or the kernel's 1-wire bus. */
import type { TemperatureLayout } from "#pi/layout";
import { celsiusIn, MCP9808_MANUFACTURER, MCP9808_REGISTER } from "#pi/mcp9808";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest } from "#pi/protocol/frames";
import { celsiusOfW1, type Thermometer, watchTemperature } from "../thermometer.ts";
import type { DaemonLine } from "./daemon-line.ts";

/** A line that has not answered by then will not, ms: another is opened. */
const ANSWERS_WITHIN = 2_000;

/** @param open opens another line to the daemon. @param feel hears each reading */
export function watchBoardTemperature(
  layout: TemperatureLayout,
  open: () => Promise<DaemonLine>,
  feel: (celsius: number) => void,
): Thermometer {
  if (layout.sensor === "DS18B20") return watchTemperature(() => celsiusOfW1(layout.id), feel);
  let line: DaemonLine | null = null;
  let handle: number | null = null;

  /** A register of two bytes; null where the chip does not answer. */
  const register = async (of: DaemonLine, number: number): Promise<readonly [high: number, low: number] | null> => {
    if (handle === null) {
      const opened = await of.ask(COMMAND.I2CO, layout.bus, layout.address, new Uint8Array(4));
      if (opened.result < 0) return null;
      handle = opened.result;
    }
    const { result } = await of.ask(COMMAND.I2CRW, handle, number);
    // SMBus words have their low byte first, the chip sends its high byte first.
    if (result >= 0) return [result & 0xff, result >> 8];
    // The chip may be gone, or the handle: the next look begins anew.
    await of.ask(COMMAND.I2CC, handle);
    handle = null;
    return null;
  };

  const measure = async (): Promise<number | null> => {
    line ??= await open();
    // A bus that reads the same whatever is asked has no temperature either: first who answers, each time.
    const maker = await register(line, MCP9808_REGISTER.manufacturer);
    if (maker === null || ((maker[0] << 8) | maker[1]) !== MCP9808_MANUFACTURER) return null;
    const measured = await register(line, MCP9808_REGISTER.temperature);
    return measured === null ? null : celsiusIn(...measured);
  };

  const ask = async (): Promise<number | null> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), ANSWERS_WITHIN);
      timer.unref();
    });
    const answer = await Promise.race([measure(), late]).finally(() => clearTimeout(timer));
    if (answer !== "late") return answer;
    line?.close();
    line = null;
    handle = null;
    return null;
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
