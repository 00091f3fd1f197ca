import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { isWithin, localTimeOf, minuteOfDay } from "./local-time.ts";

const wall = (iso: string): WallTime => WallTime(Date.parse(iso));

describe("local time", () => {
  for (const [iso, zone, date, minute] of [
    ["2026-01-15T21:30:00Z", "Europe/Berlin", "2026-01-15", 22 * 60 + 30],
    ["2026-07-15T21:30:00Z", "Europe/Berlin", "2026-07-15", 23 * 60 + 30],
    ["2026-07-15T22:30:00Z", "Europe/Berlin", "2026-07-16", 30],
    ["2026-03-29T00:59:00Z", "Europe/Berlin", "2026-03-29", 60 + 59],
    ["2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29", 180],
    ["2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25", 150],
    ["2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25", 150],
    ["2026-07-15T03:00:00Z", "America/Los_Angeles", "2026-07-14", 20 * 60],
    ["2026-07-15T00:00:00Z", "Asia/Kathmandu", "2026-07-15", 5 * 60 + 45],
  ] as const) {
    it(`shows ${iso} as the clock in ${zone} does`, () => assert.deepEqual(localTimeOf(wall(iso), zone), { date, minute }));
  }

  for (const [text, minute] of [
    ["07:30", 450],
    ["7:30", 450],
    ["00:00", 0],
    ["23:59", 1439],
    ["24:00", null],
    ["7", null],
    ["", null],
    ["07:60", null],
  ] as const) {
    it(`reads "${text}" as ${minute}`, () => assert.equal(minuteOfDay(text), minute));
  }

  it("holds a window that goes past midnight", () => {
    const night = { from: 22 * 60, to: 7 * 60 };
    assert.deepEqual(
      [21 * 60 + 59, 22 * 60, 0, 6 * 60 + 59, 7 * 60, 12 * 60].map((minute) => isWithin(minute, night)),
      [false, true, true, true, false, false],
    );
    assert.equal(isWithin(60, { from: 60, to: 60 }), false);
  });
});
