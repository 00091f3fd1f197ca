import assert from "node:assert/strict";
import fc from "fast-check";
import { STEADY_HIGH } from "#core/pilot/types";
import { ADC, PilotSampler, QUIET } from "./adc.ts";
import { Divider } from "./divider.ts";
import { waveformOf } from "./pilot-circuit.ts";
import { driverOn } from "./pilot-driver.ts";
import { Random } from "./random.ts";

const divider = new Divider();
const lineB = {
  driver: driverOn(12, -12),
  branches: [{ ohm: 2740, volts: 0.7, oneWay: true }],
  nanofarad: 3,
  divider,
};
const B = (dutyPercent: number) => waveformOf({ dutyPercent, frequencyHz: 1000 }, lineB);
const steady = (volts: number) => ({ kind: "steady", volts }) as const;

const sampler = (seed = 1, spec = {}) => new PilotSampler(divider, { ...ADC, ...spec }, new Random(seed));

function take(from: PilotSampler, count: number, spacingUs: number, at = 0): Float64Array {
  from.start({ count, spacingUs }, STEADY_HIGH, at);
  const burst = from.finished(at + (count * spacingUs) / 1000 + 1);
  assert.ok(burst);
  return burst.adcV.slice(0, burst.count);
}

describe("adc", () => {
  it("takes as many samples as asked, as far apart as asked, and says when the last was taken", () => {
    const adc = sampler();
    adc.start({ count: 100, spacingUs: 50 }, STEADY_HIGH, 10);
    assert.equal(adc.finished(10 + 99 * 0.05), null);
    const burst = adc.finished(20);
    assert.ok(burst);
    assert.equal(burst.count, 100);
    const startedAt = burst.endedAt - 99 * 0.05;
    assert.ok(startedAt >= 10.02 && startedAt <= 10.12);
    assert.equal(adc.finished(20), null, "handed out once");
  });

  it("starts each burst anywhere in the pilot's period", () => {
    const adc = sampler();
    const starts = Array.from({ length: 50 }, (_, index) => {
      adc.start({ count: 1, spacingUs: 40 }, STEADY_HIGH, index * 12);
      return (adc.finished(index * 12 + 1)?.endedAt ?? 0) % 1;
    });
    assert.ok(new Set(starts).size > 45);
    assert.ok(Math.max(...starts) - Math.min(...starts) > 0.08);
  });

  it("shows the plateaus and, in the right share, the high phase", () => {
    const adc = sampler(1, { noiseV: 0 });
    adc.see(B(25), 0);
    const volts = take(adc, 1000, 41);
    const high = volts.filter((v) => Math.abs(v - divider.adcV(8.937)) < 0.002).length;
    const low = volts.filter((v) => Math.abs(v - divider.adcV(-11.903)) < 0.002).length;
    assert.ok(Math.abs(high - 240) < 12, `${high} high`);
    assert.ok(Math.abs(low - 733) < 12, `${low} low`);
    assert.ok(high + low < 1000, "some fall on edges");
  });

  it("knows as many levels as its bits and none beyond its range", () => {
    for (const bits of [10, 12]) {
      const adc = sampler(1, { bits, noiseV: 0.5 });
      adc.see(B(50), 0);
      const codes = take(adc, 2000, 37).map((v) => (v / 5) * 2 ** bits);
      assert.ok(codes.every((code) => Math.abs(code - Math.round(code)) < 1e-6));
      adc.see(steady(40), 100);
      assert.equal(Math.max(...take(adc, 100, 40, 100)), (5 * (2 ** bits - 1)) / 2 ** bits);
      adc.see(steady(-40), 200);
      assert.equal(Math.min(...take(adc, 100, 40, 200)), 0);
    }
  });

  it("has normal noise: 0.27 % beyond 3 sigma, some beyond 4", () => {
    const adc = sampler(1, { bits: 16 });
    adc.spoil({ ...QUIET, noiseV: 0.3 }, 0);
    let beyond3 = 0;
    let beyond4 = 0;
    const bursts = 2000;
    for (let burst = 0; burst < bursts; burst++) {
      for (const v of take(adc, 256, 40, burst * 12)) {
        const sigmas = Math.abs(v - divider.adcV(0)) / (0.3 * divider.slope);
        if (sigmas > 3) beyond3 += 1;
        if (sigmas > 4) beyond4 += 1;
      }
    }
    const expected = bursts * 256 * 0.0027;
    assert.ok(Math.abs(beyond3 - expected) < 0.2 * expected, `${beyond3} of ${expected}`);
    assert.ok(beyond4 > 5 && beyond4 < 80, `${beyond4} of 32`);
  });

  it("changes within a burst where the line changes, to the sample", () => {
    const adc = sampler(1, { noiseV: 0 });
    adc.see(steady(9), 0);
    adc.start({ count: 250, spacingUs: 40 }, STEADY_HIGH, 0);
    adc.see(steady(6), 4.7);
    const burst = adc.finished(20);
    assert.ok(burst);
    const firstAt = burst.endedAt - 249 * 0.04;
    const at9 = burst.adcV.subarray(0, burst.count).filter((v) => v > divider.adcV(7.5)).length;
    assert.equal(at9, Math.floor((4.7 - firstAt) / 0.04) + 1);
  });

  it("belongs to no output when the output changed before its last sample, and to its own when after", () => {
    const adc = sampler();
    adc.start({ count: 100, spacingUs: 50 }, STEADY_HIGH, 0);
    adc.outputChanged(2);
    assert.equal(adc.finished(10)?.output, null);
    adc.start({ count: 100, spacingUs: 50 }, STEADY_HIGH, 20);
    adc.outputChanged(29);
    assert.equal(adc.finished(30)?.output, STEADY_HIGH);
  });

  it("abandons a running burst for a new one, and leaves the one handed out alone", () => {
    const adc = sampler();
    adc.see(steady(9), 0);
    adc.start({ count: 10, spacingUs: 50 }, STEADY_HIGH, 0);
    const first = adc.finished(5);
    assert.ok(first);
    const kept = [...first.adcV];
    adc.see(steady(3), 5);
    adc.start({ count: 200, spacingUs: 50 }, STEADY_HIGH, 5);
    adc.sampleUntil(9);
    adc.start({ count: 20, spacingUs: 50 }, STEADY_HIGH, 9);
    assert.deepEqual([...first.adcV], kept);
    assert.equal(adc.finished(11)?.count, 20);
  });

  it("takes the same samples however often it is looked at in between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 99 }),
        (looks, duty) => {
          const [once, often] = [sampler(9, { noiseV: 0 }), sampler(9, { noiseV: 0 })];
          for (const adc of [once, often]) {
            adc.see(B(duty), 0);
            adc.start({ count: 256, spacingUs: 41 }, STEADY_HIGH, 0);
          }
          for (const look of looks.toSorted((a, b) => a - b)) often.sampleUntil(look);
          assert.deepEqual(often.finished(12)?.adcV, once.finished(12)?.adcV);
        },
      ),
      { seed: 1772, numRuns: 100 },
    );
  });
});
