import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { labelOf, localPeriod } from "./local-date.ts";

const BERLIN = "Europe/Berlin";
const HOUR = 3_600_000;

describe("local dates of a query", () => {
  for (const [text, zone, from, hours] of [
    ["2026-10-25", BERLIN, "2026-10-24T22:00Z", 25],
    ["2026-03-29", BERLIN, "2026-03-28T23:00Z", 23],
    ["2026-10-25", "America/Los_Angeles", "2026-10-25T07:00Z", 24],
    ["2026-02", BERLIN, "2026-01-31T23:00Z", 28 * 24],
    ["2026-12", BERLIN, "2026-11-30T23:00Z", 31 * 24],
    ["2024", BERLIN, "2023-12-31T23:00Z", 366 * 24],
    ["2026-02-28", "UTC", "2026-02-28T00:00Z", 24],
  ] as const) {
    it(`make ${text} in ${zone} ${hours} hours from ${from}`, () => {
      const period = localPeriod(text, zone);
      assert.equal(period?.from, Date.parse(from));
      assert.equal(((period?.until ?? 0) - (period?.from ?? 0)) / HOUR, hours);
    });
  }
  for (const text of ["2026-02-29", "2026-13", "2026-00", "2026-01-00", "1999", "2200", "26", "2026-1", "", "2026-W10"]) {
    it(`are not "${text}"`, () => assert.equal(localPeriod(text, BERLIN), null));
  }
});

describe("names of periods", () => {
  const at = (iso: string) => WallTime(Date.parse(iso));
  for (const [iso, period, label] of [
    ["2026-10-24T22:00Z", "day", "2026-10-25"],
    ["2026-10-31T23:00Z", "month", "2026-11"],
    ["2025-12-31T23:00Z", "year", "2026"],
    ["2025-12-28T23:00Z", "week", "2026-W01"],
    ["2026-12-27T23:00Z", "week", "2026-W53"],
    ["2027-01-03T23:00Z", "week", "2027-W01"],
  ] as const) {
    it(`call the ${period} from ${iso} ${label}`, () => assert.equal(labelOf(at(iso), period, BERLIN), label));
  }
});
