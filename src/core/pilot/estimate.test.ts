import { equal, ok } from "node:assert/strict";
import { fullestPlateau, gatheredAbove, highestPlateau, MIDDLE_BIN } from "#core/pilot/estimate";
import { BINS, binOf, clear, count, countBetween, newHistogram, type PilotHistogram } from "#core/pilot/histogram";
import { Volts } from "#core/units/units";

function histogramOf(...groups: readonly (readonly [volts: number, samples: number])[]): PilotHistogram {
  const histogram = newHistogram();
  for (const [volts, samples] of groups) {
    for (let sample = 0; sample < samples; sample += 1) {
      count(histogram, volts);
    }
  }
  return histogram;
}

describe("a histogram of pilot volts", () => {
  it("takes what an ADC can see and nothing else", () => {
    const histogram = newHistogram();
    ok(count(histogram, -17.86) && count(histogram, 15) && count(histogram, 0));
    for (const impossible of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -18.1, 15.3, 1e300]) {
      ok(!count(histogram, impossible), String(impossible));
    }
    equal(countBetween(histogram, 0, BINS), 3);
    clear(histogram);
    equal(countBetween(histogram, 0, BINS), 0);
  });

  it("puts every voltage into the bin that counts it, ends included", () => {
    for (const volts of [-18, -17.99, -1.75, 0, 8.92, 15, 15.2]) {
      const histogram = histogramOf([volts, 1]);
      equal(histogram.counts[binOf(volts)], 1, `${volts} V`);
    }
    equal(binOf(-100), 0);
    equal(binOf(100), BINS - 1);
  });
});

describe("highestPlateau", () => {
  it("finds the highest level with enough samples, not the fullest and not the highest sample [VW-10]", () => {
    const histogram = histogramOf([12.3, 2], [8.92, 12], [6, 40], [-12, 200]);
    const plateau = highestPlateau(histogram, 8);
    ok(plateau !== null && Math.abs(plateau.level - 8.92) < 1e-9);
    equal(plateau.samples, 12);
  });

  it("gives the mean of the samples in its window: neither an edge nor an outlier moves it [VW-10]", () => {
    const histogram = histogramOf([8.8, 10], [9, 10], [7.9, 3], [11, 2]);
    const plateau = highestPlateau(histogram, 8);
    ok(plateau !== null && Math.abs(plateau.level - 8.9) < 1e-9, JSON.stringify(plateau));
  });

  it("finds a plateau at either end of the range, and none where samples are too few", () => {
    equal(highestPlateau(histogramOf([15.2, 9]), 8)?.samples, 9);
    equal(highestPlateau(histogramOf([-18, 9]), 8, 0)?.samples, 9);
    equal(highestPlateau(histogramOf([9, 7]), 8), null);
    equal(highestPlateau(newHistogram(), 8), null);
  });

  it("does not look below its floor", () => {
    equal(highestPlateau(histogramOf([-12, 200]), 8), null);
  });
});

describe("fullestPlateau", () => {
  it("finds the level most samples share, between its bounds [DI-01]", () => {
    const histogram = histogramOf([-12, 9], [-8.7, 20], [9, 200]);
    const plateau = fullestPlateau(histogram, 8, 0, MIDDLE_BIN);
    ok(plateau !== null && Math.abs(plateau.level + 8.7) < 1e-9);
    equal(fullestPlateau(histogram, 21, 0, MIDDLE_BIN), null);
  });

  it("finds nothing between bounds that meet", () => {
    equal(fullestPlateau(histogramOf([9, 200]), 1, binOf(9), binOf(9)), null);
  });
});

describe("gatheredAbove", () => {
  it("counts another level above, and not the plateau's own noise [VW-10]", () => {
    equal(gatheredAbove(histogramOf([6, 100], [6.7, 10], [8.9, 7]), Volts(6)), 7);
    equal(gatheredAbove(histogramOf([6, 100], [7.4, 10]), Volts(6)), 0);
    equal(gatheredAbove(histogramOf([15, 100]), Volts(15)), 0, "nothing lies above the top");
  });
});
