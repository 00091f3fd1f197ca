import assert from "node:assert/strict";
import fc from "fast-check";
import { counterFrom, type MeterCounter, readCounter, withAhead } from "#core/session/meter-counter";
import { Instant, Watts } from "#core/units/units";

const MOST = Watts(12_000);
const MINUTE = 60_000;

/** What each reading, a minute apart, gains. */
function gains(readings: readonly number[], first = readings[0] ?? 0): readonly (number | null)[] {
  let counter: MeterCounter = counterFrom("life", first, Instant(0));
  return readings.slice(1).map((wh, index) => {
    const read = readCounter(counter, wh, Instant((index + 1) * MINUTE), MOST);
    counter = read.counter;
    return read.gainedWh;
  });
}

describe("meter counter", () => {
  for (const [what, readings, expected] of [
    ["grows", [1000, 1100, 1250], [100, 150]],
    ["stands still", [1000, 1000, 1000], [0, 0]],
    ["rounds down a little", [1000, 999.5, 1001], [0, 1]],
    ["moves by whole kilowatt hours", [5000, 5000, 6000, 6000], [0, 1000, 0]],
    ["reads low once", [5000, 3, 5100], [null, 100]],
    ["reads high once", [5000, 9e6, 5100], [null, 100]],
    ["was reset", [5000, 0, 100, 200], [null, 100, 100]],
    ["was replaced by one that shows more", [5000, 800_000, 800_100, 800_200], [null, 100, 100]],
    ["was replaced by one that shows less", [800_000, 5000, 5100], [null, 100]],
    ["falls again and again", [5000, 4000, 3000, 2000, 5010], [null, null, null, 10]],
    ["rolls over at 100 000 kWh", [99_999_950, 50], [100]],
    ["rolls over at 2^32 Wh", [2 ** 32 - 10, 10], [20]],
    ["is reset near a rollover", [99_999_000, 50_000_000], [null]],
  ] as const) {
    it(`${what}: ${readings.join(", ")} gains ${expected.join(", ")} Wh`, () => assert.deepEqual(gains(readings), expected));
  }

  it("is not paid twice for what was booked from power while it was silent", () => {
    const silent = withAhead(counterFrom("life", 1000, Instant(0)), 100);
    const first = readCounter(silent, 1080, Instant(MINUTE), MOST);
    const second = readCounter(first.counter, 1180, Instant(2 * MINUTE), MOST);
    assert.deepEqual([first.gainedWh, second.gainedWh], [0, 80]);
  });

  it("gains as much as it grew, and never more than can flow, whatever it shows", () => {
    const shown = fc.oneof(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 0, max: 2 ** 33 }),
      fc.double({ min: 0, max: 1e11, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(shown, { minLength: 2, maxLength: 60 }), (readings) => {
        const gained = gains(readings);
        for (const wh of gained) assert.ok(wh === null || wh >= 0);
        // A kilowatt hour is granted to a coarse counter whenever it is believed anew.
        const sum = gained.reduce<number>((total, wh) => total + (wh ?? 0), 0);
        assert.ok(sum <= readings.length * ((MOST * MINUTE) / 3_600_000 + 1000) + 1, `${sum} Wh`);
      }),
      { seed: 4, numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 60 }), (steps) => {
        const readings = [7];
        for (const step of steps) readings.push((readings.at(-1) ?? 0) + step);
        const sum = gains(readings).reduce<number>((total, wh) => total + (wh ?? Number.NaN), 0);
        assert.ok(Math.abs(sum - ((readings.at(-1) ?? 0) - 7)) < 1e-6);
      }),
      { seed: 4 },
    );
  });
});
