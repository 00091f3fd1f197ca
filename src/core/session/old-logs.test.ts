import assert from "node:assert/strict";
import fc from "fast-check";
import {
  detailedLog,
  ENERGY_RECORD_BYTES,
  energyLog,
  energyStats,
  energyStatsFrom,
  errorsLog,
  eventsLog,
  oldDayNumber,
} from "#core/session/old-logs";
import { type OldStatus, oldStatusLine } from "#core/session/old-status-line";
import type { Total } from "#core/session/question";
import type { SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { eventWith, LedgerRig } from "../../../test/support/ledger-rig.ts";

const HOUR = 3_600_000;
const ZONE = "Australia/Perth";
const utc = (text: string): WallTime => WallTime(Date.parse(text));
/** A session as a ledger makes it, with these figures. */
const SESSION: SessionRecord = (() => {
  const rig = new LedgerRig().reports(2000, () => ({ state: "charging", powerW: 1000 })).reports(1000, () => ({ state: "notConnected" }));
  return rig.session;
})();
const session = (endedAt: WallTime, energyWh: number, chargingMs: number): SessionRecord => ({ ...SESSION, endedAt, energyWh, chargingMs });

describe("the Python charger's logs", () => {
  it("energy.log has a line a session, in the old form", () => {
    const at = utc("2020-10-09T12:52:44+08:00");
    assert.equal(energyLog([session(at, 9648, 4.2 * HOUR)], ZONE), "20201009125244  283   9.648kWh Charge Time  4.2hr\n");
  });

  it("energy.log leaves out what is not over and what took nothing", () => {
    const at = utc("2020-10-09T12:52:44+08:00");
    assert.equal(energyLog([session(at, 0, HOUR), { ...session(at, 5000, HOUR), endedAt: null }], ZONE), "");
  });

  it("a record of energy.log has 50 bytes, before day 1000 and after, and the old reader finds its fields", () => {
    const ended = fc.integer({ min: utc("2020-01-01T00:00+08:00"), max: utc("2047-01-01T00:00+08:00") });
    fc.assert(
      fc.property(ended, fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 0, max: 200 * HOUR }), (at, energyWh, chargingMs) => {
        const record = energyLog([session(WallTime(at), energyWh, chargingMs)], ZONE);
        assert.equal(Buffer.byteLength(record), ENERGY_RECORD_BYTES);
        assert.equal(Number.parseInt(record.slice(15, 19), 10), oldDayNumber(WallTime(at), ZONE));
        assert.ok(Math.abs(Number.parseFloat(record.slice(20, 27)) - Math.min(energyWh / 1000, 999.999)) < 0.001);
      }),
      { seed: 4, numRuns: 500 },
    );
    assert.equal(energyLog([session(utc("2022-09-26T12:00+08:00"), 1, 1)], ZONE).slice(15, 19), "1000");
  });

  it("no two days have the same number: the old count gave 31 December 2020 and 1 January 2021 the same", () => {
    const numbers = ["2020-01-01", "2020-12-31", "2021-01-01", "2024-12-31", "2025-01-01"].map((day) =>
      oldDayNumber(utc(`${day}T09:00+08:00`), ZONE),
    );
    assert.deepEqual(numbers, [1, 366, 367, 1827, 1828]);
  });

  it("events.log knows four things, and says each when it changes", () => {
    const changes = ["A", "B", "C", "C", "D", "B", "F", "E", "unknown", "A"];
    const events = changes.map((to, index) =>
      eventWith({ type: "stateChanged", at: utc(`2020-10-09T12:00:0${index}+08:00`), evidence: { to } }),
    );
    const offered = eventWith({ type: "offered", at: utc("2020-10-09T12:00:09+08:00") });
    assert.equal(
      eventsLog([...events, offered], ZONE),
      [
        "20201009120000 EV not connected",
        "20201009120001 EV ready",
        "20201009120002 EV charging",
        "20201009120005 EV ready",
        "20201009120006 CP error",
        "20201009120009 EV not connected",
        "",
      ].join("\n"),
    );
  });

  it("errors.log has a line an error, and no reason breaks the line", () => {
    const at = utc("2020-10-09T12:00:00+08:00");
    const text = errorsLog(
      [
        eventWith({ type: "fault", at, fault: "GroundFault", reason: "tripped" }),
        eventWith({ type: "faultCleared", at, fault: "GroundFault" }),
        eventWith({ type: "storeFailed", at, reason: "disk\nfull" }),
      ],
      ZONE,
    );
    assert.equal(text, "20201009120000 GroundFault: tripped\n20201009120000 storeFailed: disk full\n");
  });

  it("log.log has a line a sample", () => {
    const sample: SessionSample = {
      session: "a",
      at: utc("2020-10-09T12:52:00+08:00"),
      energyWh: 9648,
      sunWh: 0,
      gridWh: 0,
      batteryWh: 0,
      cost: null,
      powerW: 2162,
      currentA: 9.4,
      offeredA: 9.6,
      temperatureC: null,
    };
    assert.equal(
      detailedLog([{ sample, dayEnergyWh: 11_500 }], ZONE),
      "20201009125200 CP value=85 CP duty=164 ChargeI=9.4 Power=2.2 Delta=0 State=3 Energy=9.648 DayEnergy=11.5\n",
    );
    const waits = detailedLog([{ sample: { ...sample, powerW: 0, currentA: null, offeredA: 0 }, dayEnergyWh: 11_500 }], ZONE);
    assert.match(waits, /CP value=155 CP duty=1023 ChargeI=0.0 Power=0.0 Delta=0 State=2 /);
  });

  it("EnergyStats has its nine lines", () => {
    const now = utc("2020-10-09T12:52:44+08:00");
    const day = (ago: number, energyWh: number): Total => {
      const from = utc(`2020-10-09T00:00+08:00`) - ago * 24 * HOUR;
      const none = { charger: null, user: null, sessions: 1, sunWh: 0, gridWh: 0, batteryWh: 0, unknownWh: energyWh };
      const rest = { chargingMs: 0, cost: null, pricedWh: 0, co2G: null, chargingDays: 1 };
      return { ...none, ...rest, energyWh, from: WallTime(from), until: WallTime(from + 24 * HOUR) };
    };
    const days = [day(0, 11_500), day(3, 8500), day(20, 10_000), day(80, 30_000), day(364, 1000), day(365, 9_000_000)];
    assert.equal(
      energyStats({ days, last: session(now, 9648, HOUR) }, now, ZONE),
      [
        "Last Update Time (2020, 10, 9, 12, 52, 44, 4, 283)",
        "Last Year       61.0kWh",
        "Last 30 Days    30.0kWh",
        "Last 5 Days     20.0kWh",
        "Current Day     11.5kWh",
        "Last Session     9.6kWh",
        "Av. per day charging occurs over 90 days 15.0000kWh",
        "Av. per day charging occurs over 30 days 10.0000kWh",
        "Av. per day charging occurs over 5 days  10.0000kWh",
        "",
      ].join("\n"),
    );
    assert.equal(energyStatsFrom(now, ZONE), utc("2019-10-11T00:00+08:00"));
    assert.match(
      energyStats({ days: [], last: null }, now, ZONE),
      /Last Session {5}0\.0kWh\nAv\. per day charging occurs over 90 days 0\.0000kWh/,
    );
  });
});

describe("the Python charger's status line", () => {
  const STATUS: OldStatus = {
    at: utc("2020-10-09T12:52:44+08:00"),
    state: "charging",
    pilotHighV: null,
    dutyPercent: 15.45,
    currentA: 9.4,
    powerW: 2162,
    deltaW: 19.7,
    energyWh: 9648,
    dayEnergyWh: 11_500,
  };

  it("has the old names in the old order", () => {
    assert.equal(
      oldStatusLine({ ...STATUS, pilotHighV: 5.86 }, ZONE),
      "Timestamp 20201009125244 CP value=83 CP duty=158 ChargeI=9.4 Power=2.2 Delta=19 State=3 Energy=9.648 DayEnergy=11.5",
    );
  });

  for (const [state, number, value] of [
    ["notConnected", 1, 248],
    ["connected", 2, 155],
    ["charging", 3, 85],
    ["fault", 4, -1],
    ["unknown", 4, -1],
  ] as const) {
    it(`${state} is state ${number}, its pilot reads ${value}`, () => {
      assert.match(oldStatusLine({ ...STATUS, state }, ZONE), new RegExp(`CP value=${value} .* State=${number} `));
    });
  }

  it("the pilot's level is on the old scale, also beyond it", () => {
    const values = [-3, 0, 6, 7.5, 9, 12, 12.6].map(
      (pilotHighV) => /CP value=(-?\d+)/.exec(oldStatusLine({ ...STATUS, pilotHighV }, ZONE))?.[1],
    );
    assert.deepEqual(values, ["-1", "0", "85", "120", "155", "248", "267"]);
  });

  it("steady high is 1023, and nothing known is nothing", () => {
    const none = { ...STATUS, dutyPercent: null, currentA: null, powerW: null, deltaW: null };
    assert.match(oldStatusLine(none, ZONE), /CP duty=1023 ChargeI=0\.0 Power=0\.0 Delta=0 /);
    assert.match(oldStatusLine({ ...STATUS, deltaW: -684.3 }, ZONE), /Delta=-684 /);
  });
});
