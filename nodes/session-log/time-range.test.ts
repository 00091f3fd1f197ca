import assert from "node:assert/strict";
import { MessageError } from "#core/errors";
import type { TimeRange } from "#core/session/question";
import { WallTime } from "#core/units/units";
import { lastDays, type RangeWish, rangeOf } from "./time-range.ts";

/** The Sunday on which clocks in Berlin go from 2 to 3, a quarter past five in the afternoon. */
const NOW = WallTime(Date.parse("2026-03-29T17:15:00+02:00"));
const BERLIN = { now: NOW, timeZone: "Europe/Berlin" };

const at = (text: string): number => Date.parse(text);
const pair = ({ from, until }: TimeRange) => [from, until];
const range = (wish: RangeWish | string) => pair(rangeOf(typeof wish === "string" ? { range: wish } : wish, BERLIN));
const code = (expected: string) => (error: unknown) => error instanceof MessageError && error.code === expected;
const HOUR = 3_600_000;

describe("a stretch of time in words", () => {
  const table: readonly [string, string, string][] = [
    ["today", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["Yesterday", "2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00"],
    ["this week", "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["last week", "2026-03-16T00:00+01:00", "2026-03-23T00:00+01:00"],
    ["this month", "2026-03-01T00:00+01:00", "2026-04-01T00:00+02:00"],
    ["last month", "2026-02-01T00:00+01:00", "2026-03-01T00:00+01:00"],
    ["this year", "2026-01-01T00:00+01:00", "2027-01-01T00:00+01:00"],
    ["last year", "2025-01-01T00:00+01:00", "2026-01-01T00:00+01:00"],
    ["last day", "2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00"],
    ["1 day", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["30 days", "2026-02-28T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["last 2 weeks", "2026-03-16T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["the last 3 months", "2025-12-30T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["1 year", "2025-03-30T00:00+01:00", "2026-03-30T00:00+02:00"],
    ["2024", "2024-01-01T00:00+01:00", "2025-01-01T00:00+01:00"],
    ["2026-10", "2026-10-01T00:00+02:00", "2026-11-01T00:00+01:00"],
    ["2024-02-29", "2024-02-29T00:00+01:00", "2024-03-01T00:00+01:00"],
  ];
  for (const [words, from, until] of table) {
    it(`"${words}" is from ${from} to ${until}`, () => assert.deepEqual(range(words), [at(from), at(until)]));
  }

  it("knows that the day on which the clock is set ahead has 23 hours, and the other one 25", () => {
    const length = ([from, until]: readonly (number | null)[]): number => ((until ?? 0) - (from ?? 0)) / HOUR;
    assert.equal(length(range("2026-03-29")), 23);
    assert.equal(length(range("2026-10-25")), 25);
    assert.equal(length(pair(lastDays(2, BERLIN))), 47);
  });

  it("is all time when it says so, or nothing", () => {
    for (const wish of [{}, { range: "all" }, { from: null, until: "" }]) assert.deepEqual(range(wish), [null, null]);
  });

  it("is refused when no calendar has it", () => {
    for (const words of ["some days", "0 days", "2026-13", "2026-02-30", "last fortnight", "month", "1969", "-3 days"])
      assert.throws(() => range(words), code("badRange"), words);
  });
});

describe("a stretch from one time to another", () => {
  it("takes dates and local times by the store's clock, moments as they are, and the begin of what is named", () => {
    const table: readonly [unknown, string][] = [
      ["2026-03-01", "2026-03-01T00:00+01:00"],
      ["2026-03", "2026-03-01T00:00+01:00"],
      ["2026-03-29T12:00", "2026-03-29T12:00+02:00"],
      ["2026-03-29 01:30:15", "2026-03-29T01:30:15+01:00"],
      ["2026-03-29T12:00:00Z", "2026-03-29T12:00Z"],
      ["this year", "2026-01-01T00:00+01:00"],
      ["now", "2026-03-29T15:15Z"],
      [new Date("2026-03-29T12:00Z"), "2026-03-29T12:00Z"],
      [Date.parse("2026-03-29T12:00Z"), "2026-03-29T12:00Z"],
      [Date.parse("2026-03-29T12:00Z") / 1000, "2026-03-29T12:00Z"],
    ];
    for (const [said, expected] of table) assert.deepEqual(range({ from: said }), [at(expected), null], String(said));
  });

  it("takes the first of two times where the clock is set back, and goes on where it jumps", () => {
    assert.deepEqual(range({ from: "2026-10-25T02:30" }), [at("2026-10-25T02:30+02:00"), null]);
    assert.deepEqual(range({ from: "2026-10-25T03:30" }), [at("2026-10-25T03:30+01:00"), null]);
    assert.deepEqual(range({ from: "2026-03-29T02:30" }), [at("2026-03-29T03:30+02:00"), null]);
  });

  it("is refused when it ends before it begins, is named twice or cannot be read", () => {
    assert.throws(() => range({ from: "2026-03-02", until: "2026-03-02" }), code("badRange"));
    assert.throws(() => range({ range: "today", from: "2026-03-01" }), code("badRange"));
    for (const said of ["soon", "29.3.2026", "2026-02-30", "2026-03-29T25:00", true, {}, Number.NaN])
      assert.throws(() => range({ until: said }), code("badTime"), String(said));
  });
});
