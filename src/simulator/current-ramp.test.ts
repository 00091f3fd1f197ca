import assert from "node:assert/strict";
import fc from "fast-check";
import { chargingA } from "./charging-current.ts";
import { CurrentRamp } from "./current-ramp.ts";
import { CAR_DEFAULTS } from "./presets.ts";

describe("current ramp", () => {
  it("goes to its target at its rate and stays", () => {
    const ramp = new CurrentRamp();
    assert.equal(ramp.goTo(10, 2, 1000), 5000);
    assert.equal(ramp.at(1000), 0);
    assert.equal(ramp.at(3500), 5);
    assert.equal(ramp.at(6000), 10);
    assert.equal(ramp.at(1e9), 10);
    ramp.goTo(0, 10, 7000);
    assert.equal(ramp.at(7500), 5);
  });

  it("turns round half way without a jump", () => {
    const ramp = new CurrentRamp();
    ramp.goTo(10, 2, 0);
    ramp.goTo(0, 10, 2000);
    assert.equal(ramp.at(2000), 4);
    assert.equal(ramp.at(2200), 2);
  });

  it("never gets anywhere at a rate of 0, and needs no time to where it is", () => {
    const ramp = new CurrentRamp();
    assert.equal(ramp.goTo(10, 0, 0), Number.POSITIVE_INFINITY);
    assert.equal(ramp.at(1e9), 0);
    assert.equal(ramp.goTo(0, 0, 0), 0);
  });

  it("counts what flowed, as the sum of small steps does", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20_000 }),
        (target, rate, end) => {
          const ramp = new CurrentRamp();
          ramp.goTo(target, rate, 0);
          let sum = 0;
          for (let ms = 0; ms < end; ms++) sum += ramp.at(ms + 0.5);
          assert.ok(Math.abs(ramp.flowed(0, end) - sum) < 1 + target);
        },
      ),
      { seed: 1772, numRuns: 50 },
    );
  });
});

describe("charging current", () => {
  it("is least at the end of the taper, never more than the car can, never negative", () => {
    assert.equal(chargingA(CAR_DEFAULTS, 80, 50), 32 * 0.98);
    assert.ok(Math.abs(chargingA(CAR_DEFAULTS, 32, 99) - 6 * 0.98) < 1e-9);
    assert.ok(Math.abs(chargingA(CAR_DEFAULTS, 32, 95.5) - 19 * 0.98) < 1e-9);
    assert.equal(chargingA({ ...CAR_DEFAULTS, drawExtraA: -50 }, 32, 50), 0);
    assert.equal(chargingA({ ...CAR_DEFAULTS, taperFromPercent: 99 }, 32, 99), 32 * 0.98);
  });
});
