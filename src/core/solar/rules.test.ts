import { deepEqual, equal, ok } from "node:assert/strict";
import { toleranceOf } from "#core/solar/absorb";
import { batteryShare } from "#core/solar/battery";
import { type Ceiling, type CeilingMemory, lowestCeiling, NO_CEILINGS, setCeiling } from "#core/solar/ceilings";
import { type BatteryPolicy, DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { planState } from "#core/solar/plan";
import { accrue, breakEven, gainOf, untilTipping } from "#core/solar/regret";
import { Amps, Hours, Instant, Minutes, Seconds, WattHours, Watts } from "#core/units/units";

const s = (seconds: number): Instant => Instant(seconds * 1000);

describe("regret", () => {
  const range = { least: 1380, most: 3680 };

  it("values running by the sun used less λ times what is bought", () => {
    equal(gainOf(5000, range, 1), 3680);
    equal(gainOf(2000, range, 3), 2000);
    equal(gainOf(1000, range, 1), 1000 - 380);
    equal(gainOf(1000, range, 3), 1000 - 3 * 380);
    equal(gainOf(-800, range, 1), -1380);
  });

  for (const [tolerance, share] of [
    [0, 0],
    [1, 1 / 2],
    [3, 3 / 4],
  ] as const) {
    it(`breaks even at λ/(1+λ) of the floor for λ = ${tolerance}`, () => {
      const surplus = breakEven(range, tolerance);
      equal(surplus, 1380 * share);
      ok(Math.abs(gainOf(surplus, range, tolerance)) < 1e-9);
    });
  }

  it("counts up while the other state is better and forgets, but never below nothing nor beyond the limit", () => {
    equal(accrue(WattHours(50), 1000, Minutes(3), WattHours(150)), 100);
    equal(accrue(WattHours(50), -1000, Minutes(3), WattHours(150)), 0);
    equal(accrue(WattHours(50), 1000, Minutes(30), WattHours(150)), 150);
  });

  it("tells how long until it tips over, and that it never does", () => {
    equal(untilTipping(WattHours(50), WattHours(100), 1000), 180_000);
    equal(untilTipping(WattHours(100), WattHours(100), -5), 0);
    equal(untilTipping(WattHours(50), WattHours(100), 0), null);
  });
});

describe("toleranceOf", () => {
  it("is what import costs beyond its worth over what sold sun would lose", () => {
    ok(Math.abs((toleranceOf(0.35, 0.08, 0.2) ?? 0) - 0.15 / 0.12) < 1e-9);
  });
  it("is nothing when import is cheaper than the sun is worth, and large but finite when feeding in pays as well", () => {
    equal(toleranceOf(0.1, 0.08, 0.2), 0);
    equal(toleranceOf(0.35, 0.2, 0.2), 100);
    equal(toleranceOf(Number.NaN, 0.08, 0.2), null);
  });
});

describe("batteryShare", () => {
  const policy = (change: Partial<BatteryPolicy>): BatteryPolicy => ({ ...DEFAULT_SOLAR_CONFIG.battery, ...change });
  const cells: readonly (readonly [string, Partial<BatteryPolicy>, number | null, number | null, number])[] = [
    ["nothing is known of it", { priority: "carFirst" }, null, 50, 0],
    ["it is to be ignored", { priority: "ignore" }, 2000, 50, 0],
    ["the car goes first and it charges", { priority: "carFirst" }, 2000, 50, 2000],
    ["the car goes first and it discharges", { priority: "carFirst" }, -1500, 50, -1500],
    ["it goes first below its target", { priority: "batteryFirst", targetSoc: 80 }, 2000, 50, 0],
    ["it goes first and could take more", { priority: "batteryFirst", targetSoc: 80, largestCharge: Watts(3000) }, 2000, 50, -1000],
    ["it reached its target", { priority: "batteryFirst", targetSoc: 80 }, 2000, 80, 2000],
    ["its charge is not known", { priority: "batteryFirst", targetSoc: 80 }, 2000, null, 0],
    ["it shares half", { priority: "share", share: 0.5 }, 2000, 50, 1000],
    ["it is full and takes nothing", { priority: "share", share: 0.5, largestCharge: Watts(3000) }, 0, 100, 0],
    ["it may help", { priority: "carFirst", allowedDischarge: Watts(500), floorSoc: 30 }, 0, 50, 500],
    ["it is too low to help", { priority: "carFirst", allowedDischarge: Watts(500), floorSoc: 30 }, 0, 30, 0],
  ];
  for (const [situation, change, power, soc, expected] of cells) {
    it(`leaves ${expected} W to the car when ${situation}`, () => equal(batteryShare(policy(change), power, soc), expected));
  }
});

describe("ceilings", () => {
  const rise = 0.5;
  const amps = (limit: number, until: Instant | null = null): Ceiling => ({ amps: limit, watts: null, until });
  const at = (memory: CeilingMemory, second: number): CeilingMemory => lowestCeiling(memory, Amps(16), rise, 230, s(second));
  const fuse = setCeiling(setCeiling(NO_CEILINGS, "fuse", amps(10)), "tariff", amps(12, s(100)));

  it("lets the lowest win and says which it was", () => {
    const { effective, by } = at(fuse, 0);
    deepEqual([effective, by], [10, "fuse"]);
  });

  it("lowers at once and rises slowly under the old name", () => {
    const lowered = at(setCeiling(at(fuse, 0), "fuse", amps(7)), 1);
    equal(lowered.effective, 7);
    const lifted = setCeiling(lowered, "fuse", null);
    deepEqual([at(lifted, 3).effective, at(lifted, 3).by], [8, "fuse"]);
    deepEqual([at(lifted, 11).effective, at(lifted, 11).by], [12, "tariff"]);
  });

  it("forgets a ceiling whose time is over", () => {
    const lapsed = at(setCeiling(NO_CEILINGS, "tariff", amps(12, s(100))), 100);
    deepEqual([lapsed.effective, lapsed.by], [16, "maximum"]);
  });

  it("turns power into amps by what one ampere stands for", () => {
    const peak = setCeiling(NO_CEILINGS, "peak", { amps: null, watts: 2300, until: null });
    equal(lowestCeiling(peak, Amps(16), rise, 230, s(0)).effective, 10);
    equal(lowestCeiling(peak, Amps(16), rise, 690, s(0)).effective, 2300 / 690);
  });

  it("takes a negative ceiling for nothing", () => equal(at(setCeiling(NO_CEILINGS, "fuse", amps(-3)), 0).effective, 0));
});

describe("planState", () => {
  const plan = { energy: WattHours(7000), by: s(36_000) };
  const hour = (hours: number): Instant => Instant(Hours(hours));
  const cells: readonly (readonly [string, number, number, string])[] = [
    ["hours are left", 1, 0, "sunFirst"],
    ["the rest takes all the time that is left", 8, 0, "mustCharge"],
    ["half is in", 8, 3500, "sunFirst"],
    ["all is in", 9, 7000, "done"],
    ["the time is over", 10, 0, "late"],
  ];
  for (const [situation, hours, delivered, expected] of cells) {
    it(`is ${expected} when ${situation}`, () => equal(planState(plan, WattHours(delivered), 3680, hour(hours)), expected));
  }
  it("is none without a plan, and charges at once when nothing is known of the power", () => {
    equal(planState(null, WattHours(0), 3680, s(0)), "none");
    equal(planState(plan, WattHours(0), 0, s(0)), "mustCharge");
  });
  it("keeps ten minutes in hand", () => {
    const needed = (7000 / 3680) * 3_600_000 * 1.05 + Minutes(10);
    equal(planState(plan, WattHours(0), 3680, Instant(plan.by - needed)), "mustCharge");
    equal(planState(plan, WattHours(0), 3680, Instant(plan.by - needed - Seconds(1))), "sunFirst");
  });
});
