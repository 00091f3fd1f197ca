import assert from "node:assert/strict";
import { aStatus } from "../../test/support/link-samples.ts";
import { type ChargerReport, chargerReportOf, together } from "./charger-report.ts";

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

describe("chargers together", () => {
  const report = (presence: ChargerReport["presence"], currentA: number | null): ChargerReport => ({
    charger: "x",
    presence,
    currentA,
    at: 1,
  });

  for (const [what, reports, expected] of [
    ["add up what is drawn", [report("charging", 9), report("charging", 7)], { presence: "charging", currentA: 16 }],
    ["count an idle one as nothing, meter or not", [report("charging", 9), report("absent", null)], { presence: "charging", currentA: 9 }],
    ["do not know the sum without each meter", [report("charging", 9), report("charging", null)], { presence: "charging", currentA: null }],
    ["do not know the sum before each has spoken", [report("charging", 9)], { presence: "charging", currentA: null }],
    ["may be charging while one is silent", [report("absent", 0)], { presence: "unknown", currentA: null }],
    ["may be charging while one does not know", [report("waiting", 0), report("unknown", 0)], { presence: "unknown", currentA: 0 }],
    [
      "count what is measured, whatever the pilot says",
      [report("waiting", 12), report("absent", null)],
      { presence: "waiting", currentA: 12 },
    ],
    ["wait when one waits", [report("waiting", 0), report("absent", 0)], { presence: "waiting", currentA: 0 }],
    ["are absent when all are", [report("absent", 0), report("absent", 0)], { presence: "absent", currentA: 0 }],
  ] as const) {
    it(what, () => assert.deepEqual(together(reports, 2), expected));
  }
});
