import assert from "node:assert/strict";
import fc from "fast-check";
import { MessageError } from "#core/errors";
import { decodeFrame, encodeFrame, FrameDecoder } from "./framing.ts";
import { MAX_FRAME_BYTES } from "./messages.ts";

/** All frames a decoder finds when the stream comes in these chunks. */
function framesOf(chunks: readonly Uint8Array[]): object[] {
  const decoder = new FrameDecoder();
  const frames: object[] = [];
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk));
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) frames.push(frame);
  }
  return frames;
}

/** Cuts `bytes` at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof MessageError) return error.code;
    throw error;
  }
  return "accepted";
};

describe("framing", () => {
  it("gives the same frames however the stream is split and merged", () => {
    const frame = fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => !["__proto__", "constructor", "prototype"].includes(key)),
      fc.oneof(
        fc.string(),
        fc.double({ noDefaultInfinity: true, noNaN: true }).map((x) => x + 0),
        fc.boolean(),
        fc.constant(null),
      ),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, places) => {
        const stream = Buffer.from(frames.map(encodeFrame).join(""));
        assert.deepEqual(framesOf(cut(stream, places)), JSON.parse(JSON.stringify(frames)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("takes a frame of exactly the longest length, byte by byte, and refuses one byte more", () => {
    const longest = Buffer.from(JSON.stringify({ text: "x".repeat(MAX_FRAME_BYTES - 11) }));
    assert.equal(longest.length, MAX_FRAME_BYTES);
    const decoder = new FrameDecoder();
    for (const byte of longest) {
      decoder.push(Buffer.of(byte));
      assert.equal(decoder.next(), null);
    }
    decoder.push(Buffer.from("\n"));
    assert.notEqual(decoder.next(), null);

    decoder.push(Buffer.concat([longest, Buffer.from(" \n")]));
    assert.equal(
      codeOf(() => decoder.next()),
      "tooLong",
    );
  });

  it("refuses an endless line as soon as it is too long, holding no more than one frame [F-33]", () => {
    const decoder = new FrameDecoder();
    const chunk = Buffer.alloc(16_384, "x");
    let pushed = 0;
    const code = codeOf(() => {
      for (;;) {
        decoder.push(chunk);
        pushed += chunk.length;
        decoder.next();
      }
    });
    assert.equal(code, "tooLong");
    assert.ok(pushed <= MAX_FRAME_BYTES + chunk.length);
  });

  const refused: readonly (readonly [string, string | Buffer])[] = [
    ["an empty line", ""],
    ["text that is not JSON", "limit 16"],
    ["a truncated frame", '{"frame":"hello","proto'],
    ["a number", "16"],
    ["null", "null"],
    ["an array", '[{"frame":"hello"}]'],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["a __proto__ key", '{"__proto__":{"isAdmin":true}}'],
    ["a __proto__ key in disguise, deep inside", '{"a":[{"\\u005f_proto__":1}]}'],
    ["a constructor key", '{"a":{"constructor":{"prototype":{}}}}'],
    ["nesting that would exhaust the stack", `{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
  ];
  for (const [what, line] of refused) {
    it(`refuses ${what} with a clear error`, () => {
      assert.throws(
        () => decodeFrame(Buffer.from(line)),
        (error: unknown) => error instanceof MessageError && error.code === "badFrame" && error.message.length < 200,
      );
    });
  }

  it("answers any bytes with frames or one of its two errors, and never pollutes a prototype", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
        const code = codeOf(() => framesOf(chunks));
        assert.ok(["accepted", "badFrame", "tooLong"].includes(code), code);
      }),
      { seed: 2, numRuns: 1000 },
    );
    assert.equal(({} as Record<string, unknown>).isAdmin, undefined);
  });
});
