import assert from "node:assert/strict";
import fc from "fast-check";
import type { SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SAMPLE_SCALE } from "../resolution.ts";
import { blocksOf, FIGURES, samplesOf } from "./blocks.ts";

const HOUR = 3_600_000;

/** A figure on its steps, near nothing or as large as a block can hold, or none. */
const figure = (scale: number) => fc.option(fc.integer({ min: -2e6, max: 2e6 }).map((steps) => steps / scale));
const energy = fc.nat(2 ** 40).map((steps) => steps / 100);

const sampled: fc.Arbitrary<SessionSample> = fc.record(
  {
    session: fc.constantFrom("a", "b 1", '"c"'),
    at: fc.integer({ min: -2 * HOUR, max: 5 * HOUR }).map(WallTime),
    energyWh: energy,
    sunWh: energy,
    gridWh: energy,
    batteryWh: energy,
    cost: figure(SAMPLE_SCALE.cost),
    powerW: figure(SAMPLE_SCALE.powerW),
    currentA: figure(SAMPLE_SCALE.currentA),
    offeredA: figure(SAMPLE_SCALE.offeredA),
    temperatureC: figure(SAMPLE_SCALE.temperatureC),
  },
  { noNullPrototype: true },
);

const inOrder = (samples: readonly SessionSample[]): readonly SessionSample[] =>
  samples.toSorted((a, b) => (a.session < b.session ? -1 : a.session > b.session ? 1 : a.at - b.at));

describe("blocks of samples", () => {
  it("give back each sample as it was, the first of each session and time", () => {
    fc.assert(
      fc.property(fc.array(sampled, { maxLength: 40 }), (samples) => {
        const once = samples.filter(
          ({ session, at }, index) => samples.findIndex((other) => other.session === session && other.at === at) === index,
        );
        assert.deepEqual(inOrder(blocksOf(samples).flatMap(samplesOf)), inOrder(once));
      }),
      { seed: 4 },
    );
  });

  it("hold one session and one hour each, times ascending, all arrays of one length", () => {
    fc.assert(
      fc.property(fc.array(sampled, { maxLength: 40 }), (samples) => {
        const blocks = blocksOf(samples);
        assert.equal(new Set(blocks.map(({ session, at }) => `${at} ${session}`)).size, blocks.length);
        for (const block of blocks) {
          assert.equal(Math.abs(block.at % HOUR), 0);
          assert.ok(block.offset.every((ms, index) => ms >= 0 && ms < HOUR && ms > (block.offset[index - 1] ?? -1)));
          for (const each of FIGURES) assert.equal(block[each].length, block.offset.length);
        }
      }),
      { seed: 5 },
    );
  });

  it("hold the largest they can of what is larger, instead of failing for ever", () => {
    const [block] = blocksOf([{ ...SAMPLE, powerW: 1e12, energyWh: 1e300 }]);
    assert.deepEqual([block?.powerW, block?.energyWh], [[2 ** 31 - 1], [Number.MAX_SAFE_INTEGER]]);
  });
});

const SAMPLE: SessionSample = {
  session: "s",
  at: WallTime(0),
  energyWh: 0,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  cost: null,
  powerW: null,
  currentA: null,
  offeredA: null,
  temperatureC: null,
};
