import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { follow, parseReading, type ReadingKind } from "#core/solar/reading";

const value = (raw: unknown, kind: ReadingKind = "power", path = ""): number => {
  const parsed = parseReading(raw, kind, path);
  ok(parsed.ok, `${String(raw)} should be readable`);
  return parsed.value;
};
const reason = (raw: unknown, kind: ReadingKind = "power", path = ""): string => {
  const parsed = parseReading(raw, kind, path);
  ok(!parsed.ok, `${String(raw)} should be refused`);
  return parsed.reason;
};

describe("parseReading", () => {
  const readable: readonly (readonly [unknown, ReadingKind, number])[] = [
    [-1200, "power", -1200],
    ["-1.2 kW", "power", -1200],
    ["−1.2 kW", "power", -1200],
    ["-1,2kW", "power", -1200],
    ["1.2e3", "power", 1200],
    ["+800W", "power", 800],
    [" 800 w ", "power", 800],
    ["0.005 MW", "power", 5000],
    [".5 kW", "power", 500],
    ["6,5 A", "current", 6.5],
    ["6500 mA", "current", 6.5],
    ["55 %", "percent", 55],
    ["10 kWh", "energy", 10_000],
    ["0.231 kV", "voltage", 231],
    ["0.30", "plain", 0.3],
  ];
  for (const [raw, kind, expected] of readable) {
    it(`reads ${JSON.stringify(raw)} as ${expected} (${kind})`, () => {
      ok(Math.abs(value(raw, kind) - expected) < 1e-9);
    });
  }

  const refused: readonly (readonly [unknown, ReadingKind, string])[] = [
    ["unavailable", "power", "unavailable"],
    ["Unknown", "power", "unavailable"],
    ["", "power", "unavailable"],
    [null, "power", "unavailable"],
    [undefined, "power", "unavailable"],
    [Number.NaN, "power", "notANumber"],
    [Number.POSITIVE_INFINITY, "power", "notANumber"],
    ["NaN", "power", "notANumber"],
    ["12 34", "power", "notANumber"],
    ["0x10", "power", "notANumber"],
    ["1e999", "power", "notANumber"],
    [true, "power", "notANumber"],
    [{}, "power", "notANumber"],
    [[5], "power", "notANumber"],
    ["1,234 W", "power", "ambiguous"],
    ["5 A", "power", "unit"],
    ["5 mW", "power", "unit"],
    ["5 kW", "current", "unit"],
    ["7".repeat(65), "power", "notANumber"],
  ];
  for (const [raw, kind, expected] of refused) {
    it(`refuses ${JSON.stringify(raw) ?? "undefined"} as ${kind}: ${expected}`, () => equal(reason(raw, kind), expected));
  }

  it("follows a property path into objects and arrays", () => {
    equal(value({ meters: [{ p: "2 kW" }] }, "power", "meters[0].p"), 2000);
    equal(reason({ meters: [] }, "power", "meters[0].p"), "unavailable");
    equal(reason({}, "power", "constructor.name"), "unavailable");
    deepEqual(follow(7, ""), 7);
  });

  it("never answers with anything but a finite number or a reason, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), fc.string(), (raw, path) => {
        const parsed = parseReading(raw, "power", path);
        ok(parsed.ok ? Number.isFinite(parsed.value) : parsed.reason.length > 0);
      }),
      { seed: 61851, numRuns: 5000 },
    );
  });
});
