import { deepEqual, ok } from "node:assert/strict";
import { evolve } from "./evolve.ts";

/** A narrow ridge across the axes with its top at (1, -2, 0.5). */
function ridge([x = 0, y = 0, z = 0]: Float64Array): number {
  const [a, b, c] = [x - 1, y + 2, z - 0.5];
  return -((a + b) ** 2) - 0.02 * (a - b) ** 2 - c ** 2;
}

describe("solar bench, evolution", () => {
  it("climbs a ridge that runs across its axes", () => {
    const found = evolve(ridge, new Float64Array(3), 3000);
    ok(ridge(found) > -1e-3, `${found.join(" ")}: ${ridge(found)}`);
  });

  it("never ends below where it began, and ends there again", () => {
    const jagged = (place: Float64Array): number => ridge(place) + Math.sin(40 * (place[0] ?? 0));
    const start = Float64Array.of(0.3, -1, 2);
    const found = evolve(jagged, start, 200);
    ok(jagged(found) >= jagged(start));
    deepEqual(evolve(jagged, start, 200), found);
  });
});
