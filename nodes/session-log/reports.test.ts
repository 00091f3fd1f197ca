import assert from "node:assert/strict";
import type { ChargerReport } from "#core/session/observation";
import { Instant, WallTime } from "#core/units/units";
import { foreignReportOf, leftOutOf } from "../shared/charger-report.ts";
import { Reports } from "./reports.ts";

describe("what each charger said last", () => {
  /** What a charger says, each ten seconds. */
  const heard = (...payloads: readonly object[]): readonly ChargerReport[] => {
    const reports = new Reports(null);
    return payloads.map((payload, index) => {
      const report = foreignReportOf(payload, "Garage", WallTime(index * 10_000));
      return reports.complete(report, leftOutOf(payload), Instant(index * 10_000));
    });
  };
  const sinceOf = (reports: readonly ChargerReport[]): readonly (number | undefined)[] => reports.map(({ faults }) => faults[0]?.since);
  const FAULT = { state: "fault", faults: ["ground"] };

  it("is one fault, since it was first said, however often another charger says it", () => {
    assert.deepEqual(sinceOf(heard(FAULT, FAULT, { temperatureC: 40, powerW: 0 }, FAULT)), [0, 0, undefined, 0]);
  });

  it("is another fault when the charger was well in between", () => {
    assert.deepEqual(sinceOf(heard(FAULT, { state: "charging" }, FAULT, FAULT)), [0, undefined, 20_000, 20_000]);
  });

  it("is since when a charger of ours says so itself", () => {
    const reports = new Reports(null);
    const said = (since: number): ChargerReport => ({
      ...foreignReportOf(FAULT, "Garage", WallTime(0)),
      faults: [{ name: "GroundFault", mrec: "MREC2GroundFailure", since: WallTime(since) }],
    });
    assert.deepEqual(sinceOf([5, 9].map((since) => reports.complete(said(since), [], Instant(since)))), [5, 9]);
  });
});
