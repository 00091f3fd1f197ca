import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { clockwork } from "./words.ts";

const wall = (iso: string): WallTime => WallTime(Date.parse(iso));

describe("times on the pages of a site", () => {
  for (const [at, now, english, german] of [
    ["2026-11-20T13:30:00Z", "2026-11-20T12:00:00Z", "14:30", "14:30"],
    ["2026-11-20T12:00:30Z", "2026-11-20T12:00:00Z", "13:00", "13:00"],
    ["2026-11-20T12:00:00Z", "2026-11-20T12:00:30Z", "13:00", "13:00"],
    ["2026-11-19T23:30:00Z", "2026-11-20T22:00:00Z", "00:30", "00:30"],
    // In the evening, for the morning: whoever reads it must not think of this morning.
    ["2026-11-21T06:00:00Z", "2026-11-20T19:00:00Z", "Sat 07:00", "Sa 07:00"],
    ["2026-11-19T22:10:00Z", "2026-11-20T07:00:00Z", "Thu 23:10", "Do 23:10"],
    // A minute ago, on either side of midnight.
    ["2026-11-20T22:59:00Z", "2026-11-20T23:01:00Z", "Fri 23:59", "Fr 23:59"],
    // A whole day, and the short one on which clocks go forward.
    ["2026-11-21T12:00:00Z", "2026-11-20T12:00:00Z", "Sat 13:00", "Sa 13:00"],
    ["2026-03-28T11:00:00Z", "2026-03-29T10:30:00Z", "Sat 12:00", "Sa 12:00"],
    ["2026-11-12T12:00:00Z", "2026-11-20T12:00:00Z", "12 Nov 13:00", "12. Nov. 13:00"],
  ] as const) {
    it(`call ${at} at ${now} "${english}"`, () => {
      const shown = (["en", "de"] as const).map((language) => clockwork(language, "Europe/Berlin").time(wall(at), wall(now)));
      assert.deepEqual(shown, [english, german]);
    });
  }
});
