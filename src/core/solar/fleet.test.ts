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

  it("stops nobody for a car that goes first where there is room for both", () => {
    const right = run(EMPTY_FLEET, [car("left", 0, false), car("right", 1)], 20, PRIORITY, 0, 100);
    assert.deepEqual(offers(right), { left: 0, right: 20 });
    let fleet = right;
    for (let second = 101; second <= 200; second += 1) {
      fleet = shareFleet(fleet, TWO, Amps(20), PRIORITY, Instant(second * 1000));
      assert.ok((offers(fleet).right ?? 0) >= 6, `right is stopped at ${second} s`);
    }
    assert.deepEqual(offers(fleet), { left: 14, right: 6 });
    const narrow = run(right, TWO, 11, PRIORITY, 101, 170);
    assert.deepEqual(offers(narrow), { left: 11, right: 0 }, "with room for one only the first named has it");
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

  for (const rule of [EQUAL, PRIORITY]) {
    const fullLeft = { ...car("left", 0), idle: true };

    it(`passes a car over that takes nothing of its offer while another waits, ${rule.by}`, () => {
      const sleepy = run(EMPTY_FLEET, [fullLeft, car("right", 1)], 8, rule, 0, 290);
      assert.deepEqual(offers(sleepy), { left: 8, right: 0 });
      const passed = run(sleepy, [fullLeft, car("right", 1)], 8, rule, 291, 3500);
      assert.deepEqual(offers(passed), { left: 0, right: 8 });
      assert.deepEqual(offers(run(passed, [fullLeft, car("right", 1, false)], 8, rule, 3501, 3510)), { left: 8, right: 0 }, "it is alone");
    });

    it(`offers to all when none takes anything, and to the one that wakes, ${rule.by}`, () => {
      const idle = [fullLeft, { ...car("right", 1), idle: true }];
      const asleep = run(EMPTY_FLEET, idle, 20, rule, 0, 1000);
      assert.ok(Object.values(offers(asleep)).every((amps) => amps >= 6));
      assert.deepEqual(offers(run(asleep, [car("left", 0), ...idle.slice(1)], 20, rule, 1001, 1020)), { left: 20, right: 0 });
    });
  }

  it("asks a car again that was passed over an hour ago", () => {
    const full = [{ ...car("left", 0), idle: true }, car("right", 1)];
    let offered = 0;
    let fleet = EMPTY_FLEET;
    for (let second = 0; second < 4 * 3600; second += 1) {
      fleet = shareFleet(fleet, full, Amps(8), PRIORITY, Instant(second * 1000));
      if ((offers(fleet).left ?? 0) > 0) offered += 1;
    }
    assert.ok(offered > 4 * 290 && offered < 4 * 320, `${offered} s in four hours`);
  });

  it("lets a second car join ever more rarely where the room for it comes and goes", () => {
    for (const rule of [EQUAL, PRIORITY]) {
      let fleet = EMPTY_FLEET;
      let joined = 0;
      for (let second = 0; second < 2 * 3600; second += 1) {
        const before = offers(fleet);
        fleet = shareFleet(fleet, TWO, Amps(12.6 + 1.5 * Math.sin(second / 48)), rule, Instant(second * 1000));
        for (const [name, amps] of Object.entries(offers(fleet))) if (amps > 0 && (before[name] ?? 0) <= 0) joined += 1;
      }
      assert.ok(joined <= 8, `${joined} starts in two hours`);
      assert.deepEqual(Object.values(offers(run(fleet, TWO, 20, rule, 7200, 7200 + 1900))).filter((amps) => amps > 0).length, 2);
    }
  });

  it("never gives out more than there is, counting what cars may still draw, and nobody less than the floor", () => {
    const second = fc.record({
      amps: fc.double({ min: 0, max: 60, noNaN: true }),
      wants: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      idle: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 200 }), fc.constantFrom(EQUAL, PRIORITY), (seconds, rule) => {
        let fleet = EMPTY_FLEET;
        const history: Record<string, number>[] = [];
        for (const [index, { amps, wants, idle }] of seconds.entries()) {
          const cars = wants.map((wish, which) => ({ ...car(`car ${which}`, which, wish), idle: idle[which] ?? false }));
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
