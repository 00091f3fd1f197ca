import assert from "node:assert/strict";
import fc from "fast-check";
import { type CalendarPeriod, daysBefore, isTimeZone, localTime, periodAt, periodsBetween, startOfDay } from "#core/session/calendar";
import { dateOf, dayNumber, localDay } from "#core/session/time-zone";
import { WallTime } from "#core/units/units";

const HOUR = 3_600_000;
const utc = (text: string): WallTime => WallTime(Date.parse(text));
const iso = (at: number): string => new Date(at).toISOString();
const hoursOf = ({ from, until }: { from: number; until: number }): number => (until - from) / HOUR;

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/Los_Angeles",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Africa/Casablanca",
  "America/Havana",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Asia/Beirut",
  "Atlantic/Azores",
];

describe("calendar", () => {
  for (const [zone, day, from, hours] of [
    ["Europe/Berlin", "2026-03-29T12:00Z", "2026-03-28T23:00:00.000Z", 23],
    ["Europe/Berlin", "2026-10-25T12:00Z", "2026-10-24T22:00:00.000Z", 25],
    ["Europe/Berlin", "2026-06-01T12:00Z", "2026-05-31T22:00:00.000Z", 24],
    ["America/Los_Angeles", "2026-03-08T20:00Z", "2026-03-08T08:00:00.000Z", 23],
    ["America/Los_Angeles", "2026-11-01T20:00Z", "2026-11-01T07:00:00.000Z", 25],
    ["Australia/Lord_Howe", "2026-04-05T00:00Z", "2026-04-04T13:00:00.000Z", 24.5],
    // The clock goes from 23:59:59 to 01:00: the day begins at one.
    ["America/Sao_Paulo", "2018-11-04T12:00Z", "2018-11-04T03:00:00.000Z", 23],
    ["Asia/Beirut", "2022-03-27T12:00Z", "2022-03-26T22:00:00.000Z", 23],
    // Back from 01:00 to 00:00: midnight comes twice, the day begins with the first.
    ["America/Havana", "2025-11-02T12:00Z", "2025-11-02T04:00:00.000Z", 25],
    // Back from 24:00 to 23:00: the evening before is the longer one.
    ["America/Sao_Paulo", "2018-02-17T12:00Z", "2018-02-17T02:00:00.000Z", 25],
  ] as const) {
    it(`the day of ${day} in ${zone} begins ${from} and has ${hours} hours`, () => {
      const period = periodAt("day", utc(day), zone);
      assert.deepEqual([iso(period.from), hoursOf(period)], [from, hours]);
    });
  }

  it("a day that a zone left out is left out", () => {
    const days = periodsBetween("day", utc("2011-12-29T00:00:00-10:00"), utc("2012-01-01T00:00:00+14:00"), "Pacific/Apia");
    assert.deepEqual(
      days.map(({ from }) => localTime(from, "Pacific/Apia").day),
      [29, 31],
    );
  });

  it("a week begins on Monday, a month and a year on their first", () => {
    const at = utc("2026-03-01T00:30:00+01:00");
    const begins = (["week", "month", "year"] as const).map((per) => iso(periodAt(per, at, "Europe/Berlin").from));
    assert.deepEqual(begins, ["2026-02-22T23:00:00.000Z", "2026-02-28T23:00:00.000Z", "2025-12-31T23:00:00.000Z"]);
  });

  it("a month with the change of the clock has an hour less or more", () => {
    const months = periodsBetween("month", utc("2026-01-15T00:00Z"), utc("2026-12-15T00:00Z"), "Europe/Berlin");
    assert.equal(months.length, 12);
    assert.deepEqual(
      [months[2], months[9]].map((month) => hoursOf(month ?? { from: 0, until: 0 })),
      [31 * 24 - 1, 31 * 24 + 1],
    );
  });

  it("an empty or backward range has no periods", () => {
    assert.deepEqual(periodsBetween("day", WallTime(5), WallTime(5), "UTC"), [], "UTC");
    assert.deepEqual(periodsBetween("day", WallTime(5), WallTime(4), "UTC"), [], "UTC");
  });

  it("counts days back by the calendar, not by 24 hours", () => {
    assert.equal(iso(daysBefore(utc("2026-03-30T00:30:00+02:00"), 1, "Europe/Berlin")), "2026-03-28T23:00:00.000Z");
  });

  it("answers for absurd times without surveying a thousand years", () => {
    for (const at of [-8e15, -1, 8e15]) assert.ok(Number.isInteger(localDay(WallTime(at), "Europe/Berlin")));
  });

  it("knows which names are zones", () => {
    assert.deepEqual(["Europe/Berlin", "UTC", "Middle-earth/Shire", ""].map(isTimeZone), [true, true, false, false]);
    assert.throws(() => periodAt("day", WallTime(0), "Middle-earth/Shire"), RangeError);
  });

  it("shows what a clock on the wall would", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 4_102_444_800 }), (zone, seconds) => {
        const shown = localTime(WallTime(seconds * 1000), zone);
        const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(seconds * 1000);
        const two = (value: number): string => String(value).padStart(2, "0");
        const { year, month, day, hour, minute, second } = shown;
        assert.equal(`${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`, parts);
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it("periods lie side by side, hold their moment, and begin at the same time whoever asks", () => {
    const per = fc.constantFrom<CalendarPeriod>("day", "week", "month", "year");
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        per,
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 4e9 }),
        (zone, unit, at, length) => {
          const periods = periodsBetween(unit, WallTime(at), WallTime(at + length + 1), zone);
          const first = periodAt(unit, WallTime(at), zone);
          assert.deepEqual(periods[0], first);
          assert.ok(first.from <= at && at < first.until);
          assert.ok((periods.at(-1)?.until ?? 0) > at + length);
          for (const [index, { from, until }] of periods.entries()) {
            assert.ok(until > from);
            assert.equal(periods[index + 1]?.from ?? until, until);
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it("dates and day numbers are each other's inverse, also before 1970", () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (days) => {
        const { year, month, day } = dateOf(days);
        assert.equal(dayNumber({ year, month, day }), days);
        const date = new Date(days * 86_400_000);
        assert.deepEqual([year, month, day], [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
      }),
      { seed: 4 },
    );
  });

  it("ten years of days cost no more than formatting a tenth of the moments that a search by formatting would", () => {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "medium" });
    const from = utc("2016-01-01T00:00Z");
    // What this process works counts; how long a busy machine keeps it waiting does not.
    const started = process.cpuUsage();
    const days = periodsBetween("day", from, WallTime(from + 3653 * 24 * HOUR), "Europe/Paris");
    const asked = process.cpuUsage(started).user;
    for (let index = 0; index < 40_000; index += 1) format.format(from + index * 24 * HOUR);
    const formatted = process.cpuUsage(started).user - asked;
    assert.equal(days.length, 3654);
    assert.ok(asked < formatted, `${asked} µs for ten years, ${formatted} µs to format 40 000 times`);
    assert.equal(localDay(startOfDay(20_000, "Europe/Paris"), "Europe/Paris"), 20_000);
  });
});
