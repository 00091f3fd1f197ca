import assert from "node:assert/strict";
import fc from "fast-check";
import { apart, rowOf } from "./characters.ts";
import { exampleFaces } from "./examples.ts";
import { changeWrites, encodeRow, glyphWrites } from "./hd44780.ts";
import { previewSheet, previewSvg } from "./preview.ts";

const BLANK = 0x20;

describe("an HD44780", () => {
  it("is given degrees, small umlauts and sharp s from ROM A00, and capital umlauts as its own characters", () =>
    assert.deepEqual(encodeRow("31°C äöüß ÄÖÜ"), [
      ...[0x33, 0x31, 0xdf, 0x43, BLANK, 0xe1, 0xef, 0xf5, 0xe2, BLANK, 0, 1, 2],
      ...[BLANK, BLANK, BLANK],
    ]));
  it("is never given the codes that ROM A00 has for something else", () => {
    assert.equal(rowOf("a\\b~c€🚗\n"), "a?b?c???        ");
    assert.deepEqual(encodeRow("→←¥").slice(0, 3), [0x7e, 0x7f, 0x5c]);
  });
  it("takes a letter and its dots for one character", () => assert.equal(rowOf("U\u0308bel"), "Übel            "));
  it("learns each own character once, at its own address, five dots wide", () => {
    const writes = glyphWrites();
    assert.deepEqual(
      writes.filter(({ isText }) => !isText).map(({ byte }) => byte),
      [0x40, 0x48, 0x50],
    );
    assert.equal(writes.length, 3 * 9);
    for (const { isText, byte } of writes) assert.ok(!isText || byte <= 0b11111);
  });
  it("has each row written from its own address", () => {
    const writes = changeWrites(null, [rowOf("A"), rowOf("B")]);
    assert.equal(writes.length, 2 * (1 + 16));
    assert.deepEqual(writes[0], { isText: false, byte: 0x80 });
    assert.deepEqual(writes[1], { isText: true, byte: 0x41 });
    assert.deepEqual(writes[17], { isText: false, byte: 0xc0 });
    assert.deepEqual(writes[18], { isText: true, byte: 0x42 });
  });
  it("is written only what changed, from the first difference of a row to its last", () => {
    const bytes = (before: string, after: string) =>
      changeWrites([rowOf("Charging"), rowOf(before)], [rowOf("Charging"), rowOf(after)]).map(({ byte }) => byte);
    assert.deepEqual(bytes("0:00:59", "0:01:00"), [0xc3, ...Buffer.from("1:00")]);
    assert.deepEqual(bytes("0:01:00", "0:01:00"), []);
  });
  it("shows after any change what a whole page would", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "Ä", "°") });
    const shown = (glass: (number | undefined)[], writes: ReturnType<typeof changeWrites>) => {
      let at = 0;
      for (const { isText, byte } of writes) {
        if (!isText) at = byte & 0x7f;
        else {
          glass[at] = byte;
          at += 1;
        }
      }
      return glass;
    };
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const glass = shown([], changeWrites(null, [a, b]));
        assert.deepEqual(shown(glass, changeWrites([a, b], [c, d])), shown([], changeWrites(null, [c, d])));
      }),
      { seed: 44780 },
    );
  });
  it("gets sixteen bytes for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
        for (const row of [left, apart(left, right)]) {
          const codes = encodeRow(row);
          assert.equal(codes.length, 16);
          assert.ok(codes.every((code) => Number.isInteger(code) && code >= 0 && code <= 0xff));
        }
      }),
      { numRuns: 1000, seed: 44780 },
    );
  });
});

describe("a row with two ends", () => {
  it("cuts its words before its figure", () => assert.equal(apart("Remarkably long", "15.8A"), "Remarkably 15.8A"));
  it("is a whole row of either alone", () => {
    assert.equal(apart("sixteen letters!", ""), "sixteen letters!");
    assert.equal(apart("", "0123456789abcdefg"), "0123456789abcdef");
  });
});

describe("the picture of a display", () => {
  it("has each character in its column, escaped, and its words as a title", () => {
    const svg = previewSvg([rowOf("<A&B>"), rowOf("Waiting for EV")], { colour: "yellow", effect: "blink" });
    assert.match(svg, /<title>&lt;A&amp;B&gt; \/ Waiting for EV \(yellow, blink\)<\/title>/);
    assert.match(svg, /<tspan x="24">&lt;<\/tspan><tspan x="42">A<\/tspan><tspan x="60">&amp;<\/tspan>/);
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.match(svg, /class="rim blink"[^>]* fill="#e3b341"/);
  });
  it("may show several beneath or beside each other, and tells of each", () => {
    const faces = exampleFaces("en", 30);
    assert.match(previewSheet(faces, 1), /viewBox="0 0 392 756"/);
    const sheet = previewSheet(faces, 2);
    assert.match(sheet, /viewBox="0 0 796 372"/);
    assert.equal(sheet.match(/class="case"/g)?.length, 6);
    assert.match(sheet, /<title>EVSE Ready {3}30A \/ Not Connected \(green\); .*SERVICE REQUIRED \/ STUCK RELAY \(red\)<\/title>/);
  });
});
