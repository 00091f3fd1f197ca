import assert from "node:assert/strict";
import { aStatus } from "../../test/support/link-samples.ts";
import { type ChargerReport, chargerReportOf, drawnOf, isIdle, isResting, together } from "./charger-report.ts";

describe("charger report", () => {
  it("is found in a pilot node's status", () => {
    const status = { ...aStatus(), charger: "bay", state: "C", relay: "closed", currentA: 9.5, at: 7 };
    assert.deepEqual(chargerReportOf(status), { charger: "bay", presence: "charging", currentA: 9.5, at: 7 });
  });

  it("takes what little another charger knows", () => {
    assert.deepEqual(chargerReportOf({ charger: "x", state: "B" }), { charger: "x", presence: "waiting", currentA: null, at: null });
  });

  for (const [state, relay, presence] of [
    ["A", "open", "absent"],
    ["B", "closed", "waiting"],
    ["C", "closed", "charging"],
    ["C", "open", "waiting"],
    ["C", undefined, "charging"],
    ["D", "closed", "charging"],
    ["E", "open", "waiting"],
    ["F", "open", "waiting"],
    ["F", "welded", "unknown"],
    ["F", undefined, "unknown"],
    ["unknown", "unknown", "unknown"],
  ] as const) {
    it(`reads state ${state} with the relay ${relay} as ${presence}`, () => {
      assert.equal(chargerReportOf({ charger: "x", state, ...(relay === undefined ? {} : { relay }) })?.presence, presence);
    });
  }

  for (const payload of [
    null,
    5,
    "C",
    {},
    { charger: "x" },
    { charger: "", state: "C" },
    { charger: "x", state: "G" },
    { power: 5, state: "on" },
  ]) {
    it(`does not take ${JSON.stringify(payload)} for one`, () => assert.equal(chargerReportOf(payload), null));
  }
});

const report = (presence: ChargerReport["presence"], currentA: number | null): ChargerReport => ({
  charger: "x",
  presence,
  currentA,
  at: 1,
});

describe("what a car draws", () => {
  for (const [what, presence, currentA, drawn, idle, resting] of [
    ["is what is measured", "charging", 9, 9, false, false],
    ["is what is measured, whatever the pilot says", "waiting", 12, 12, false, false],
    ["is not known without a meter", "charging", null, null, false, false],
    ["is nothing behind an open contactor, meter or not", "waiting", null, 0, true, true],
    ["is nothing in an empty place", "absent", 0, 0, true, true],
    ["is nothing when it sleeps, and it may wake at any time", "charging", 0.3, 0.3, true, false],
  ] as const) {
    it(what, () => {
      const one = report(presence, currentA);
      assert.deepEqual([drawnOf(one), isIdle(one), isResting(one)], [drawn, idle, resting]);
    });
  }
});

describe("chargers together", () => {
  for (const [what, reports, expected] of [
    ["are charging when one is", [report("charging", 9), report("absent", null)], "charging"],
    ["may be charging while one is silent", [report("absent", 0)], "unknown"],
    ["may be charging while one does not know", [report("waiting", 0), report("unknown", 0)], "unknown"],
    ["wait when one waits", [report("waiting", 0), report("absent", 0)], "waiting"],
    ["are absent when all are", [report("absent", 0), report("absent", 0)], "absent"],
  ] as const) {
    it(what, () => assert.equal(together(reports, 2), expected));
  }
});
