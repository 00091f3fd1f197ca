import assert from "node:assert/strict";
import fc from "fast-check";
import type { SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { record, rounded, sample } from "./contract-history.ts";
import { mergedRecord } from "./merge.ts";
import { sampleOf, sampleValues } from "./sqlite/rows.ts";
import { superfluousTimes } from "./thinning.ts";

const SEED = 20_261_120;
const QUARTER = 900_000;

/** Accounts of one session: one of a revision and energy is the same whoever gives it. */
const accounts: fc.Arbitrary<SessionRecord> = fc
  .record({ revision: fc.integer({ min: 1, max: 6 }), energyWh: fc.integer({ min: 0, max: 5 }) })
  .map(({ revision, energyWh }) =>
    record({
      id: "s",
      revision,
      energyWh: energyWh + revision / 10,
      tag: `revision ${revision}, ${energyWh}`,
      cost: energyWh / 4 + revision / 100,
    }),
  );
/** A revision is told with one energy only. */
const history = fc.uniqueArray(accounts, { selector: ({ revision }) => revision, minLength: 1, maxLength: 5 });

describe("two accounts of a session", () => {
  it("become the same one in whatever order, however often, and never tell of less energy", () => {
    const property = fc.property(history, fc.infiniteStream(fc.nat()), (told, chance) => {
      const merged = told.reduce(mergedRecord);
      const again = [...told, ...told].map((each) => ({ each, place: chance.next().value })).sort((a, b) => a.place - b.place);
      assert.deepEqual(again.map(({ each }) => each).reduce(mergedRecord), merged);
      assert.equal(merged.energyWh, Math.max(...told.map(({ energyWh }) => energyWh)));
      assert.equal(merged.revision, Math.max(...told.map(({ revision }) => revision)));
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});

describe("thinning", () => {
  const times = fc
    .uniqueArray(fc.integer({ min: 0, max: 12 * QUARTER }), { minLength: 1, maxLength: 80 })
    .map((each) => each.sort((a, b) => a - b));
  const beside = (all: readonly number[], border: number): readonly (number | undefined)[] => {
    const exact = all.includes(border);
    return exact ? [border] : [all.findLast((at) => at < border), all.find((at) => at > border)];
  };

  it("leaves the ends, the young, and what lies beside each quarter of an hour, at most two for each; and removes nothing the second time", () => {
    const property = fc.property(times, fc.integer({ min: 0, max: 13 * QUARTER }), (all, before) => {
      const gone = new Set(superfluousTimes(all, before));
      const left = all.filter((at) => !gone.has(at));
      assert.deepEqual([left[0], left.at(-1)], [all[0], all.at(-1)]);
      assert.ok([...gone].every((at) => at < before));
      for (let border = 0; border <= 12 * QUARTER; border += QUARTER)
        assert.deepEqual(beside(left, border), beside(all, border), `at ${border}`);
      const old = left.filter((at) => at < before && at !== all[0] && at !== all.at(-1));
      for (let from = 0; from < 12 * QUARTER; from += QUARTER) {
        assert.ok(old.filter((at) => at > from && at < from + QUARTER).length <= 2);
      }
      assert.deepEqual(superfluousTimes(left, before), []);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});

describe("a sample as a row", () => {
  it("comes back as finely as stores promise, whatever its figures", () => {
    const wattHours = fc.double({ min: 0, max: 1e6, noNaN: true });
    const figure = (most: number) => fc.option(fc.double({ min: -most, max: most, noNaN: true }), { nil: null });
    const figures = fc.record({
      energyWh: wattHours,
      sunWh: wattHours,
      gridWh: wattHours,
      batteryWh: wattHours,
      cost: figure(1e4),
      powerW: figure(4e5),
      currentA: figure(500),
      offeredA: figure(500),
      temperatureC: figure(200),
    });
    const columns = ["offset_ms", "energy", "sun", "battery", "unknown", "cost", "power", "current", "offered", "temperature"];
    const property = fc.property(figures, fc.integer({ min: -1e12, max: 2e12 }), fc.integer({ min: 0, max: 2e12 }), (taken, at, base) => {
      const given = { ...sample("s", at, 0), ...taken, at: WallTime(at) };
      const values = sampleValues(given, base);
      assert.ok(values.every((value) => value === null || Number.isSafeInteger(value)));
      const row = Object.fromEntries(columns.map((column, index) => [column, values[index]]));
      assert.deepEqual(withoutMinusZero(sampleOf(row, "s", base)), withoutMinusZero(rounded(given)));
    });
    fc.assert(property, { seed: SEED, numRuns: 1_000 });
  });
});

const withoutMinusZero = (object: object): object =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, value === 0 ? 0 : value]));
