import assert from "node:assert/strict";
import fc from "fast-check";
import { newTagId, readTagId, shownTagId } from "#core/bays/tag-id";

const SIGNS = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];
const number = fc.uint8Array({ minLength: 5, maxLength: 5 });
/** Draws the bytes given, then others, as a drawing without a check sign is repeated. */
const drawing = (first: Uint8Array) => {
  let next = first;
  return () => {
    const bytes = next;
    next = next.map((byte, place) => (place === 4 ? (byte + 1) % 256 : byte));
    return bytes;
  };
};
const anyTag = number.map((bytes) => newTagId(drawing(bytes)));

describe("tag id", () => {
  it("is nine signs that read back as themselves", () => {
    fc.assert(
      fc.property(anyTag, (id) => {
        assert.match(id, /^[0-9A-HJKMNP-TV-Z]{9}$/);
        assert.deepEqual(readTagId(id), { ok: true, id });
      }),
      { seed: 1772 },
    );
  });

  it("uses all forty bits", () => {
    assert.equal(
      newTagId(() => new Uint8Array(5)),
      "000000000",
    );
    const last = newTagId(drawing(Uint8Array.of(255, 255, 255, 255, 246)));
    assert.match(last, /^ZZZZZZ/);
  });

  it("draws again when the remainder has no sign", () => {
    const draws = [Uint8Array.of(0, 0, 0, 0, 33), Uint8Array.of(0, 0, 0, 0, 36), Uint8Array.of(0, 0, 0, 0, 38)];
    assert.equal(
      newTagId(() => draws.shift() ?? assert.fail("drew too often")),
      "000000161",
    );
  });

  it("finds every single wrong sign", () => {
    fc.assert(
      fc.property(anyTag, (id) => {
        for (let place = 0; place < id.length; place++) {
          for (const sign of SIGNS.filter((other) => other !== id[place])) {
            const wrong = id.slice(0, place) + sign + id.slice(place + 1);
            assert.deepEqual(readTagId(wrong), { ok: false, why: "check" }, wrong);
          }
        }
      }),
      { seed: 1772, numRuns: 50 },
    );
  });

  it("finds every swap of two signs, neighbours or not", () => {
    fc.assert(
      fc.property(anyTag, (id) => {
        for (let left = 0; left < id.length; left++) {
          for (let right = left + 1; right < id.length; right++) {
            if (id[left] === id[right]) continue;
            const signs = [...id];
            [signs[left], signs[right]] = [id.charAt(right), id.charAt(left)];
            assert.equal(readTagId(signs.join("")).ok, false, signs.join(""));
          }
        }
      }),
      { seed: 1772 },
    );
  });

  it("is read as people write it", () => {
    const id = newTagId(() => Uint8Array.of(1, 16, 8, 66, 16));
    const typed = shownTagId(id).toLowerCase().replaceAll("0", "o").replaceAll("1", "l");
    for (const text of [shownTagId(id), ` ${typed} `, id.split("").join(" ")]) assert.deepEqual(readTagId(text), { ok: true, id }, text);
  });

  for (const [text, why] of [
    ["", "length"],
    ["12345678", "length"],
    ["1234567890", "length"],
    ["U00000000", "sign"],
    ["00000000*", "sign"],
    ["０００００００００", "sign"],
    ["x".repeat(10_000_000), "length"],
  ] as const) {
    it(`refuses "${text.slice(0, 12)}" for its ${why}`, () => {
      assert.deepEqual(readTagId(text), { ok: false, why });
    });
  }
});
