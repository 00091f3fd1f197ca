import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { type ShareRule, type SharingCar, shareAmong } from "#core/solar/share";
import { Amps } from "#core/units/units";

const car = (name: string, maximum = 16, priority = 0, wants = true): SharingCar => ({ name, wants, maximum: Amps(maximum), priority });
const rule = (by: "priority" | "equal", turn = 0): ShareRule => ({ by, floor: Amps(6), turn });
const shares = (cars: readonly SharingCar[], available: number, how: ShareRule): Record<string, number> =>
  Object.fromEntries(shareAmong(cars, Amps(available), how));

describe("shareAmong", () => {
  const three = [car("a", 16, 2), car("b", 10, 1), car("c", 16, 3)];

  it("gives equal parts, and what a modest car leaves over to the rest", () => {
    deepEqual(shares(three, 30, rule("equal")), { a: 10, b: 10, c: 10 });
    deepEqual(shares(three, 36, rule("equal")), { a: 13, b: 10, c: 13 });
  });

  it("fills the first by priority and keeps the floor for the others", () => {
    deepEqual(shares(three, 24, rule("priority")), { a: 8, b: 10, c: 6 });
  });

  it("lets cars wait when there is not a floor for each, and rotates who waits", () => {
    deepEqual(shares(three, 13, rule("equal", 0)), { a: 6.5, b: 6.5, c: 0 });
    deepEqual(shares(three, 13, rule("equal", 1)), { a: 0, b: 6.5, c: 6.5 });
    deepEqual(shares(three, 13, rule("equal", 2)), { a: 6.5, b: 0, c: 6.5 });
    deepEqual(shares(three, 13, rule("priority")), { a: 6, b: 7, c: 0 });
  });

  it("gives nothing below one floor, to absent cars, or of an unknown amount", () => {
    deepEqual(shares(three, 5.99, rule("equal")), { a: 0, b: 0, c: 0 });
    deepEqual(shares([car("a", 16, 0, false), car("b")], 20, rule("equal")), { a: 0, b: 16 });
    deepEqual(Object.fromEntries(shareAmong(three, Number.NaN as Amps, rule("equal"))), { a: 0, b: 0, c: 0 });
  });

  it("never gives out more than there is, nor anyone less than the floor or more than they take", () => {
    const cars = fc.array(
      fc.record({ maximum: fc.integer({ min: 0, max: 80 }), priority: fc.integer({ min: 0, max: 5 }), wants: fc.boolean() }),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(
        cars,
        fc.double({ min: 0, max: 200, noNaN: true }),
        fc.constantFrom("equal", "priority"),
        fc.nat(20),
        (list, available, by, turn) => {
          const named = list.map(({ maximum, priority, wants }, i) => car(String(i), maximum, priority, wants));
          const given = shareAmong(named, Amps(available), rule(by, turn));
          let sum = 0;
          for (const { name, maximum, wants } of named) {
            const amps = given.get(name) ?? Number.NaN;
            ok(amps === 0 || (wants && amps >= 6 && amps <= maximum + 1e-9), `${amps} A to a car of ${maximum} A`);
            sum += amps;
          }
          ok(sum <= available + 1e-9);
        },
      ),
      { seed: 61851, numRuns: 3000 },
    );
  });
});
