import assert from "node:assert/strict";
import { DEFAULT_SOLAR_CONFIG } from "#core/solar/config";
import { createSolar, explain } from "#core/solar/limiter";
import type { SolarExplanation } from "#core/solar/types";
import { Instant } from "#core/units/units";
import { wordsOf } from "../../test/flows/support/words.ts";
import { LANGUAGES } from "../../tools/nodes/catalog.ts";
import { KNOWN_REASONS, STATUS_TEXT_MAX } from "../shared/status-text.ts";
import { solarStatus } from "./solar-status.ts";

const waiting = explain(createSolar(DEFAULT_SOLAR_CONFIG, Instant(0)), Instant(0));
const fresh = (more: Partial<SolarExplanation>): SolarExplanation => ({ ...waiting, freshness: "fresh", ...more });

describe("solar status", () => {
  const t = wordsOf("solar-limit", "en-US");
  for (const [what, explanation, limitA, by, refused, expected] of [
    ["that the sun gives", fresh({ running: true }), 9.42, "sun", false, { fill: "green", shape: "dot", text: "sun 9.4 A" }],
    [
      "what is about to stop",
      fresh({ running: true, stopsInMs: 170_000 }),
      6,
      "floor",
      false,
      { fill: "green", shape: "ring", text: "stops in 3 min" },
    ],
    [
      "what is about to stop soon",
      fresh({ running: true, stopsInMs: 32_000 }),
      6,
      "floor",
      false,
      { fill: "green", shape: "ring", text: "stops in 40 s" },
    ],
    [
      "nothing of the far future",
      fresh({ running: true, stopsInMs: 3_600_000 }),
      6,
      "floor",
      false,
      { fill: "green", shape: "dot", text: "floor 6.0 A" },
    ],
    ["what is about to start", fresh({ startsInMs: 61_000 }), 0, "sun", false, { fill: "blue", shape: "ring", text: "starts in 1 min" }],
    [
      "what forbids it, not when the sun would allow it",
      fresh({ startsInMs: 61_000 }),
      0,
      "page",
      false,
      { fill: "blue", shape: "ring", text: "paused · monitor" },
    ],
    ["why it rests", fresh({}), 0, "minimumOff", false, { fill: "blue", shape: "ring", text: "paused · resting" }],
    ["that there are no readings", waiting, 0, "stale", false, { fill: "yellow", shape: "ring", text: "no readings" }],
    [
      "that it goes on without",
      fresh({ running: true, freshness: "holding" }),
      8,
      "stale",
      false,
      { fill: "yellow", shape: "ring", text: "old values 8.0 A" },
    ],
    ["that a reading was bad", fresh({ running: true }), 8, "sun", true, { fill: "yellow", shape: "dot", text: "bad reading" }],
    ["that it is off", { ...waiting, mode: "off" }, 0, "off", true, { fill: "grey", shape: "ring", text: "off" }],
    [
      "the grid's share without readings",
      { ...waiting, mode: "fast", running: true },
      16,
      "maximum",
      false,
      { fill: "green", shape: "dot", text: "maximum 16.0 A" },
    ],
  ] as const) {
    it(`says ${what}`, () => assert.deepEqual(solarStatus(explanation as SolarExplanation, limitA, by, refused, t), expected));
  }

  for (const language of LANGUAGES) {
    it(`fits under the node in ${language}, whole, for every reason`, () => {
      const words = wordsOf("solar-limit", language);
      const times = [null, 0, 9_000, 49_999, 50_000, 899_000];
      for (const by of KNOWN_REASONS) {
        for (const running of [true, false]) {
          for (const ms of times) {
            const explanation = fresh({ running, stopsInMs: running ? ms : null, startsInMs: running ? null : ms });
            const { text = "" } = solarStatus(explanation, running ? 80 : 0, by, false, words);
            assert.ok(text.length > 0 && text.length <= STATUS_TEXT_MAX && !text.endsWith("…"), text);
          }
        }
      }
    });
  }

  it("cuts the name of a ceiling that does not fit", () => {
    const { text = "" } = solarStatus(fresh({ running: true }), 8, "grandmother-is-cooking", false, t);
    assert.equal(text.length, STATUS_TEXT_MAX);
  });
});
