import assert from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG, EXCESS_PAGE, OFF_GRID, SOLAR_PRESETS } from "#core/solar/config";
import { formOf } from "../../test/support/solar-limiter.ts";
import { chargerNames, solarConfig } from "./limiter-config.ts";
import { breakEvenW, presetOf, presetTolerance } from "./solar-limit.schema.ts";

describe("settings of the limiter", () => {
  it("are the rules' own defaults in a form that nobody touched", () => {
    assert.deepEqual(solarConfig(formOf()), DEFAULT_SOLAR_CONFIG);
  });

  for (const preset of ["balanced", "thrifty", "eager", "offGrid"] as const) {
    it(`take the temper ${preset} from the rules`, () => {
      const config = solarConfig(formOf({ preset }));
      assert.deepEqual({ ...DEFAULT_SOLAR_CONFIG, ...SOLAR_PRESETS[preset] }, config);
      assert.equal(presetTolerance(preset), config.importTolerance);
    });
  }

  it("let the form's own import tolerance win over the temper's", () => {
    assert.equal(solarConfig(formOf({ preset: "thrifty", importTolerance: "0.7" })).importTolerance, 0.7);
    assert.equal(solarConfig(formOf({ preset: "thrifty", importTolerance: "0" })).importTolerance, 0);
  });

  it("hold on to an excess-power page as its own charger does, but off-grid stops", () => {
    assert.deepEqual(solarConfig(formOf({ reading: "page" })).stale, EXCESS_PAGE);
    assert.deepEqual(solarConfig(formOf({ reading: "page", preset: "offGrid" })).stale, OFF_GRID);
    assert.equal(solarConfig(formOf({ holdMin: 3 })).stale.holdFor, 180_000);
    assert.equal(solarConfig(formOf({ floorMin: "0" })).stale.floorFor, 0);
  });

  it("name each charger once, in order", () => {
    assert.deepEqual(chargerNames(formOf({ chargers: " left,right ,, left" })), ["left", "right"]);
    assert.deepEqual(chargerNames(formOf()), []);
  });

  it("say in the form from which surplus charging pays", () => {
    assert.deepEqual(breakEvenW(1, 230, 1, 6), { leastW: 1380, fromW: 690 });
    assert.deepEqual(breakEvenW(3, 230, 3, 6), { leastW: 4140, fromW: 3105 });
    assert.equal(presetOf("toString"), null);
  });
});
