import assert from "node:assert/strict";
import fc from "fast-check";
import { EMPTY_FLEET, type Fleet, type FleetRule, shareFleet } from "#core/solar/fleet";
import type { SharingCar } from "#core/solar/share";
import { Amps, Instant } from "#core/units/units";

const car = (name: string, priority: number, wants = true): SharingCar => ({ name, priority, wants, maximum: Amps(32) });
const TWO = [car("left", 0), car("right", 1)];
const EQUAL: FleetRule = { by: "equal", floor: Amps(6) };
const PRIORITY: FleetRule = { by: "priority", floor: Amps(6) };

const offers = (fleet: Fleet): Record<string, number> => Object.fromEntries(Array.from(fleet.shares, ([name, { limit }]) => [name, limit]));

/** The fleet after each second from `from` up to `to`. */
function run(fleet: Fleet, cars: readonly SharingCar[], amps: number, rule: FleetRule, from: number, to: number): Fleet {
  let now = fleet;
  for (let second = from; second <= to; second += 1) now = shareFleet(now, cars, Amps(amps), rule, Instant(second * 1000));
  return now;
}

describe("fleet", () => {
  it("starts with one car, and lets the second join when there has been room for a minute", () => {
    const one = run(EMPTY_FLEET, TWO, 20, EQUAL, 0, 50);
    assert.deepEqual(offers(one), { left: 20, right: 0 });
    assert.deepEqual(offers(run(one, TWO, 20, EQUAL, 51, 75)), { left: 10, right: 10 });
  });

  it("raises nobody before the other has had time to come down [DC-07]", () => {
    const one = run(EMPTY_FLEET, TWO, 20, EQUAL, 0, 60);
    const joining = run(one, TWO, 20, EQUAL, 61, 61);
    assert.deepEqual(offers(joining), { left: 10, right: 0 });
    assert.deepEqual(offers(run(joining, TWO, 20, EQUAL, 62, 66)), { left: 10, right: 0 });
  });

  it("stops the car of lower priority at once when there is not enough for both", () => {
    const both = run(EMPTY_FLEET, TWO, 20, PRIORITY, 0, 90);
    assert.deepEqual(offers(both), { left: 14, right: 6 });
    assert.deepEqual(offers(run(both, TWO, 11, PRIORITY, 91, 91)), { left: 11, right: 0 });
  });

  it("changes turns after half an hour when there is enough for one only", () => {
    const first = run(EMPTY_FLEET, TWO, 8, EQUAL, 0, 1790);
    assert.deepEqual(offers(first), { left: 8, right: 0 });
    const second = run(first, TWO, 8, EQUAL, 1791, 1830);
    assert.deepEqual(offers(second), { left: 0, right: 8 });
  });

  it("gives a car that left nothing, and its share to the other", () => {
    const both = run(EMPTY_FLEET, TWO, 20, EQUAL, 0, 90);
    const gone = run(both, [car("left", 0, false), car("right", 1)], 20, EQUAL, 91, 100);
    assert.deepEqual(offers(gone), { left: 0, right: 20 });
  });

  it("never gives out more than there is, counting what cars may still draw, and nobody less than the floor", () => {
    const second = fc.record({
      amps: fc.double({ min: 0, max: 60, noNaN: true }),
      wants: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 200 }), fc.constantFrom(EQUAL, PRIORITY), (seconds, rule) => {
        let fleet = EMPTY_FLEET;
        const history: Record<string, number>[] = [];
        for (const [index, { amps, wants }] of seconds.entries()) {
          const cars = wants.map((wish, which) => car(`car ${which}`, which, wish));
          const before = offers(fleet);
          fleet = shareFleet(fleet, cars, Amps(amps), rule, Instant(index * 1000));
          const now = offers(fleet);
          const given = Object.values(now).reduce((sum, one) => sum + one, 0);
          assert.ok(given <= amps + 1e-9, `${given} of ${amps}`);
          for (const one of Object.values(now)) assert.ok(one === 0 || one >= 6, String(one));
          history.push(now);
          const raised = Object.keys(now).filter((name) => (now[name] ?? 0) > (before[name] ?? 0));
          if (raised.length === 0) continue;
          const recent = history.slice(-6);
          const mayDraw = Object.keys(now).reduce((sum, name) => sum + Math.max(...recent.map((offer) => offer[name] ?? 0)), 0);
          assert.ok(mayDraw <= amps + 1e-9, `${raised.join()} raised although ${mayDraw} of ${amps} A may be drawn`);
        }
      }),
      { seed: 1772, numRuns: 300 },
    );
  });
});
