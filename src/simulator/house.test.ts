import assert from "node:assert/strict";
import { House } from "./house.ts";

const HOUR_MS = 3_600_000;

describe("house", () => {
  it("takes from the grid what the roof does not give, and feeds in what is left", () => {
    const house = new House({ loadW: 500, pvW: 3000 }, 0);
    assert.equal(house.gridW(0, 0), -2500);
    assert.equal(house.gridW(7200, 0), 4700);
  });

  it("has a clear day: nothing at night, half at 8 and 16 o'clock, all at noon, again tomorrow", () => {
    const house = new House({ sun: "clearDay", pvW: 6000, startHour: 0 }, 1000);
    const expected: readonly [number, number][] = [
      [3, 0],
      [6, 0],
      [8, 3000],
      [12, 6000],
      [16, 3000],
      [20, 0],
      [36, 6000],
    ];
    for (const [hour, watts] of expected) {
      const pvW = house.pvW(1000 + hour * HOUR_MS);
      assert.ok(Math.abs(pvW - watts) < 1, `${hour} h: ${pvW} W`);
    }
  });

  it("changes only what it is told", () => {
    const house = new House({ loadW: 500, pvW: 3000, mainsV: 230 }, 0);
    house.change({ loadW: 800 });
    assert.deepEqual([house.loadW, house.pvW(0), house.mainsV], [800, 3000, 230]);
    house.change({ mainsV: 0, pvW: 0 });
    assert.deepEqual([house.loadW, house.pvW(0), house.mainsV], [800, 0, 0]);
  });
});
