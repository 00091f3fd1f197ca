import assert from "node:assert/strict";
import { NO_PRICES, type Prices } from "#core/session/ledger-config";
import type { ChargerReport, TariffSlot } from "#core/session/observation";
import { WallTime } from "#core/units/units";
import { HOUR, LedgerRig, MINUTE, NOON, SECOND } from "../../../test/support/ledger-rig.ts";

const CHARGES: Partial<ChargerReport> = { state: "charging", powerW: 6000, offeredA: 32 };
const slot = (fromMin: number, untilMin: number, gridPerKwh: number): TariffSlot => ({
  from: WallTime(NOON + fromMin * MINUTE),
  until: WallTime(NOON + untilMin * MINUTE),
  gridPerKwh,
  sunPerKwh: null,
  co2GPerKwh: null,
});
const priced = (prices: Partial<Prices>): LedgerRig => new LedgerRig({ prices: { ...NO_PRICES, ...prices } });
/** An hour at 6 kW, with a site that says the same every ten seconds. */
function hourWith(
  rig: LedgerRig,
  site: { readonly sunW: number | null; readonly gridW: number | null; readonly batteryW: number | null } | null,
): LedgerRig {
  for (let passed = 0; passed < HOUR; passed += 10 * SECOND) {
    if (site !== null) rig.site(site);
    rig.reports(10 * SECOND, () => CHARGES);
  }
  return rig.reports(SECOND, () => ({ state: "notConnected", powerW: 0 }));
}
const near = (actual: number | null, expected: number, tolerance = 0.005): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

describe("ledger: what it cost and where it came from", () => {
  it("without a price there is no cost, without a factor no CO2", () => {
    const { cost, pricedWh, co2G } = hourWith(new LedgerRig(), null).session;
    assert.deepEqual([cost, pricedWh, co2G], [null, 0, null]);
  });

  it("a site without a meter pays the grid's price for what nobody attributed", () => {
    const { cost, unknownWh, energyWh, co2G } = hourWith(priced({ gridPerKwh: 0.3, co2GPerKwh: 400 }), null).session;
    assert.equal(unknownWh, energyWh);
    near(cost, 1.8);
    near(co2G, 2400, 2);
  });

  it("powers that come one at a time count together, each for as long as it is fresh", () => {
    const apart = (sunFor: number): LedgerRig => {
      const rig = new LedgerRig();
      for (let passed = 0; passed < HOUR; passed += 10 * SECOND) {
        rig.site({ gridW: 0 });
        if (passed < sunFor) rig.pass(2 * SECOND).site({ sunW: 3000 });
        if (passed < sunFor) rig.pass(2 * SECOND).site({ batteryW: 3000 });
        rig.reports(6 * SECOND, () => CHARGES);
      }
      return rig.reports(SECOND, () => ({ state: "notConnected", powerW: 0 }));
    };
    const { sunWh, batteryWh, unknownWh, energyWh } = apart(HOUR).session;
    near(sunWh / energyWh, 0.5);
    near(batteryWh / energyWh, 0.5);
    near(unknownWh / energyWh, 0, 0.01);
    // A sun that falls silent is not taken for one that goes on: the grid alone tells what is left.
    const half = apart(HOUR / 2).session;
    near(half.batteryWh / half.energyWh, 0.3, 0.08);
    near(half.unknownWh / half.energyWh, 0, 0.01);
  });

  it("a grid meter that falls silent is unknown a minute later, however often the sun is told", () => {
    const rig = new LedgerRig();
    rig.site({ gridW: 0 });
    for (let passed = 0; passed < HOUR; passed += 10 * SECOND) {
      rig.site({ sunW: 6000 });
      rig.reports(10 * SECOND, () => CHARGES);
    }
    near(rig.session.sunWh, 100, 10);
  });

  it("sun costs what it would have earned and has no CO2, battery as sun unless it has a price of its own", () => {
    const half = { sunW: 3000, gridW: 0, batteryW: 3000 };
    const { sunWh, batteryWh, cost, co2G } = hourWith(priced({ gridPerKwh: 0.3, sunPerKwh: 0.08, co2GPerKwh: 400 }), half).session;
    near(sunWh, 3000, 5);
    near(batteryWh, 3000, 5);
    near(cost, 0.48);
    near(co2G, 0, 2);
    near(hourWith(priced({ gridPerKwh: 0.3, sunPerKwh: 0.08, batteryPerKwh: 0.2 }), half).session.cost, 0.84);
  });

  it("energy of a source without a price is not priced, and the effective price is of the rest", () => {
    const { cost, pricedWh } = hourWith(priced({ gridPerKwh: 0.3 }), { sunW: 3000, gridW: 3000, batteryW: null }).session;
    near(pricedWh, 3000, 5);
    near((cost ?? 0) / (pricedWh / 1000), 0.3);
  });

  it("the tariff in force counts, also when it changes between two readings of a slow counter", () => {
    for (const every of [SECOND, MINUTE, 10 * MINUTE]) {
      const rig = new LedgerRig({ longestGap: (20 * MINUTE) as LedgerRig["config"]["longestGap"] });
      rig.tariff(slot(0, 30, 0.1), slot(30, 45, 0.5), slot(45, 120, 0.3));
      rig.report({ ...CHARGES, energyWh: 0 });
      rig.reports(HOUR, (ms) => ({ ...CHARGES, energyWh: ms / 600 }), every);
      near(rig.session.cost, 3 * 0.1 + 1.5 * 0.5 + 1.5 * 0.3, 0.001);
    }
  });

  it("what flowed in a long silence has the prices of its hours, also when new prices came meanwhile", () => {
    const rig = priced({ gridPerKwh: 9 });
    rig.tariff(slot(0, 60, 0.1), slot(60, 120, 0.2), slot(120, 180, 0.6));
    rig.reports(10 * SECOND, () => ({ ...CHARGES, energyWh: 1000 }));
    for (let hours = 1; hours <= 3; hours += 1) {
      rig.ticks(HOUR);
      rig.tariff(slot(60 * (hours + 2), 60 * (hours + 3), 0.6));
    }
    rig.report({ ...CHARGES, energyWh: 19_000 });
    near(rig.session.cost, 18 * 0.3, 0.05);
  });

  it("a price that comes later changes nothing that has flowed", () => {
    const rig = new LedgerRig().reports(30 * MINUTE, () => CHARGES);
    rig.tariff(slot(0, 60, 0.4));
    rig.reports(30 * MINUTE, () => CHARGES);
    near(rig.session.pricedWh, 3000, 10);
    near(rig.session.cost, 1.2);
  });

  it("a site that falls silent is believed for a minute", () => {
    const rig = new LedgerRig();
    rig.site({ sunW: 9000, gridW: -1000, batteryW: null });
    rig.reports(10 * MINUTE, () => CHARGES);
    near(rig.session.sunWh, 100, 2);
    near(rig.session.unknownWh, 900, 4);
  });

  it("nobody knows where energy came from that flowed while the charger was silent, fresh as the site may be", () => {
    const rig = new LedgerRig();
    rig.reports(10 * SECOND, () => ({ ...CHARGES, energyWh: 1000 }));
    for (let passed = 0; passed < 20 * MINUTE; passed += 10 * SECOND) {
      rig.pass(10 * SECOND);
      rig.site({ sunW: 9000, gridW: -1000, batteryW: null });
    }
    rig.reports(2 * SECOND, () => ({ ...CHARGES, energyWh: 3000 }));
    const { sunWh, unknownWh, energyWh } = rig.session;
    assert.equal(energyWh, 2000);
    near(sunWh, (2000 * 120) / 1320, 5);
    near(unknownWh, energyWh - sunWh, 0.01);
  });

  it("a coarse counter's step is split by all that was read since the step before", () => {
    const rig = new LedgerRig();
    rig.report({ ...CHARGES, energyWh: 0 });
    rig.site({ sunW: 9000, gridW: -1000, batteryW: null });
    for (let minute = 1; minute <= 10; minute += 1) {
      const isSunny = minute <= 5;
      rig.site(isSunny ? { sunW: 9000, gridW: -1000, batteryW: null } : { sunW: 0, gridW: 8000, batteryW: null });
      rig.reports(MINUTE, (ms) => ({ ...CHARGES, energyWh: minute === 10 && ms === MINUTE ? 1000 : 0 }));
    }
    near(rig.session.sunWh, 500, 10);
    near(rig.session.gridWh, 500, 10);
  });

  it("hours of waiting have no say in where the first energy came from", () => {
    const rig = new LedgerRig();
    for (let minute = 0; minute < 300; minute += 1) {
      rig.site({ sunW: 9000, gridW: -8000, batteryW: null });
      rig.reports(MINUTE, () => ({ state: "connected", powerW: 0, offeredA: 32, energyWh: 500 }), 10 * SECOND);
    }
    rig.site({ sunW: 0, gridW: 7000, batteryW: null });
    rig.reports(30 * SECOND, (ms) => ({ ...CHARGES, energyWh: 500 + ms / 600 }));
    near(rig.session.gridWh, rig.session.energyWh, rig.session.energyWh * 0.1);
  });
});
