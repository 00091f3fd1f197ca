import { equal, ok } from "node:assert/strict";
import { aimOf, EMPTY_FORECAST, foresee } from "#core/solar/forecast";

const range = { least: 0, most: 10_000 };
/** Even in [-1, 1), the same every run. */
const noise = (i: number): number => ((Math.imul(i + 7, 2_246_822_519) >>> 7) % 4096) / 2048 - 1;

/** Share of readings above the aim made `horizon` before, for a sun of `sunAt`. */
function shareAbove(tolerance: number, sunAt: (i: number) => number): number {
  let forecast = EMPTY_FORECAST;
  let above = 0;
  let all = 0;
  for (let i = 0; i < 4000; i += 1) {
    if (i > 1000) {
      all += 1;
      if (sunAt(i) > aimOf(forecast)) above += 1;
    }
    forecast = foresee(forecast, sunAt(i), i * 5000, 5000, tolerance, range);
  }
  return above / all;
}

describe("forecast", () => {
  for (const tolerance of [1 / 3, 1, 3, 9]) {
    it(`aims where the sun stays above with probability λ/(1+λ) for λ = ${tolerance.toFixed(2)}`, () => {
      const share = shareAbove(tolerance, (i) => 3000 + 500 * noise(i));
      const wanted = tolerance / (1 + tolerance);
      ok(Math.abs(share - wanted) < 0.08, `above in ${share}, wanted ${wanted}`);
    });
  }

  it("answers a calm sun with the sun itself", () => {
    let forecast = EMPTY_FORECAST;
    for (let i = 0; i < 500; i += 1) forecast = foresee(forecast, 2500, i * 10_000, 10_000, 3, range);
    equal(aimOf(forecast), 2500);
  });

  it("does not smooth a step away: the very next aim follows it", () => {
    let forecast = EMPTY_FORECAST;
    for (let i = 0; i < 500; i += 1) forecast = foresee(forecast, i % 60 < 30 ? 3000 : 1500, i * 5000, 6000, 1, range);
    const before = aimOf(foresee(forecast, 3000, 500 * 5000, 6000, 1, range));
    const after = aimOf(foresee(forecast, 1500, 500 * 5000, 6000, 1, range));
    ok(Math.abs(before - 3000) < 150 && Math.abs(after - 1500) < 150, `${before}, ${after}`);
  });

  it("learns to expect the middle when single readings say little about the next", () => {
    let forecast = EMPTY_FORECAST;
    for (let i = 0; i < 800; i += 1) forecast = foresee(forecast, i % 9 === 0 ? 200 : 2500 + 60 * noise(i), i * 60_000, 60_000, 1, range);
    const aim = aimOf(foresee(forecast, 200, 800 * 60_000, 60_000, 1, range));
    ok(aim > 700, `a one-reading dip pulled the aim to ${aim} W`);
  });
});
