import assert from "node:assert/strict";
import fc from "fast-check";
import { sharesOf } from "#core/session/attribution";
import type { Attribution } from "#core/session/ledger-config";

const RULES: readonly Attribution[] = ["houseFirst", "carFirst", "proportional"];
const percent = (share: number): number => Math.round(share * 100);

describe("attribution", () => {
  // sun, grid (+ import), battery (+ discharge), car: shares of sun, grid, battery in percent, by rule.
  for (const [what, sunW, gridW, batteryW, carW, houseFirst, carFirst, proportional] of [
    ["night, all from the grid", 0, 8000, null, 7000, [0, 100, 0], [0, 100, 0], [0, 100, 0]],
    ["sun for everybody and some to sell", 9000, -1000, null, 7000, [100, 0, 0], [100, 0, 0], [100, 0, 0]],
    ["house 1 kW, sun 5 kW, car 7 kW", 5000, 3000, null, 7000, [57, 43, 0], [71, 29, 0], [63, 38, 0]],
    ["the house battery helps", 2000, 0, 6000, 7000, [14, 0, 86], [29, 0, 71], [25, 0, 75]],
    ["the house battery fills up from the sun", 10_000, 0, -2000, 7000, [100, 0, 0], [100, 0, 0], [100, 0, 0]],
    ["the house battery fills up from the grid", 0, 10_000, -2000, 7000, [0, 100, 0], [0, 100, 0], [0, 100, 0]],
    ["the house battery is sold", 0, -1000, 9000, 7000, [0, 0, 100], [0, 0, 100], [0, 0, 100]],
    ["the car has just started and the meter lags", 0, 300, null, 7000, [0, 4, 0], [0, 4, 0], [0, 100, 0]],
    ["only a grid meter, 3 kW imported", null, 3000, null, 7000, [57, 43, 0], [0, 0, 0], [0, 0, 0]],
    ["only a sun meter", 5000, null, null, 7000, [0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ["a car that takes nothing", 5000, 0, null, 0, [0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ["a car whose power nobody knows", 5000, 0, null, null, [0, 0, 0], [0, 0, 0], [0, 0, 0]],
  ] as const) {
    for (const [rule, expected] of [
      ["houseFirst", houseFirst],
      ["carFirst", carFirst],
      ["proportional", proportional],
    ] as const) {
      it(`${what}, ${rule}: sun ${expected[0]} %, grid ${expected[1]} %, battery ${expected[2]} %`, () => {
        const { sun, grid, battery } = sharesOf({ at: null, sunW, gridW, batteryW }, carW, rule);
        assert.deepEqual([percent(sun), percent(grid), percent(battery)], expected);
      });
    }
  }

  it("two cars share an import instead of each having all of it", () => {
    const reading = { at: null, sunW: 8000, gridW: 6000, batteryW: null, carsW: 14_000 };
    const shares = sharesOf(reading, 7000, "houseFirst");
    assert.deepEqual([percent(shares.grid), percent(shares.sun)], [43, 57]);
  });

  it("shares are never negative, never more than all, whatever the meters say", () => {
    const watts = fc.option(fc.oneof(fc.integer({ min: -20_000, max: 20_000 }), fc.double({ noNaN: true, noDefaultInfinity: true })));
    fc.assert(
      fc.property(watts, watts, watts, watts, watts, fc.constantFrom(...RULES), (sunW, gridW, batteryW, carsW, carW, rule) => {
        const { sun, grid, battery } = sharesOf({ at: null, sunW, gridW, batteryW, carsW }, carW, rule);
        for (const share of [sun, grid, battery]) assert.ok(share >= 0 && share <= 1 + 1e-9, `${sun} ${grid} ${battery}`);
        assert.ok(sun + grid + battery <= 1 + 1e-9);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it("a house in balance leaves nothing unknown: what comes in is what is used", () => {
    const some = fc.integer({ min: 0, max: 9000 });
    fc.assert(
      fc.property(
        some,
        some,
        fc.integer({ min: -5000, max: 5000 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.constantFrom(...RULES),
        (sunW, house, batteryW, carW, rule) => {
          const gridW = house + carW - sunW - batteryW;
          const { sun, grid, battery } = sharesOf({ at: null, sunW, gridW, batteryW }, carW, rule);
          assert.ok(Math.abs(sun + grid + battery - 1) < 1e-9, `${sun} ${grid} ${battery}`);
        },
      ),
      { seed: 4, numRuns: 2000 },
    );
  });
});
