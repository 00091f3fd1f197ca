import assert from "node:assert/strict";
import { nextTimeOfDay } from "#bridges/bays/time-of-day";
import { WallTime } from "#core/units/units";

const at = (text: string) => WallTime(Date.parse(text));

describe("next time of day", () => {
  for (const [name, now, [hour, minute], zone, expected] of [
    ["later today", "2026-11-20T12:00:00Z", [14, 30], "Europe/Berlin", "2026-11-20T13:30:00Z"],
    ["tomorrow, when it has been", "2026-11-20T14:00:00Z", [14, 30], "Europe/Berlin", "2026-11-21T13:30:00Z"],
    ["this minute, when it is now", "2026-11-20T13:30:40Z", [14, 30], "Europe/Berlin", "2026-11-20T13:30:40Z"],
    ["on the local day, not UTC's", "2026-11-20T02:00:00Z", [19, 0], "America/Los_Angeles", "2026-11-20T03:00:00Z"],
    ["after the clocks went forward", "2026-03-28T20:00:00Z", [8, 0], "Europe/Berlin", "2026-03-29T06:00:00Z"],
    ["after the clocks went back", "2026-10-24T20:00:00Z", [8, 0], "Europe/Berlin", "2026-10-25T07:00:00Z"],
    ["in half an hour's zones", "2026-11-20T12:00:00Z", [18, 0], "Asia/Kolkata", "2026-11-20T12:30:00Z"],
  ] as const) {
    it(`is ${name}`, () => {
      assert.equal(new Date(nextTimeOfDay(at(now), hour, minute, zone)).toISOString(), new Date(expected).toISOString());
    });
  }
});
