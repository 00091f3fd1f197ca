import assert from "node:assert/strict";
import { MessageError } from "#core/errors";
import { WallTime } from "#core/units/units";
import { FURTHER_NOTICE, type SiteSigns, sitePower, siteReadingOf, tariffOf, telemetryReading } from "./site-input.ts";

const NOW = WallTime(Date.UTC(2026, 2, 29, 12));
const HOUR = 3_600_000;
const OURS: SiteSigns = { gridSign: "buying", batterySign: "discharging" };
const code = (expected: string) => (error: unknown) => error instanceof MessageError && error.code === expected;

describe("readings of the site", () => {
  it("have import and discharge positive, whatever the form's signs are", () => {
    assert.equal(sitePower("gridW", "-1.2 kW", null, OURS)?.gridW, -1200);
    assert.equal(sitePower("gridW", 800, null, { ...OURS, gridSign: "selling" })?.gridW, -800);
    assert.equal(sitePower("batteryW", 500, null, { ...OURS, batterySign: "charging" })?.batteryW, -500);
    assert.equal(sitePower("sunW", 500, null, { gridSign: "selling", batterySign: "charging" })?.sunW, 500);
    assert.ok(Object.is(sitePower("gridW", 0, null, { ...OURS, gridSign: "selling" })?.gridW, 0));
  });

  it("say nothing of what is not in them, and keep their time", () => {
    assert.deepEqual(sitePower("sunW", 500, NOW, OURS), { at: NOW, sunW: 500, gridW: null, batteryW: null });
    assert.deepEqual(siteReadingOf({ gridW: 1, sunW: "2 kW" }, null, OURS), { at: null, gridW: 1, sunW: 2000, batteryW: null });
  });

  it("are none when the sensor is not available, and a mistake when they are no power", () => {
    assert.equal(sitePower("gridW", "unavailable", null, OURS), null);
    assert.throws(() => sitePower("gridW", "lots", null, OURS), code("notANumber"));
    assert.throws(() => sitePower("gridW", "5 A", null, OURS), code("unit"));
    assert.throws(() => sitePower("gridW", 1e9, null, OURS), code("outOfRange"));
    assert.throws(() => siteReadingOf({ gridKw: 1 }, null, OURS), code("badShape"));
  });

  it("can be a solar limiter's telemetry: what the cars take beyond the surplus is bought", () => {
    const telemetry = { at: NOW, surplusW: 2000, freshness: "fresh", mode: "solar" };
    assert.equal(telemetryReading(telemetry, 3600)?.gridW, 1600);
    assert.equal(telemetryReading(telemetry, 0)?.gridW, -2000);
    assert.equal(telemetryReading({ ...telemetry, freshness: "holding" }, 3600), null);
    assert.equal(telemetryReading({ ...telemetry, surplusW: null }, 3600), null);
    assert.equal(telemetryReading({ payload: 1 }, 0), undefined);
  });
});

describe("prices", () => {
  const price = (payload: unknown) => tariffOf(payload, NOW);

  it("hold from now on when they come alone", () => {
    const slot = { from: NOW, until: FURTHER_NOTICE, gridPerKwh: 0.32, sunPerKwh: null, co2GPerKwh: null };
    assert.deepEqual(price(0.32), [slot]);
    assert.deepEqual(price("0.32"), [slot]);
    assert.deepEqual(price({ price: 0.32, sun: 0.08, co2: 300 }), [{ ...slot, sunPerKwh: 0.08, co2GPerKwh: 300 }]);
  });

  it("come as a series in any order, each until the next, the last as long as the one before it", () => {
    const series = price([
      { from: new Date(NOW + 1800_000), price: -0.01 },
      { from: new Date(NOW).toISOString(), price: 0.3 },
      { from: NOW + HOUR, price: 0.2 },
    ]);
    assert.deepEqual(
      series.map(({ from, until, gridPerKwh }) => [(from - NOW) / HOUR, (until - NOW) / HOUR, gridPerKwh]),
      [
        [0, 0.5, 0.3],
        [0.5, 1, -0.01],
        [1, 1.5, 0.2],
      ],
    );
    const [only] = price([{ from: NOW, price: 1 }]);
    assert.equal(only?.until, NOW + HOUR);
  });

  it("are refused whole when a part is wrong", () => {
    const table: readonly [unknown, string][] = [
      ["32 ct/kWh", "notANumber"],
      [[], "noPrices"],
      [[{ price: 1 }], "badShape"],
      [[{ from: NOW, price: 1, region: "x" }], "badShape"],
      [[{ from: "29.3.2026", price: 1 }], "badTime"],
      [[{ from: NOW, until: NOW, price: 1 }], "badTime"],
      [[{ from: NOW, price: 1e9 }], "outOfRange"],
      [{ price: 0.3, co2: -1 }, "outOfRange"],
      [true, "badShape"],
    ];
    for (const [payload, expected] of table) assert.throws(() => price(payload), code(expected), JSON.stringify(payload));
  });
});
