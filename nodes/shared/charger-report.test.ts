import assert from "node:assert/strict";
import { MessageError } from "#core/errors";
import { WallTime } from "#core/units/units";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import { foreignReportOf, isForeignReport, ownEventOf, ownReportOf } from "./charger-report.ts";

const NOW = WallTime(1_767_225_600_000);
const foreign = (payload: object) => foreignReportOf(payload, "Garage", NOW);
const code = (expected: string) => (error: unknown) => error instanceof MessageError && error.code === expected;

describe("a status of our own charger", () => {
  const session = { id: "5f", startedAt: 1, energyWh: 900, chargingMs: 1 };

  it("becomes a report with the meter's own counter", () => {
    const report = ownReportOf({ ...aStatus(), phase: "charging", state: "C", powerW: 3600, energyWh: 5000, offeredCurrentA: 16, session });
    assert.ok(report);
    const { charger, at, state, powerW, energyWh, counterOf, offeredA } = report;
    assert.deepEqual(
      { charger, at, state, powerW, energyWh, counterOf, offeredA, session: report.session },
      {
        charger: "bay",
        at: aStatus().at,
        state: "charging",
        powerW: 3600,
        energyWh: 5000,
        counterOf: "life",
        offeredA: 16,
        session: "5f",
      },
    );
  });

  it("falls back on the session's counter while the meter says nothing", () => {
    const report = ownReportOf({ ...aStatus(), phase: "waiting", state: "B", energyWh: null, session });
    assert.deepEqual([report?.energyWh, report?.counterOf], [900, "session"]);
    assert.equal(ownReportOf({ ...aStatus(), energyWh: null })?.energyWh, null);
  });

  it("never takes a pilot that cannot be read for an unplugged car", () => {
    const states = ["A", "B", "C", "D", "E", "F", "unknown"] as const;
    for (const state of states) {
      assert.notEqual(ownReportOf({ ...aStatus(), state, phase: "stopping", session })?.state, "notConnected", state);
      const isGone = ownReportOf({ ...aStatus(), state, session: null })?.state === "notConnected";
      assert.equal(isGone, state === "A", state);
    }
  });

  it("is understood with what a newer controller adds, and not without what it needs", () => {
    assert.ok(ownReportOf({ ...aStatus(), humidityPercent: 40 }));
    const { phase: _left, ...rest } = aStatus();
    assert.equal(ownReportOf(rest), null);
    assert.equal(ownReportOf({}), null);
  });
});

describe("an event of our own charger", () => {
  it("of a time that is none is not taken, for a store could never give it back", () => {
    for (const at of [-1, 1e17, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(ownEventOf({ ...anEvent("e1"), at }), null, `event ${at}`);
      assert.equal(ownReportOf({ ...aStatus(), at }), null, `status ${at}`);
    }
    assert.ok(ownEventOf({ ...anEvent("e1"), at: 5 }), "a clock that was never set");
  });

  it("keeps from, to and what was measured, cut to a length", () => {
    const event = ownEventOf({ ...anEvent("e1"), from: "B", to: "C", evidence: { highV: 6.1, note: "x".repeat(500) } });
    assert.equal(event?.id, "e1");
    assert.equal(event?.evidence.to, "C");
    assert.equal(event?.evidence.highV, 6.1);
    assert.equal(String(event?.evidence.note).length, 200);
    assert.deepEqual([event?.reason, event?.fault, event?.session], [null, null, null]);
  });
  it("is not a status, and a status is not an event", () => {
    assert.equal(ownEventOf(aStatus()), null);
    assert.equal(ownReportOf(anEvent("e1")), null);
  });
});

describe("a report of any other charger", () => {
  it("is read with units, and says nothing where it is silent", () => {
    const report = foreign({ state: "Charging", powerW: "7.2 kW", energyWh: "1234,5 kWh", currentA: 31.3, offeredCurrentA: "32 A" });
    assert.deepEqual(
      [report.charger, report.state, report.powerW, report.energyWh, report.currentA, report.offeredA],
      ["Garage", "charging", 7200, 1_234_500, 31.3, 32],
    );
    assert.deepEqual([report.at, report.counterOf, report.session, report.user, report.temperatureC], [null, "life", null, null, null]);
    assert.equal(foreign({ state: "C", powerW: "unavailable" }).powerW, null);
  });

  it("knows J1772's letters, OCPP's words and plain ones", () => {
    const table = {
      A: "notConnected",
      Available: "notConnected",
      b: "connected",
      SuspendedEVSE: "connected",
      "suspended-ev": "connected",
      Occupied: "connected",
      D: "charging",
      Faulted: "fault",
      offline: "unknown",
    };
    for (const [said, expected] of Object.entries(table)) assert.equal(foreign({ state: said }).state, expected, said);
  });

  it("is refused with its reason when it is wrong", () => {
    const table: readonly [object, string][] = [
      [{ state: "humming" }, "unknownState"],
      [{ state: "constructor" }, "unknownState"],
      [{ state: "C", power: 7 }, "badShape"],
      [{ state: "C", powerW: "7 kWh" }, "unit"],
      [{ state: "C", energyWh: "1,234" }, "ambiguous"],
      [{ state: "C", energyWh: -1 }, "outOfRange"],
      [{ state: "C", powerW: 7.2e6 }, "outOfRange"],
      [{ state: "C", at: "yesterday" }, "badTime"],
      [{ state: "C", at: "2026-03-29T12:00" }, "badTime"],
      [{ state: "C", powerW: Number.NaN }, "badShape"],
      [{ state: "C", charger: "" }, "badShape"],
    ];
    for (const [payload, expected] of table) assert.throws(() => foreign(payload), code(expected), JSON.stringify(payload));
  });

  it("says since when a fault is there, or since now", () => {
    assert.equal(foreign({ faults: ["GroundFault"] }).faults[0]?.since, NOW);
    assert.equal(foreign({ at: 1_767_225_000, faults: ["x"] }).faults[0]?.since, 1_767_225_000_000);
  });

  it("is told from other objects by what it tells", () => {
    assert.ok(isForeignReport({ user: "Anna" }));
    assert.ok(!isForeignReport({ charger: "Garage" }));
    assert.ok(!isForeignReport(Object.create({ state: "C" })));
  });
});
