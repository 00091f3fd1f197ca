import assert from "node:assert/strict";
import { MessageError } from "#core/errors";
import { WallTime } from "#core/units/units";
import { anEvent, aStatus } from "../../test/support/link-samples.ts";
import type { FlowMessage } from "../shared/red.ts";
import { type InputContext, readInput } from "./log-input.ts";
import type { AskedRows, Question } from "./question-input.ts";

const NOW = WallTime(Date.parse("2026-03-29T17:15:00+02:00"));
const CONTEXT: InputContext = {
  now: NOW,
  timeZone: "Europe/Berlin",
  csv: { separator: ",", decimal: ".", bom: false, safe: false },
  rowsPerPart: 500,
  gridSign: "buying",
  batterySign: "charging",
  charger: "Garage",
  carsW: 3000,
};
const code = (expected: string) => (error: unknown) => error instanceof MessageError && error.code === expected;
const read = (msg: FlowMessage) => readInput(msg, CONTEXT);
function question(msg: FlowMessage): Question {
  const input = read(msg);
  assert.ok(input.is === "question", input.is);
  return input.question;
}
function rows(msg: FlowMessage): AskedRows {
  const asked = question(msg);
  assert.ok(asked.of === "rows");
  return asked.asked;
}

describe("a message to the log", () => {
  it("is known by its shape when it comes from our own nodes, whatever its topic", () => {
    assert.equal(read({ topic: "grid", payload: aStatus() }).is, "report");
    assert.equal(read({ topic: "sessions", payload: anEvent("e1") }).is, "event");
    const telemetry = read({ topic: "roof", payload: { at: NOW, surplusW: 1000, freshness: "fresh" } });
    assert.ok(telemetry.is === "site");
    assert.equal(telemetry.reading.gridW, 2000);
  });

  it("is a reading of the site or a price by its topic, in any case", () => {
    const grid = read({ topic: "Grid", payload: "-1.2 kW", timestamp: "2026-03-29T15:15:00Z" });
    assert.deepEqual(grid, { is: "site", reading: { at: NOW, sunW: null, gridW: -1200, batteryW: null } });
    const battery = read({ topic: "battery", payload: 500 });
    assert.deepEqual(battery, { is: "site", reading: { at: null, sunW: null, gridW: null, batteryW: -500 } });
    assert.equal(read({ topic: "sun", payload: "unavailable" }).is, "nothing");
    assert.equal(read({ topic: "price", payload: Buffer.from('[{"from": 1774796400, "price": 0.3}]') }).is, "tariff");
  });

  it("says who charges", () => {
    const who = read({ topic: "user", payload: " Anna " });
    assert.ok(who.is === "report");
    assert.deepEqual([who.report.charger, who.report.user, who.report.state, who.report.at], ["Garage", "Anna", null, null]);
    assert.throws(() => read({ topic: "user", payload: "" }), code("badShape"));
  });

  it("is any charger's report when it tells something, as text from MQTT too", () => {
    const report = read({ topic: "openevse/status", payload: '{"state": "C", "powerW": "7.2 kW"}' });
    assert.ok(report.is === "report");
    assert.deepEqual([report.report.charger, report.report.state, report.report.powerW], ["Garage", "charging", 7200]);
  });

  it("is refused, with what was expected, when it is none of these", () => {
    const table: readonly [FlowMessage, string][] = [
      [{ topic: "x", payload: 5 }, "unknownMessage"],
      [{ payload: null }, "unknownMessage"],
      [{ payload: {} }, "unknownMessage"],
      [{ payload: [1] }, "unknownMessage"],
      [{ payload: "{nonsense" }, "badJson"],
      [{ payload: `{${" ".repeat(70_000)}}` }, "tooLong"],
      [{ topic: "grid", payload: 1, timestamp: "noon" }, "badTime"],
      [{ payload: { ask: "everything" } }, "unknownQuestion"],
      [{ payload: { ask: "__proto__" } }, "unknownQuestion"],
      [{ topic: "sessions", payload: { form: "csv" } }, "badShape"],
      [{ topic: "sessions", payload: { as: "xml" } }, "badShape"],
      [{ topic: "sessions", payload: { limit: 0 } }, "badShape"],
      [{ topic: "sessions", payload: ["today"] }, "badShape"],
      [{ topic: "session", payload: "" }, "badShape"],
      [{ topic: "averages", payload: "today" }, "badShape"],
      [{ topic: "totals", payload: "some day" }, "badRange"],
      [{ payload: { ask: "log", log: "syslog" } }, "unknownLog"],
    ];
    for (const [msg, expected] of table) assert.throws(() => read(msg), code(expected), JSON.stringify(msg).slice(0, 80));
  });
});

describe("a question", () => {
  const MARCH = { from: Date.parse("2026-03-01T00:00+01:00"), until: Date.parse("2026-04-01T00:00+02:00") };
  const ALL = { from: null, until: null };

  it("is asked by a button without a payload, or one that sends the time", () => {
    for (const payload of [undefined, null, "", true, NOW])
      assert.deepEqual(rows({ topic: "sessions", payload }), {
        ask: "sessions",
        query: { ...ALL, charger: null, user: null, order: "newest", limit: null },
      });
  });

  it("takes a range in words", () => {
    const asked = rows({ topic: "Sessions", payload: "this month" });
    assert.ok(asked.ask === "sessions");
    assert.deepEqual([asked.query.from, asked.query.until], [MARCH.from, MARCH.until]);
  });

  it("takes a period or a range as text for totals, and both in an object", () => {
    const totals = (payload: unknown) => {
      const asked = rows({ topic: "totals", payload });
      assert.ok(asked.ask === "totals");
      return asked.query;
    };
    assert.deepEqual(totals("day"), { ...ALL, charger: null, user: null, per: "day", by: [], timeZone: "Europe/Berlin" });
    assert.equal(totals(null).per, "month");
    assert.deepEqual(totals({ range: "2026-03", per: "week", by: "user", charger: "Garage" }), {
      ...MARCH,
      charger: "Garage",
      user: null,
      per: "week",
      by: ["user"],
      timeZone: "Europe/Berlin",
    });
    assert.deepEqual(totals({ by: ["user", "user"] }).by, ["user"]);
  });

  it("names the days of averages, or takes 5, 30 and 90", () => {
    const days = (payload: unknown) => {
      const asked = rows({ topic: "averages", payload });
      assert.ok(asked.ask === "averages");
      return asked.days;
    };
    assert.deepEqual([days(null), days({ days: 7 }), days({ days: [7, 365] })], [[5, 30, 90], [7], [7, 365]]);
  });

  it("can be whole in the payload, under any topic", () => {
    const asked = rows({ topic: "a/b", payload: '{"ask": "last", "user": "Anna"}' });
    assert.deepEqual(asked, { ask: "last", charger: null, user: "Anna" });
    assert.deepEqual(rows({ topic: "session", payload: "5f" }), { ask: "session", id: "5f" });
  });

  it("says how the answer is written, else as the form says", () => {
    const form = (payload: object) => {
      const asked = question({ topic: "sessions", payload });
      assert.ok(asked.of === "rows");
      return asked.form;
    };
    assert.deepEqual(form({}), { as: "objects", csv: CONTEXT.csv, rowsPerPart: null });
    assert.deepEqual(form({ as: "csv", parts: true, csv: { separator: ";" } }), {
      as: "csv",
      csv: { ...CONTEXT.csv, separator: ";" },
      rowsPerPart: 500,
    });
    assert.equal(form({ as: "lines", parts: 10 }).rowsPerPart, 10);
  });

  it("can be a web address's query, which knows text only", () => {
    const asked = question({ topic: "sessions", payload: { from: "2026-03-01", until: "", limit: "10", parts: "true", as: "csv" } });
    assert.ok(asked.of === "rows" && asked.asked.ask === "sessions");
    const { from, until, limit } = asked.asked.query;
    assert.deepEqual([from, until, limit, asked.form.rowsPerPart], [MARCH.from, null, 10, 500]);
  });

  it("is about one of the old logs by the name of its file, however it is written", () => {
    for (const topic of ["EnergyStats", "energystats", "energy.log", "events.log", "errors.log", "error.log", "log.log", "Energy Log"]) {
      const asked = question({ topic, payload: null });
      assert.equal(asked.of, "log", topic);
    }
    const asked = question({ payload: { ask: "log", log: "error.log", range: "this month" } });
    assert.ok(asked.of === "log");
    assert.deepEqual(asked.asked, { ask: "log", log: "errors.log", charger: null, from: MARCH.from });
  });
});
