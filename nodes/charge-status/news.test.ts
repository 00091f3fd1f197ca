import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import { aRecord } from "../../test/support/status-page.ts";
import { newsOf } from "./news.ts";

const NOW = WallTime(1_767_225_600_000);
const TELEMETRY = {
  at: 1,
  mode: "solar",
  limitA: 9,
  limitedBy: "sun",
  surplusW: 2000,
  carA: 8,
  stopsInMs: null,
  startsInMs: null,
  more: 1,
};

describe("news for the page", () => {
  for (const [what, payload, of] of [
    ["a pilot's status", aStatus(), "status"],
    ["a status of a newer controller, with more in it", { ...aStatus(), weather: "fine" }, "status"],
    ["a pilot's event", anEvent("e1"), "nothing"],
    ["a limiter's limit", { limitA: 9, limitedBy: "sun", validUntil: 5 }, "nothing"],
    ["a limiter's telemetry", TELEMETRY, "solar"],
    ["a session of the log", { news: "ended", ...aRecord("a") }, "session"],
    ["powers of the site", { sunW: 3000, gridW: -500 }, "site"],
    ["the simulated house", { charger: "bay", at: 1, pvW: 4000, houseW: 400, gridW: -10, socPercent: 4 }, "site"],
    ["a status that came as text", JSON.stringify(aStatus()), "status"],
    ["another charger's status", { charger: "x", state: "Charging", powerW: "3,6 kW" }, "foreign"],
  ] as const) {
    it(`knows ${what}`, () => assert.equal(newsOf(undefined, payload, "x", NOW).of, of));
  }

  for (const [topic, payload, site] of [
    ["pv", "4.2 kW", { sunW: 4200, gridW: null, houseW: null, batteryW: null }],
    ["GRID", -300, { sunW: null, gridW: -300, houseW: null, batteryW: null }],
    ["house", "unavailable", { sunW: null, gridW: null, houseW: null, batteryW: null }],
  ] as const) {
    it(`reads ${topic} ${payload} as power of the site`, () => assert.deepEqual(newsOf(topic, payload, "x", NOW), { of: "site", site }));
  }

  for (const [said, state] of [
    ["A", "notConnected"],
    ["Available", "notConnected"],
    ["B", "connected"],
    ["Suspended EV", "connected"],
    ["c", "charging"],
    ["Faulted", "fault"],
    ["offline", "unknown"],
  ] as const) {
    it(`reads another charger's "${said}" as ${state}`, () => {
      const news = newsOf(undefined, { state: said }, "usual", NOW);
      assert.ok(news.of === "foreign");
      assert.deepEqual([news.report.state, news.report.charger], [state, "usual"]);
    });
  }

  for (const [what, topic, payload, code] of [
    ["nothing", undefined, null, "notNews"],
    ["a number without a topic", undefined, 5, "notNews"],
    ["an object of something else", "weather", { rain: 3 }, "notNews"],
    ["a power that is none", "pv", "a lot", "notANumber"],
    ["a state nobody knows", undefined, { state: "dancing" }, "unknownState"],
    ["a charger without a name", undefined, { charger: "  ", state: "A" }, "badShape"],
    ["half an object as text", undefined, '{"charger":', "notNews"],
    ["a sun that is text", undefined, { sunW: "x" }, "notNews"],
    ["a session without its interruptions", undefined, { ...aRecord("a"), interruptions: undefined }, "badShape"],
    ["a session that began before there were cars", undefined, { ...aRecord("a"), startedAt: -1 }, "badShape"],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => newsOf(topic, payload, "x", NOW), { code }));
  }
});
