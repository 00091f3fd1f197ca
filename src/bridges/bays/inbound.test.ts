import assert from "node:assert/strict";
import { takeText } from "#bridges/bays/inbound";
import { Keeper } from "#bridges/bays/keeper";
import { Secrets } from "#bridges/bays/secrets";
import { SITE_RULES } from "#core/bays/site";
import { newTagId, shownTagId } from "#core/bays/tag-id";
import { Instant, WallTime } from "#core/units/units";
import { MemoryDocuments } from "#store/memory-documents";

const NOW = { at: Instant(0), wall: WallTime(Date.UTC(2026, 10, 20, 12)) };
const TAG = newTagId(() => Uint8Array.of(9, 8, 7, 6, 7));

function keeperOf(): Keeper {
  const site = {
    name: "Yard",
    publicUrl: "https://yard.example/bays",
    plans: [],
    rules: { ...SITE_RULES, freeText: true },
    timeZone: "UTC",
    language: "en",
    smsNumber: null,
    registration: "open",
    trustedProxies: 0,
  } as const;
  let ids = 0;
  return new Keeper(site, {
    store: new MemoryDocuments(),
    collection: "site",
    secrets: new Secrets(new Uint8Array(32)),
    chance: { id: () => `id-${++ids}`, bytes: (count) => new Uint8Array(count) },
    now: () => NOW,
    after: () => () => {},
    deliver: () => {},
    problem: (text) => assert.fail(text),
  });
}

describe("a text that comes in", () => {
  const code = shownTagId(TAG);
  for (const [text, said] of [
    [code, null],
    [`please ${code}`, "please"],
    [`${code.toLowerCase()}, thanks a lot`, ", thanks a lot"],
    [`To ${code.replaceAll("-", " ")} now`, "To now"],
    [`${TAG}`, null],
    [`0000-0000-5 or ${code}`, "0000-0000-5 or"],
  ] as const) {
    it(`finds the code in "${text}"`, () => {
      const keeper = keeperOf();
      assert.equal(takeText(keeper, { address: "+1", kind: "sms", text, reply: null }).understood, "scan");
      const channel = keeper.look((desk, now) => desk.talks.channel("id-1", now)) ?? assert.fail();
      assert.deepEqual([channel.tag, channel.said[0]?.by === "visitor" && channel.said[0].text, channel.reach?.kind], [TAG, said, "sms"]);
    });
  }

  for (const text of ["", "hello", "x".repeat(10_000), `A${code}`, `${code}A`, `${TAG.slice(0, 8)}`]) {
    it(`finds none in "${text.slice(0, 20)}"`, () => {
      assert.equal(takeText(keeperOf(), { address: "+1", kind: "sms", text, reply: null }).understood, "nothing");
    });
  }
});
