import assert from "node:assert/strict";
import fc from "fast-check";
import { dutyForLimit, offerOfDuty } from "#core/pilot/duty";
import { STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, DutyPercent } from "#core/units/units";
import { dutyOf } from "./outputs.ts";

describe("outputs of a Pi", () => {
  it("a duty never offers more than was meant [DC-01] [I2]", () => {
    fc.assert(
      fc.property(fc.integer({ min: 600, max: 8_000 }), (hundredths) => {
        const limit = Amps(hundredths / 100);
        const driven = DutyPercent(dutyOf(dutyForLimit(limit)) / 10_000);
        assert.ok(offerOfDuty(driven) <= limit + 1e-9);
      }),
      { seed: 1772 },
    );
  });

  it("steady is steady", () => assert.deepEqual([dutyOf(STEADY_HIGH), dutyOf(STEADY_LOW)], [1_000_000, 0]));
});
