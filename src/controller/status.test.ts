import assert from "node:assert/strict";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { createEvse, viewOf } from "#core/evse/machine";
import { NOTHING_SENSED } from "#core/evse/memory";
import { Amps, Instant, Volts, WallTime, WattHours } from "#core/units/units";
import { statusOf } from "./status.ts";

function statusWith(offered: number, currentA: number) {
  const now = Instant(1000);
  const view = { ...viewOf(createEvse(DEFAULT_EVSE_CONFIG), now), offered: Amps(offered) };
  const inputs = { ...NOTHING_SENSED, currentA: Amps(currentA), mainsV: Volts(240), energyWh: WattHours(1234.5678901) };
  return statusOf({ charger: "test", view, inputs, phases: 1, now, wall: WallTime(0), loopLatenessMs: 0 });
}

describe("statusOf", () => {
  for (const [offered, shown] of [
    [15.995999999999999, 15.996],
    [15.9969, 15.996],
    [16, 16],
    [0.1 + 0.2, 0.3],
  ] as const) {
    it(`an offer of ${offered} A › says ${shown} A, never more than is meant [DC-08]`, () => {
      assert.equal(statusWith(offered, 0).offeredCurrentA, shown);
    });
  }

  it("measured values › carry no digits finer than their thousandth", () => {
    const { currentA, powerW, energyWh } = statusWith(16, 15.67891234);
    assert.deepEqual([currentA, powerW, energyWh], [15.679, 3762.939, 1234.568]);
  });

  it("what is not known › stays null, not 0", () => {
    const { temperatureC, pilot } = statusWith(16, 1);
    assert.deepEqual([temperatureC, pilot.highV, pilot.lowV], [null, null, null]);
  });
});
