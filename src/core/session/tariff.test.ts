import assert from "node:assert/strict";
import fc from "fast-check";
import type { TariffSlot } from "#core/session/observation";
import { pricesAt, withSlots } from "#core/session/tariff";
import { WallTime } from "#core/units/units";

const HOUR = 3_600_000;
const NOW = WallTime(1000 * HOUR);
const at = (hours: number): WallTime => WallTime(NOW + hours * HOUR);
const slot = (from: number, until: number, gridPerKwh: number | null, more: Partial<TariffSlot> = {}): TariffSlot => ({
  from: at(from),
  until: at(until),
  gridPerKwh,
  sunPerKwh: null,
  co2GPerKwh: null,
  ...more,
});
const CONSTANTS = { gridPerKwh: 0.4, sunPerKwh: 0.08, batteryPerKwh: 0.1, co2GPerKwh: 350 };
const shown = (slots: readonly TariffSlot[]) =>
  slots.map(({ from, until, gridPerKwh }) => [(from - NOW) / HOUR, (until - NOW) / HOUR, gridPerKwh]);

describe("tariff", () => {
  it("a new slot takes the place of what it overlaps and leaves the rest", () => {
    const known = withSlots([], [slot(0, 4, 0.1), slot(4, 8, 0.2)], NOW);
    assert.deepEqual(shown(withSlots(known, [slot(3, 5, 0.9)], NOW)), [
      [0, 3, 0.1],
      [3, 5, 0.9],
      [5, 8, 0.2],
    ]);
    assert.deepEqual(shown(withSlots(known, [slot(1, 2, 0.9)], NOW)).length, 4);
  });

  it("the same series twice is the same series", () => {
    const series = Array.from({ length: 24 }, (_, hour) => slot(hour, hour + 1, hour / 100));
    const once = withSlots([], series, NOW);
    assert.deepEqual(withSlots(once, series, NOW), once);
  });

  it("forgets what is long past, and refuses a slot that ends before it begins", () => {
    const known = withSlots([], [slot(-3, -2, 0.1), slot(0, 1, 0.2), slot(5, 5, 0.3), slot(7, 6, 0.4)], NOW);
    assert.deepEqual(shown(known), [[0, 1, 0.2]]);
    assert.deepEqual(withSlots(known, [], at(3)), []);
  });

  it("in a slot its own prices count, the constants where it says nothing, and outside the constants alone", () => {
    const known = withSlots([], [slot(0, 1, 0.2, { co2GPerKwh: 100 }), slot(1, 2, null)], NOW);
    assert.deepEqual(pricesAt(known, CONSTANTS, at(0.5)), { ...CONSTANTS, gridPerKwh: 0.2, co2GPerKwh: 100, until: at(1) });
    assert.deepEqual(pricesAt(known, CONSTANTS, at(1)), { ...CONSTANTS, until: at(2) });
    assert.deepEqual(pricesAt(known, CONSTANTS, at(-1)), { ...CONSTANTS, until: at(0) });
    assert.deepEqual(pricesAt(known, CONSTANTS, at(2)), { ...CONSTANTS, until: Number.POSITIVE_INFINITY });
  });

  it("slots never overlap, stay in order, and the last said wins everywhere", () => {
    const some = fc.record({
      from: fc.integer({ min: 0, max: 40 }),
      hours: fc.integer({ min: 1, max: 10 }),
      price: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(some, { maxLength: 4 }), { maxLength: 8 }), fc.integer({ min: 0, max: 50 }), (messages, hour) => {
        const said = messages.map((message) => message.map(({ from, hours, price }) => slot(from, from + hours, price)));
        const slots = said.reduce<readonly TariffSlot[]>((known, message) => withSlots(known, message, NOW), []);
        for (const [index, each] of slots.entries())
          assert.ok(each.until <= (slots[index + 1]?.from ?? each.until) && each.from < each.until);
        const wanted = said.flat().findLast(({ from, until }) => from <= at(hour) && at(hour) < until);
        assert.equal(pricesAt(slots, CONSTANTS, at(hour)).gridPerKwh, wanted?.gridPerKwh ?? CONSTANTS.gridPerKwh);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
