import assert from "node:assert/strict";
import fc from "fast-check";
import { columnOf, jsonOf } from "./columns.ts";

describe("columns of PostgreSQL", () => {
  for (const [field, column] of [
    ["startedAt", '"started_at"'],
    ["co2G", '"co2_g"'],
    ["user", '"user"'],
  ] as const) {
    it(`${field} is kept as ${column}`, () => assert.equal(columnOf(field), column));
  }
});

describe("JSON for PostgreSQL", () => {
  it("is what it would be without it, for text that PostgreSQL can hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "grapheme" }), (value, text) => {
        const thing = { value, text: text.replaceAll("\0", "") };
        const isHeld = !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(thing));
        fc.pre(isHeld);
        assert.equal(jsonOf(thing), JSON.stringify(thing));
      }),
      { seed: 6 },
    );
  });

  for (const [what, text, kept] of [
    ["U+0000", "a\0b", "a\ufffdb"],
    ["half a character", "a\ud83db", "a\ufffdb"],
    ["a whole one", "a🚗b", "a🚗b"],
    ["what only looks like an escape", "a\\u0000b", "a\\u0000b"],
    ["a backslash before U+0000", "a\\\0b", "a\\\ufffdb"],
  ] as const) {
    it(`keeps ${what} as PostgreSQL can hold it`, () => assert.equal(JSON.parse(jsonOf({ text })).text, kept));
  }
});
