import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { admit, EMPTY_GATE, type GateMemory, isFrozen } from "#core/solar/gate";
import { Instant, Minutes, Seconds } from "#core/units/units";

const limits = { largest: 10_000, smallest: -10_000, oldest: Seconds(120) };
const T = Seconds(1000);
const s = (seconds: number): Instant => Instant(T + seconds * 1000);

function fed(values: readonly (readonly [value: number, second: number])[], memory: GateMemory = EMPTY_GATE): GateMemory {
  return values.reduce((before, [value, second]) => admit(before, value, s(second), s(second), limits).memory, memory);
}

describe("admit", () => {
  const known = fed([[100, 0]]);
  const cells: readonly (readonly [string, number, Instant | null, Instant, string | null])[] = [
    ["a newer value", 101, s(5), s(6), null],
    ["a value without a stamp", 101, null, s(6), null],
    ["an equal value with a newer stamp", 100, s(5), s(6), null],
    ["not a number", Number.NaN, s(5), s(6), "notANumber"],
    ["an absurd import", 10_001, s(5), s(6), "implausible"],
    ["an absurd export", -10_001, s(5), s(6), "implausible"],
    ["a reading that is older than allowed", 101, s(5), s(126), "stale"],
    ["the same stamp again", 101, s(0), s(6), "duplicate"],
    ["an earlier stamp", 101, s(-1), s(6), "outOfOrder"],
  ];
  for (const [what, value, stamp, at, expected] of cells) {
    it(`${expected === null ? "lets in" : "refuses"} ${what}`, () => {
      const { rejection, memory, measuredAt } = admit(known, value, stamp, at, limits);
      equal(rejection, expected);
      equal(measuredAt === null, expected !== null);
      equal(memory.value, expected === null ? value : 100);
    });
  }

  it("counts a stamp from the future as measured on arrival", () => {
    equal(admit(known, 101, s(60), s(6), limits).measuredAt, s(6));
  });

  it("follows a meter whose clock was set back after three readings on the new time", () => {
    let memory = fed([
      [100, 0],
      [110, 60],
    ]);
    const verdicts = [10, 11, 12, 13].map((second, i) => {
      const admission = admit(memory, 120 + i, s(second), s(70 + i), limits);
      memory = admission.memory;
      return admission.rejection;
    });
    equal(verdicts.join(), "outOfOrder,outOfOrder,,");
  });

  it("keeps the order in which the meter measured, whatever the order of arrival", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 }), (arrivals) => {
        let memory = EMPTY_GATE;
        let at = 60;
        let backwards = 0;
        for (const [second, wait] of arrivals) {
          at += wait;
          const before = memory.stamp;
          const { memory: next, rejection } = admit(memory, second, s(second), s(at), limits);
          if (rejection === "outOfOrder") backwards += 1;
          else if (rejection === null) {
            ok(before === null || s(second) > before || backwards >= 2, "an older stamp came in");
            backwards = 0;
          }
          memory = next;
        }
      }),
      { seed: 61851, numRuns: 1000 },
    );
  });
});

describe("isFrozen", () => {
  const restless = fed(Array.from({ length: 50 }, (_, i) => [100.5 + (i % 7) * 3.3, i] as const));

  it("notices a value that stands still under fresh stamps on a meter that never repeats itself", () => {
    ok(
      !isFrozen(
        fed(
          [
            [42.5, 60],
            [42.5, 61],
            [42.5, 62],
            [42.5, 63],
          ],
          restless,
        ),
      ),
    );
    ok(
      isFrozen(
        fed(
          [
            [42.5, 60],
            [42.5, 61],
            [42.5, 62],
            [42.5, 63],
            [42.5, 64],
            [42.5, 65],
          ],
          restless,
        ),
      ),
    );
  });

  it("forgives once the value moves again", () => {
    const frozen = fed(
      Array.from({ length: 9 }, (_, i) => [42.5, 60 + i] as const),
      restless,
    );
    ok(isFrozen(frozen));
    ok(!isFrozen(fed([[43.5, 70]], frozen)));
  });

  it("lets a coarse meter repeat itself for a while", () => {
    const coarse = fed(Array.from({ length: 30 }, (_, i) => [Math.floor(i / 4) * 100, i] as const));
    ok(
      !isFrozen(
        fed(
          Array.from({ length: 12 }, (_, i) => [700, 40 + i] as const),
          coarse,
        ),
      ),
    );
    ok(
      isFrozen(
        fed(
          Array.from({ length: 60 }, (_, i) => [700, 40 + i] as const),
          coarse,
        ),
      ),
    );
  });
});

describe("reading period", () => {
  it("is learned from arrivals and not spoiled by an outage", () => {
    const steady = fed(Array.from({ length: 40 }, (_, i) => [i * 1.5, i * 10] as const));
    equal(steady.period, 10_000);
    equal(fed([[7, 400 + Minutes(60) / 1000]], steady).period, 10_000);
  });
});
