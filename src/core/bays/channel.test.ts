import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CHANNEL_RULES,
  type Channel,
  cleanText,
  closeChannel,
  isOpen,
  LONGEST_TEXT,
  openChannel,
  ownerAnswers,
  REASONS,
  sessionEnded,
  visitorSays,
  withFreeNotice,
} from "#core/bays/channel";
import type { Answer } from "#core/bays/reply";
import { newTagId } from "#core/bays/tag-id";
import { Minutes, WallTime } from "#core/units/units";

const START = WallTime(1_800_000_000_000);
const later = (minutes: number) => WallTime(START + Minutes(minutes));
const fresh = openChannel({ id: "c1", tag: newTagId(() => new Uint8Array(5)), owner: "p1", bay: "1", scanner: "s" }, START);
const said = (spoken: ReturnType<typeof visitorSays>): Channel => (spoken.ok ? spoken.channel : assert.fail(spoken.why));

describe("channel", () => {
  it("carries a reason one way and an answer the other", () => {
    const asked = said(visitorSays(fresh, "needCharge", null, later(1)));
    const answered = said(ownerAnswers(asked, { answer: "back", by: later(21) }, later(2)));
    assert.deepEqual(answered.said, [
      { by: "visitor", at: later(1), reason: "needCharge", text: null },
      { by: "owner", at: later(2), answer: { answer: "back", by: later(21) } },
    ]);
    assert.equal(isOpen(answered, later(3)), true);
  });

  it("ends after two hours, whoever still wants to talk", () => {
    assert.equal(isOpen(fresh, later(119.9)), true);
    assert.equal(isOpen(fresh, later(120)), false);
    assert.deepEqual(visitorSays(fresh, "problem", null, later(120)), { ok: false, why: "expired" });
    assert.deepEqual(ownerAnswers(fresh, { answer: "mayUnplug" }, later(120)), { ok: false, why: "expired" });
  });

  it("ends a quarter of an hour after the session, and no later than it would have", () => {
    assert.equal(sessionEnded(fresh, later(30)).expiresAt, later(45));
    assert.equal(sessionEnded(fresh, later(110)).expiresAt, later(120));
  });

  it("takes a button that is pressed twice for one", () => {
    const once = said(visitorSays(fresh, "blocked", null, later(1)));
    assert.equal(said(visitorSays(once, "blocked", null, later(1.05))), once);
    assert.equal(said(visitorSays(once, "problem", null, later(1.05))).said.length, 2);
    assert.equal(said(visitorSays(once, "blocked", null, later(2))).said.length, 2);
    const answered = said(ownerAnswers(once, { answer: "needMore" }, later(1.02)));
    assert.equal(said(visitorSays(answered, "blocked", null, later(1.05))).said.length, 3);
  });

  it("takes an answer that is tapped twice for one", () => {
    const asked = said(visitorSays(fresh, "blocked", null, later(1)));
    const back = said(ownerAnswers(asked, { answer: "back", by: later(12) }, later(2)));
    assert.equal(said(ownerAnswers(back, { answer: "back", by: later(12.03) }, later(2.03))), back);
    assert.equal(said(ownerAnswers(back, { answer: "back", by: later(22) }, later(2.03))).said.length, 3, "another time is news");
    assert.equal(said(ownerAnswers(back, { answer: "needMore" }, later(2.03))).said.length, 3);
    assert.equal(said(ownerAnswers(back, { answer: "back", by: later(13) }, later(3))).said.length, 3);
  });

  it("takes three messages in ten minutes, and again later", () => {
    let channel = fresh;
    for (const minute of [0, 1, 2]) channel = said(visitorSays(channel, "blocked", null, later(minute)));
    assert.deepEqual(visitorSays(channel, "blocked", null, later(9.9)), { ok: false, why: "tooOften" });
    assert.equal(visitorSays(channel, "blocked", null, later(10)).ok, true);
  });

  for (const [answer, closed] of [
    ["notMe", "notMe"],
    ["block", "blocked"],
  ] as const) {
    it(`is closed by "${answer}"`, () => {
      const channel = said(ownerAnswers(fresh, { answer }, later(1)));
      assert.equal(channel.closed, closed);
      assert.deepEqual(visitorSays(channel, "other", null, later(1)), { ok: false, why: "closed" });
      assert.equal(closeChannel(channel, "visitor").closed, closed);
    });
  }

  it("remembers who wants to hear that the bay is free", () => {
    assert.equal(withFreeNotice(fresh, true).wantsFreeNotice, true);
  });

  it("never grows without bound and never carries more than its rate, whatever is said", () => {
    const answers: readonly Answer[] = [{ answer: "mayUnplug" }, { answer: "needMore" }];
    const turn = fc.tuple(fc.boolean(), fc.constantFrom(...REASONS), fc.constantFrom(...answers), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 100 }), (turns) => {
        let channel = fresh;
        let minute = 0;
        const passed: number[] = [];
        for (const [byVisitor, reason, answer, pause] of turns) {
          minute += pause;
          const spoken = byVisitor ? visitorSays(channel, reason, null, later(minute)) : ownerAnswers(channel, answer, later(minute));
          if (spoken.ok) channel = spoken.channel;
          if (spoken.ok && byVisitor) passed.push(minute);
          assert.ok(!spoken.ok || minute < 120);
          assert.ok(channel.said.length <= 20);
          assert.ok(passed.filter((at) => minute - at < 10).length <= CHANNEL_RULES.messages);
        }
      }),
      { seed: 1772 },
    );
  });
});

describe("cleanText", () => {
  for (const [text, clean] of [
    ["  hello\r\nBcc: all@example.org ", "hello Bcc: all@…"],
    ["see https://evil.example/pay now", "see … now"],
    ["go to www.evil.example", "go to …"],
    ["pay at evil.example/x?y", "pay at …"],
    ["javascript:alert(1)", "…"],
    ["a\u202Eb\u200Bc\u0000d", "a b c d"],
    ["\u0007 \n", null],
    ["<b>bold</b> & 'quoted'", "<b>bold</b> & 'quoted'"],
    ["Back at 14.30, thanks…", "Back at 14.30, thanks…"],
  ] as const) {
    it(`makes ${JSON.stringify(clean)} of ${JSON.stringify(text)}`, () => {
      assert.equal(cleanText(text), clean);
    });
  }

  it("is short, on one line, and does not change when cleaned again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
        const clean = cleanText(text);
        if (clean === null) return;
        assert.ok([...clean].length <= LONGEST_TEXT);
        assert.doesNotMatch(clean, /[\p{Cc}\u2028\u2029]/u);
        assert.equal(cleanText(clean), clean);
      }),
      { seed: 1772 },
    );
  });
});
