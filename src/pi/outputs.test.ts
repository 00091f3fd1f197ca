import assert from "node:assert/strict";
import fc from "fast-check";
import { dutyForLimit, offerOfDuty } from "#core/pilot/duty";
import { STEADY_HIGH, STEADY_LOW } from "#core/pilot/types";
import { Amps, DutyPercent } from "#core/units/units";
import { dutyOf, foreignOutput, SAFE } from "./outputs.ts";
import { PRESETS } from "./presets.ts";

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

  it("that are on though they are driven off are somebody else's, and those that are off are not [RL-01] [GF-04]", () => {
    const layout = {
      ...PRESETS.buildGuide,
      relays: [
        { gpio: 17, active: "high" },
        { gpio: 5, active: "low" },
      ],
    } as const;
    const rest = 1 << 5;
    const off = { outputs: SAFE, relaysOn: false };
    const others = ~((1 << 17) | (1 << 5) | (1 << 24) | (1 << 25));
    assert.equal(foreignOutput(layout, off, rest | others), null);
    for (const [gpio, levels] of [
      [17, rest | (1 << 17)],
      [5, 0],
      [24, rest | (1 << 24)],
      [25, rest | (1 << 25)],
    ] as const)
      assert.equal(foreignOutput(layout, off, levels), gpio);
    const on = { outputs: { ...SAFE, coil: true, gfciTest: true, gfciReset: true }, relaysOn: true };
    for (const levels of [0, ~0, rest, ~rest]) assert.equal(foreignOutput(layout, on, levels), null);
  });

  it("steady is steady", () => assert.deepEqual([dutyOf(STEADY_HIGH), dutyOf(STEADY_LOW)], [1_000_000, 0]));
});
