import assert from "node:assert/strict";
import { readBays } from "./bay-plan.ts";

const inWords = (text: string) => readBays(text).map(({ id, group }) => `${group}/${id}`);

describe("bays in one line", () => {
  for (const [text, bays] of [
    ["left", ["bays/left"]],
    [" left , right ", ["bays/left", "bays/right"]],
    ["yard: left, right; street: post;", ["yard/left", "yard/right", "street/post"]],
    ["Garage süd", ["bays/Garage süd"]],
  ] as const) {
    it(`are ${bays.join(" and ")} for "${text}"`, () => assert.deepEqual(inWords(text), bays));
  }

  for (const [text, code] of [
    ["", "badBays"],
    [" ; ", "badBays"],
    ["left,,right", "badBays"],
    ["yard:", "badBays"],
    [": left", "badBays"],
    ["left, left", "twoBays"],
    ["a: x; b: x", "twoBays"],
    ["x".repeat(65), "badBays"],
    [Array.from({ length: 501 }, (_, index) => index).join(","), "badBays"],
  ] as const) {
    it(`are refused for "${text.slice(0, 20)}"`, () => assert.throws(() => readBays(text), { code }));
  }
});
