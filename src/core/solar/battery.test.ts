import { equal, ok } from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG, type SolarConfig } from "#core/solar/config";
import type { SolarEvent } from "#core/solar/types";
import { Watts } from "#core/units/units";
import { clear, HOUR, type House, live } from "../../../test/support/solar-house.ts";

const config: Partial<SolarConfig> = {
  battery: { ...DEFAULT_SOLAR_CONFIG.battery, priority: "batteryFirst", targetSoc: 80, largestCharge: Watts(4000) },
};
const soc = (value: number): SolarEvent => ({ type: "reading", source: "batterySoc", value, measuredAt: null });

/** A house whose battery takes whatever is left over, up to 4 kW, and tells its charge by `events`. */
function houseWithBattery(events: (second: number) => readonly SolarEvent[]): House {
  let battery = 0;
  const rival = (exportW: number): number => {
    battery += (Math.max(0, Math.min(4000, exportW)) - battery) / 3;
    return battery;
  };
  return { sun: clear(5000), config, rival, battery: () => battery, events };
}

describe("solar limiter and a home battery's charge", () => {
  it("that is told only when it changes counts until then, so that the car goes first above the level all day", () => {
    const { closures, solar } = live(
      houseWithBattery((second) => (second === 0 || second === 4 * HOUR ? [soc(second === 0 ? 90 : 91)] : [])),
      8 * HOUR,
    );
    equal(closures, 1);
    ok(solar > 12, `${solar} kWh of sun`);
  });

  it("that stays below the level keeps the sun for the battery", () => {
    const { solar } = live(
      houseWithBattery((second) => (second === 0 ? [soc(40)] : [])),
      4 * HOUR,
    );
    ok(solar < 1, `${solar} kWh of sun`);
  });

  it("that stands still while kilowatt hours go in is not believed any more", () => {
    const stuck = houseWithBattery((second) => (second % 60 === 0 ? [soc(90)] : []));
    const always = { ...stuck, sun: () => 6000 };
    const first: number[] = [];
    live(always, 6 * HOUR, (second, { limit }) => {
      if (second % HOUR === HOUR - 1) first.push(limit);
    });
    ok((first[0] ?? 0) > 15 && (first.at(-1) ?? 0) < 10, `${first.join(" ")} A`);
  });
});
