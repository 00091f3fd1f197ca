import assert from "node:assert/strict";
import type { Refusal } from "#bridges/http/answer";
import { parametersOf, SESSIONS_PARAMETERS, sessionQuery, TOTALS_PARAMETERS, totalsQuery } from "./questions.ts";

const ZONE = "Europe/Berlin";
const sessions = (query: string) => sessionQuery(parametersOf(`/x?${query}`, SESSIONS_PARAMETERS), ZONE);
const totals = (query: string) => totalsQuery(parametersOf(`/x?${query}`, TOTALS_PARAMETERS), ZONE);
const refuses = (ask: () => unknown, code: string) =>
  assert.throws(ask, (error: Refusal) => error.status === 400 && error.code === code && error.message.length > 20);

describe("questions to the history", () => {
  it("are for the newest fifty charges of everybody when they say nothing", () => {
    assert.deepEqual(sessions(""), { from: null, until: null, charger: null, user: null, order: "newest", limit: 50 });
  });

  it("take a local date for its begin and its end", () => {
    const { from, until } = sessions("from=2026-10&until=2026-10");
    assert.deepEqual([from, until], [Date.parse("2026-09-30T22:00Z"), Date.parse("2026-10-31T23:00Z")]);
  });

  it("take moments as ISO text and in ms", () => {
    const { from, until } = sessions("from=2026-10-01T12:00:00%2B02:00&until=1790866800000");
    assert.deepEqual([from, until], [Date.parse("2026-10-01T10:00Z"), 1_790_866_800_000]);
  });

  it("ask for totals by period, told apart", () => {
    const { per, by, timeZone } = totals("per=day&from=2026&until=2026&by=user");
    assert.deepEqual([per, by, timeZone], ["day", ["user"], ZONE]);
    assert.equal(totals("").per, "month");
  });

  for (const query of [
    "limit=0",
    "limit=501",
    "limit=-1",
    "limit=1e3",
    "limit=x",
    "from=yesterday",
    "from=2026-02-30",
    "from=99999999999999",
    "from=1",
    "from=2026-10-01T12:00",
    "sort=up",
    "from=2026&from=2025",
    `charger=${"x".repeat(65)}`,
    "__proto__=1",
  ]) {
    it(`are refused for ${query.slice(0, 30)}`, () => refuses(() => sessions(query), "badQuery"));
  }
  it("are refused when they end before they begin", () => refuses(() => sessions("from=2026&until=2025"), "badRange"));

  for (const [query, code] of [
    ["per=hour", "badQuery"],
    ["by=weather", "badQuery"],
    ["per=day", "rangeTooLong"],
    ["per=day&from=2020", "rangeTooLong"],
    ["per=day&from=2020&until=2026", "rangeTooLong"],
    ["per=week&from=2000&until=2026", "rangeTooLong"],
    ["per=month&from=2000&until=2199", "rangeTooLong"],
  ] as const) {
    it(`for totals are refused for ${query}`, () => refuses(() => totals(query), code));
  }
  it("for totals may be of all years", () => assert.equal(totals("per=year").per, "year"));
});
