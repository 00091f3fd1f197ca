import assert from "node:assert/strict";
import { Random } from "./random.ts";

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.next());
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("random", () => {
  it("repeats itself for the same seed and stream, and for no other", () => {
    const first = draw(new Random(5, 1), 100);
    assert.deepEqual(draw(new Random(5, 1), 100), first);
    for (const [seed, stream] of [
      [6, 1],
      [5, 2],
      [-5, 1],
      [5 + 2 ** 32, 1],
    ] as const) {
      assert.notDeepEqual(draw(new Random(seed, stream), 100), first, `seed ${seed}, stream ${stream}`);
    }
  });

  it("is uniform from 0 to 1", () => {
    const values = draw(new Random(1), 100_000);
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length);
    for (const count of tenths) assert.ok(Math.abs(count - 10_000) < 500, `${tenths}`);
    assert.ok(Math.min(...values.slice(0, 10_000)) >= 0 && Math.max(...values.slice(0, 10_000)) < 1);
  });

  it("neighbouring seeds and streams do not resemble each other", () => {
    for (const other of [new Random(2, 0), new Random(1, 1)]) {
      const one = draw(new Random(1, 0), 10_000);
      const two = draw(other, 10_000);
      const product = mean(one.map((value, index) => (value - 0.5) * ((two[index] ?? 0) - 0.5)));
      assert.ok(Math.abs(product) < 0.004, `covariance ${product}`);
    }
  });

  it("draws normal and exponential numbers with the moments they should have", () => {
    const random = new Random(3);
    const normal = Array.from({ length: 50_000 }, () => random.gaussian());
    assert.ok(Math.abs(mean(normal)) < 0.02);
    assert.ok(Math.abs(mean(normal.map((x) => x * x)) - 1) < 0.03);
    assert.ok(Math.abs(mean(normal.map((x) => x ** 4)) - 3) < 0.2);
    const waits = Array.from({ length: 50_000 }, () => random.exponential(250));
    assert.ok(Math.abs(mean(waits) - 250) < 5);
    assert.ok(Math.min(...waits) >= 0);
  });
});
