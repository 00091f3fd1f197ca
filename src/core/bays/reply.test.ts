import assert from "node:assert/strict";
import fc from "fast-check";
import { readReply } from "#core/bays/reply";
import { WallTime } from "#core/units/units";

const NOON = WallTime(Date.UTC(2026, 10, 20, 12));
const at = (hour: number, minute: number) => WallTime(Date.UTC(2026, 10, 20, hour, minute));
const read = (text: string) => readReply(text, NOON, at);
const back = (by: WallTime) => ({ kind: "answer", answer: { answer: "back", by } });

describe("reply", () => {
  for (const [keyword, words] of Object.entries({
    stop: ["STOP", "stop", " Stop. ", "STOPALL", "unsubscribe", "Cancel", "END", "quit", "revoke", "opt out", "OPT-OUT", "Abmelden"],
    start: ["START", "yes", "Unstop", "anmelden"],
    help: ["help", "INFO", "Hilfe!"],
  })) {
    for (const word of words) {
      it(`takes "${word}" for ${keyword}, never for an answer`, () => {
        assert.deepEqual(read(word), { kind: "keyword", keyword });
      });
    }
  }

  for (const [text, answer] of [
    ["1", "mayUnplug"],
    [" 2 ", "needMore"],
    ["3.", "notMe"],
    ["4", "block"],
  ] as const) {
    it(`takes "${text}" for ${answer}`, () => {
      assert.deepEqual(read(text), { kind: "answer", answer: { answer } });
    });
  }

  for (const [text, minutes] of [
    ["10", 10],
    ["20 min", 20],
    ["40 Minuten", 40],
    ["240", 240],
  ] as const) {
    it(`takes "${text}" for back in ${minutes} minutes`, () => {
      assert.deepEqual(read(text), back(WallTime(NOON + minutes * 60_000)));
    });
  }

  it("takes a time of day for back by then", () => {
    assert.deepEqual(read("14:30"), back(at(14, 30)));
    assert.deepEqual(read("9.05 Uhr"), back(at(9, 5)));
  });

  for (const text of ["", "0", "5000", "241", "24:00", "14:60", "yes please", "stop charging my car?", "-10", "1e2", "toString", "１０"]) {
    it(`does not guess what "${text}" means`, () => {
      assert.deepEqual(read(text), { kind: "unclear" });
    });
  }

  it("never throws and never takes time in the past, whatever is said", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reply = read(text);
        assert.ok(reply.kind !== "answer" || reply.answer.answer !== "back" || Number.isFinite(reply.answer.by));
      }),
      { seed: 1772 },
    );
  });
});
