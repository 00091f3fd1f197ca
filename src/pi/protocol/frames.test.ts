import assert from "node:assert/strict";
import fc from "fast-check";
import { COMMAND, errorText } from "./commands.ts";
import { encodeReply, encodeRequest, type Reply, type Request, replyReader, requestReader, words, wordsOf } from "./frames.ts";
import { encodeReport, type LevelReport, ReportReader } from "./notifications.ts";

/** Feeds bytes cut at any places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const marks = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...marks].map((from, index) => bytes.subarray(from, marks[index] ?? bytes.length));
}

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const tail = fc.uint8Array({ maxLength: 40 });
const places = fc.array(fc.nat(10_000), { maxLength: 6 });

describe("pigpio frames", () => {
  it("a request is sixteen bytes of little-endian words and its extension", () => {
    assert.deepEqual(
      [...encodeRequest(COMMAND.HP, 18, 1000, words(1_000_000))],
      [86, 0, 0, 0, 18, 0, 0, 0, 0xe8, 0x03, 0, 0, 4, 0, 0, 0, 0x40, 0x42, 0x0f, 0],
    );
  });

  it("requests come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word, tail), { maxLength: 8 }), places, (sent, at) => {
        const bytes = Buffer.concat(sent.map(([command, p1, p2, extension]) => encodeRequest(command, p1, p2, extension)));
        const heard: Request[] = [];
        const reader = requestReader();
        for (const piece of cut(bytes, at))
          reader.feed(piece, (request) => heard.push({ ...request, extension: new Uint8Array(request.extension) }));
        assert.deepEqual(
          heard,
          sent.map(([command, p1, p2, extension]) => ({ command, p1, p2, extension })),
        );
      }),
      { seed: 1772 },
    );
  });

  it("data follow a reply only where its command's result is a length", () => {
    const question = { command: COMMAND.SPIX, p1: 0, p2: 0 };
    const plain = { command: COMMAND.READ, p1: 4, p2: 0 };
    const bytes = Buffer.concat([
      encodeReply(question, 3, Uint8Array.of(1, 2, 3)),
      encodeReply(plain, 1),
      encodeReply(question, -25),
      encodeReply(plain, 0),
    ]);
    fc.assert(
      fc.property(places, (at) => {
        const heard: Reply[] = [];
        const reader = replyReader();
        for (const piece of cut(bytes, at)) reader.feed(piece, (reply) => heard.push({ ...reply, data: new Uint8Array(reply.data) }));
        assert.deepEqual(
          heard.map(({ command, result, data }) => [command, result, [...data]]),
          [
            [COMMAND.SPIX, 3, [1, 2, 3]],
            [COMMAND.READ, 1, []],
            [COMMAND.SPIX, -25, []],
            [COMMAND.READ, 0, []],
          ],
        );
      }),
      { seed: 1772 },
    );
  });

  it("a frame longer than the protocol has is refused, not waited for", () => {
    const bytes = encodeRequest(COMMAND.PROC);
    new DataView(bytes.buffer).setUint32(12, 70_000, true);
    assert.throws(() => requestReader().feed(bytes, () => {}), RangeError);
  });

  it("words keep their value through bytes, negative ones as the daemon shows them", () => {
    assert.deepEqual(wordsOf(words(0, 1, 0xffff_ffff, -1)), [0, 1, 0xffff_ffff, 0xffff_ffff]);
  });

  it("reports come out as they went in, however the stream is cut", () => {
    const report: LevelReport = { sequence: 65_535, flags: 64, tick: 0xffff_fff0, levels: 0x8000_0001 };
    fc.assert(
      fc.property(fc.nat(5), places, (count, at) => {
        const bytes = Buffer.concat(Array.from({ length: count }, () => encodeReport(report)));
        const heard: LevelReport[] = [];
        const reader = new ReportReader();
        for (const piece of cut(bytes, at)) reader.feed(piece, (each) => heard.push(each));
        assert.deepEqual(heard, Array(count).fill(report));
      }),
      { seed: 1772 },
    );
  });

  it("an error has its name, or at least its number", () => {
    assert.equal(errorText(-95), "NOT_HPWM_GPIO (-95)");
    assert.equal(errorText(-1234), "error -1234");
  });
});
