import assert from "node:assert/strict";
import fc from "fast-check";
import { periodsBetween } from "#core/session/calendar";
import type { TotalsQuery } from "#core/session/question";
import type { SessionRecord, SessionSample } from "#core/session/record";
import { averagesPerChargingDay, portionsOf, type SampledSession, totalsOf } from "#core/session/totals";
import { WallTime } from "#core/units/units";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const utc = (text: string): WallTime => WallTime(Date.parse(text));

/** A session that charges evenly at 6 kW, half of it sun, with a sample each minute. */
function evenly(id: string, from: WallTime, minutes: number, part: Partial<SessionRecord> = {}): SampledSession {
  const totals = (minute: number) => ({
    energyWh: minute * 100,
    sunWh: minute * 50,
    gridWh: minute * 50,
    batteryWh: 0,
    cost: minute / 100,
  });
  const record: SessionRecord = {
    id,
    revision: 1,
    charger: "bay",
    user: null,
    tag: null,
    startedAt: from,
    endedAt: WallTime(from + minutes * MINUTE),
    connectedMs: minutes * MINUTE,
    chargingMs: minutes * MINUTE,
    ...totals(minutes),
    unknownWh: 0,
    pricedWh: minutes * 100,
    co2G: minutes * 20,
    meterStartWh: null,
    meterStopWh: null,
    maxPowerW: 6000,
    meanPowerW: 6000,
    offeredMinA: 25,
    offeredMaxA: 25,
    peakTemperatureC: null,
    interruptions: [],
    faults: [],
    endReason: "carStopped",
    gaps: 0,
    ...part,
  };
  const samples = Array.from(
    { length: minutes + 1 },
    (_, minute): SessionSample => ({
      session: id,
      at: WallTime(from + minute * MINUTE),
      ...totals(minute),
      powerW: 6000,
      currentA: 25,
      offeredA: 25,
      temperatureC: null,
    }),
  );
  return { record, samples };
}

const ALL: TotalsQuery = { from: null, until: null, charger: null, user: null, per: "day", by: [], timeZone: "Europe/Berlin" };

describe("totals", () => {
  it("a session over midnight counts for both days, by what flowed on each", () => {
    const session = evenly("a", utc("2026-03-28T22:00:00+01:00"), 300);
    const days = totalsOf(ALL, [session]).map(({ energyWh, sunWh, cost, chargingMs, co2G, sessions }) => [
      energyWh,
      sunWh,
      cost,
      chargingMs,
      co2G,
      sessions,
    ]);
    assert.deepEqual(days, [
      [12_000, 6000, 1.2, 2 * HOUR, 2400, 1],
      [18_000, 9000, 1.8, 3 * HOUR, 3600, 1],
    ]);
  });

  it("a range cuts a session, and each of its periods tells its whole begin and end", () => {
    const session = evenly("a", utc("2026-03-28T22:00:00+01:00"), 300);
    const from = utc("2026-03-28T23:30:00+01:00");
    const [first, second, ...more] = totalsOf({ ...ALL, from, until: utc("2026-03-29T01:00:00+01:00") }, [session]);
    assert.deepEqual([first?.energyWh, second?.energyWh, more.length], [3000, 6000, 0]);
    assert.equal(first?.from, utc("2026-03-28T00:00:00+01:00"));
  });

  it("knows charging days from days, however many sessions a day has, and users apart", () => {
    const sessions = [
      evenly("a", utc("2026-03-02T10:00Z"), 60, { user: "ann" }),
      evenly("b", utc("2026-03-02T14:00Z"), 60, { user: "bob" }),
      evenly("c", utc("2026-03-09T14:00Z"), 60, { user: "ann" }),
    ];
    const [march] = totalsOf({ ...ALL, per: "month" }, sessions);
    assert.deepEqual([march?.sessions, march?.energyWh, march?.chargingDays], [3, 18_000, 2]);
    const users = totalsOf({ ...ALL, per: "month", by: ["user"] }, sessions);
    assert.deepEqual(
      users.map(({ user, sessions: count, chargingDays }) => [user, count, chargingDays]),
      [
        ["ann", 2, 2],
        ["bob", 1, 1],
      ],
    );
    assert.deepEqual(
      totalsOf({ ...ALL, per: "all", user: "bob" }, sessions).map(({ from, until, energyWh }) => [from, until, energyWh]),
      [[null, null, 6000]],
    );
  });

  it("what a session had when it was first seen counts from its begin", () => {
    const { record, samples } = evenly("a", utc("2026-03-02T10:00Z"), 60);
    const late = samples.map((sample) => ({ ...sample, energyWh: sample.energyWh + 500, gridWh: sample.gridWh + 500 }));
    const whole = { ...record, energyWh: record.energyWh + 500, gridWh: record.gridWh + 500 };
    const [portion] = portionsOf(whole, late, [{ from: record.startedAt, until: WallTime(record.startedAt + HOUR / 2) }]);
    assert.equal(portion?.energyWh, 3500);
  });

  it("a session that took nothing counts where it began, and is no charging day", () => {
    const { record } = evenly("a", utc("2026-03-02T10:00Z"), 0, { endedAt: utc("2026-03-03T10:00Z"), energyWh: 0, cost: null, co2G: null });
    const [day, ...more] = totalsOf(ALL, [{ record, samples: [] }]);
    assert.deepEqual([day?.sessions, day?.energyWh, day?.chargingDays, day?.cost, more.length], [1, 0, 0, null, 0]);
  });

  it("of nothing there is nothing, and all of nothing is one line", () => {
    assert.deepEqual(totalsOf(ALL, []), []);
    assert.deepEqual(
      totalsOf({ ...ALL, per: "all" }, []).map(({ energyWh, sessions, cost }) => [energyWh, sessions, cost]),
      [[0, 0, null]],
    );
  });

  it("portions of any division sum to the whole, and none is negative", () => {
    const steps = fc.array(
      fc.record({
        minutes: fc.integer({ min: 1, max: 600 }),
        wh: fc.integer({ min: 0, max: 5000 }),
        sun: fc.integer({ min: 0, max: 100 }),
      }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const start = utc("2026-03-28T09:13:20Z");
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom("Europe/Berlin", "Asia/Kathmandu", "America/Havana"),
        fc.integer({ min: 1, max: 3 * DAY }),
        (stretches, timeZone, length) => {
          const samples: SessionSample[] = [];
          let [at, energyWh, sunWh] = [start as number, 0, 0];
          for (const { minutes, wh, sun } of stretches) {
            at += minutes * MINUTE;
            energyWh += wh;
            sunWh += (wh * sun) / 100;
            const rest = {
              gridWh: energyWh - sunWh,
              batteryWh: 0,
              cost: energyWh / 1e4,
              powerW: null,
              currentA: null,
              offeredA: null,
              temperatureC: null,
            };
            samples.push({ session: "a", at: WallTime(at), energyWh, sunWh, ...rest });
          }
          const whole = { energyWh, sunWh, gridWh: energyWh - sunWh, cost: energyWh / 1e4, pricedWh: energyWh, co2G: energyWh };
          const { record } = evenly("a", start, 0, { ...whole, endedAt: WallTime(at + MINUTE) });
          const days = periodsBetween("day", start, WallTime(at + 2 * MINUTE), timeZone);
          const cut = WallTime(start + length);
          const halves = [
            { from: WallTime(start - 1), until: cut },
            { from: cut, until: WallTime(at + 4 * DAY) },
          ];
          for (const periods of [days, halves]) {
            const portions = portionsOf(record, samples, periods);
            for (const key of ["energyWh", "sunWh", "gridWh", "pricedWh", "co2G", "cost"] as const) {
              assert.ok(portions.every((portion) => (portion[key] ?? 0) >= 0));
              const sum = portions.reduce((total, portion) => total + (portion[key] ?? Number.NaN), 0);
              assert.ok(Math.abs(sum - (record[key] ?? 0)) < 0.01, `${key}: ${sum} of ${record[key]}`);
            }
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it("averages count the days on which energy flowed, today among them", () => {
    const now = utc("2026-03-30T12:00Z");
    const sessions = [0, 1, 1, 4, 5, 29, 30, 89, 90].map((ago, index) => evenly(`s${index}`, WallTime(now - HOUR - ago * DAY), 60));
    const averages = averagesPerChargingDay(totalsOf(ALL, sessions), now, ALL.timeZone);
    assert.deepEqual(
      averages.map(({ days, energyWh, chargingDays, perChargingDayWh }) => [days, energyWh, chargingDays, perChargingDayWh]),
      [
        [5, 24_000, 3, 8000],
        [30, 36_000, 5, 7200],
        [90, 48_000, 7, 6857.143],
      ],
    );
    assert.deepEqual(averagesPerChargingDay([], now, "UTC", [5]), [{ days: 5, energyWh: 0, chargingDays: 0, perChargingDayWh: null }]);
  });
});
