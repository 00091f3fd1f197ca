import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { SolarMovedTime } from "../../test/support/solar-limiter.ts";
import { DoorClock, isWithin, nextTimeOfDay, wallTimeOf } from "./door-clock.ts";

describe("door clock", () => {
  it("gives the same stamp the same instant, however late it is asked", async () => {
    const time = new SolarMovedTime();
    const clock = new DoorClock(time);
    const stamp = time.wall();
    const first = clock.instantOf(stamp);
    await time.advance(12_345);
    time.wallSetBy = 400;
    assert.equal(clock.instantOf(stamp), first);
  });

  it("follows a wall clock that was set", () => {
    const time = new SolarMovedTime();
    const clock = new DoorClock(time);
    time.wallSetBy = 86_400_000;
    assert.equal(clock.instantOf(time.wall()), time.now());
  });
});

describe("wall time of a message", () => {
  const july = Date.UTC(2026, 6, 1, 12);
  for (const [value, expected] of [
    [july, july],
    [july / 1000, july],
    [String(july), july],
    ["2026-07-01T12:00:00Z", july],
    [new Date(july), july],
    [undefined, null],
    [null, null],
    ["", null],
    ["noon", undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [new Date(Number.NaN), undefined],
    [{}, undefined],
    [true, undefined],
  ] as const) {
    it(`reads ${value instanceof Date ? "a Date" : JSON.stringify(value)} as ${expected}`, () => assert.equal(wallTimeOf(value), expected));
  }
});

describe("time of day", () => {
  it("is always ahead, by a day at most", () => {
    const noon = WallTime(new Date(2026, 5, 1, 12, 0).getTime());
    assert.equal(nextTimeOfDay(12, 30, noon) - noon, 30 * 60_000);
    assert.equal(nextTimeOfDay(12, 0, noon) - noon, 86_400_000);
    assert.equal(nextTimeOfDay(11, 0, noon) - noon, 23 * 3_600_000);
  });

  for (const [hour, from, to, inside] of [
    [17, 17, 20, true],
    [20, 17, 20, false],
    [23, 22, 2, true],
    [1.9, 22, 2, true],
    [2, 22, 2, false],
    [12, 0, 24, true],
    [12, 8, 8, false],
  ] as const) {
    it(`${hour} h lies ${inside ? "in" : "outside"} ${from} to ${to} h`, () => assert.equal(isWithin(hour, from, to), inside));
  }
});
