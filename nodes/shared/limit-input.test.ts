import assert from "node:assert/strict";
import fc from "fast-check";
import { MessageError } from "#core/errors";
import { Volts, WallTime } from "#core/units/units";
import { type ChargerRequest, parseCommandInput, parseLimitInput } from "./limit-input.ts";

const context = { volts: Volts(240), phases: 1, now: WallTime(1_000_000) } as const;
const parse = (payload: unknown): ChargerRequest => parseLimitInput(payload, context);
const limit = (amps: number, limitedBy = "flow", validUntil: number | null = null) => ({
  ask: "limit",
  limit: amps,
  limitedBy,
  validUntil,
});
const command = (asked: object) => ({ ask: "command", command: asked });

function refusal(payload: unknown): MessageError {
  try {
    parse(payload);
  } catch (error) {
    assert.ok(error instanceof MessageError, String(error));
    return error;
  }
  throw new Error("was accepted");
}

describe("limit input", () => {
  const understood: readonly (readonly [string, unknown, object])[] = [
    ["a number", 16, limit(16)],
    ["zero", 0, limit(0)],
    ["the largest offer", 80, limit(80)],
    ["a number as text", "16", limit(16)],
    ["amps with a unit", "16 A", limit(16)],
    ["amps without a blank", "16A", limit(16)],
    ["amps in words", "13 amps", limit(13)],
    ["a decimal comma", "16,5 A", limit(16.5)],
    ["a decimal point", " 16.5 ", limit(16.5)],
    ["kilowatts", "3.6 kW", limit(15)],
    ["watts", "2400 W", limit(10)],
    ["a limit object", { limitA: 16 }, limit(16)],
    ["who limits, and until when", { limitA: 10, limitedBy: "sun", validUntil: 1_000_500 }, limit(10, "sun", 1_000_500)],
    ["phases that fit the charger", { limitA: 10, phases: 1 }, limit(10)],
    ["JSON text, as from MQTT", '{"limitA":16}', limit(16)],
    ["an object without a prototype", Object.assign(Object.create(null), { limitA: 8 }), limit(8)],
    ["true", true, command({ command: "resume" })],
    ["false", false, command({ command: "pause" })],
    ["a command word", "pause", command({ command: "pause" })],
    ["a command word with capitals", "Self-Test", command({ command: "selfTest" })],
    ["wake up in two words", "wake up", command({ command: "wakeUp" })],
    ["a command object", { command: "resume", by: "button" }, command({ command: "resume", by: "button" })],
    ["an authorisation", { command: "authorise", tag: "04AF" }, command({ command: "authorise", tag: "04AF" })],
  ];
  for (const [what, payload, expected] of understood) {
    it(`understands ${what}`, () => assert.deepEqual(parse(payload), expected));
  }

  const refused: readonly (readonly [string, unknown, string])[] = [
    ["nothing", undefined, "emptyMessage"],
    ["null", null, "emptyMessage"],
    ["empty text", "", "emptyMessage"],
    ["blanks", " \t\n", "emptyMessage"],
    ["a buffer", Buffer.from("16"), "wrongType"],
    ["a list", [16], "wrongType"],
    ["a date", new Date(0), "wrongType"],
    ["a map", new Map([["limitA", 16]]), "wrongType"],
    [
      "a class instance",
      new (class Limit {
        limitA = 16;
      })(),
      "wrongType",
    ],
    ["a function", () => 16, "wrongType"],
    ["a big integer", 16n, "wrongType"],
    ["a symbol", Symbol("16"), "wrongType"],
    ["NaN", Number.NaN, "outOfRange"],
    ["infinity", Number.POSITIVE_INFINITY, "outOfRange"],
    ["a negative limit", -1, "outOfRange"],
    ["a negative limit as text", "-16 A", "outOfRange"],
    ["more than J1772 can offer", 81, "outOfRange"],
    ["more power than J1772 can offer", "50 kW", "outOfRange"],
    ["other words", "full power", "unknownText"],
    ["hexadecimal", "0x10", "unknownText"],
    ["an exponent", "1e1", "unknownText"],
    ["another unit", "16 mA", "unknownText"],
    ["a million characters", "9".repeat(1_000_000), "tooLong"],
    ["broken JSON", '{"limitA":', "badJson"],
    ["a misspelt key", { limitAmps: 16 }, "badShape"],
    ["a key too many", { limitA: 16, watts: 1 }, "badShape"],
    ["text for a number", { limitA: "16" }, "badShape"],
    ["NaN in an object", { limitA: Number.NaN }, "badShape"],
    ["nested junk", { limitA: { limitA: { limitA: 16 } } }, "badShape"],
    ["a sender's name without end", { limitA: 6, limitedBy: "x".repeat(65) }, "badShape"],
    ["another number of phases", { limitA: 16, phases: 3 }, "wrongPhases"],
    ["a time gone by", { limitA: 16, validUntil: 1_000_000 }, "alreadyExpired"],
    ["an unknown command", { command: "explode" }, "badShape"],
    ["the end of the controller", { command: "shutdown" }, "unknownCommand"],
    ["a limit as a command", { command: "limit", limitA: 16 }, "unknownCommand"],
    ["a prototype key in JSON", '{"__proto__":{"limitA":16}}', "forbiddenKey"],
    ["a constructor", { limitA: 16, constructor: {} }, "forbiddenKey"],
    ["words every object inherits", "constructor", "unknownText"],
    ["toString", "toString", "unknownText"],
  ];
  for (const [what, payload, code] of refused) {
    it(`refuses ${what} with the code ${code}`, () => {
      const error = refusal(payload);
      assert.equal(error.code, code);
      assert.ok(error.message.length < 500, `${error.message.length} characters`);
    });
  }

  it("never does anything but give a limit from 0 to 80 A, give a known command, or refuse with a code", () => {
    const junk = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
      fc.object({ key: fc.constantFrom("limitA", "limitedBy", "validUntil", "phases", "command", "__proto__", "constructor", "by") }),
      fc.string(),
      fc.double(),
      fc.tuple(fc.double(), fc.constantFrom("", " A", "kW", " W", "mA")).map(([value, unit]) => `${value}${unit}`),
    );
    fc.assert(
      fc.property(junk, (payload) => {
        try {
          const request = parse(payload);
          if (request.ask === "limit") assert.ok(request.limit >= 0 && request.limit <= 80);
          else assert.match(request.command.command, /^(pause|resume|authorise|deauthorise|reset|selfTest|wakeUp)$/);
        } catch (error) {
          assert.ok(error instanceof MessageError, String(error));
          assert.match(error.code, /^[a-zA-Z]+$/);
        }
      }),
      { numRuns: 2000, seed: 1772 },
    );
  });

  it("reads back every limit that can be written as text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 800 }), fc.constantFrom("", "A", " A", " amps"), (tenths, unit) => {
        assert.deepEqual(parse(`${tenths / 10}${unit}`), limit(tenths / 10));
      }),
      { seed: 1772 },
    );
  });
});

describe("command input", () => {
  const words = { open: "pause", close: "resume", true: "resume", false: "pause" } as const;

  for (const [payload, expected] of [
    ["open", "pause"],
    ["CLOSE", "resume"],
    [true, "resume"],
    [false, "pause"],
    [{ command: "open" }, "pause"],
  ] as const) {
    it(`takes ${JSON.stringify(payload)} for ${expected}`, () => assert.equal(parseCommandInput(payload, words), expected));
  }

  for (const [payload, code] of [
    [null, "emptyMessage"],
    [16, "unknownCommand"],
    ["reset", "unknownCommand"],
    ["constructor", "unknownCommand"],
    [{ command: "reset" }, "unknownCommand"],
    [{ command: ["open"] }, "unknownCommand"],
    [{ command: "open", now: true }, "badShape"],
    [Buffer.from("open"), "wrongType"],
  ] as const) {
    it(`refuses ${Buffer.isBuffer(payload) ? "a buffer" : JSON.stringify(payload)} with the code ${code}`, () => {
      assert.throws(() => parseCommandInput(payload, words), { name: "MessageError", code });
    });
  }
});
