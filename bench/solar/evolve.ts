/** A small evolution strategy, one parent and one child, that learns in which directions it pays to go. Seeded: every run is the same run. */
import { randomOf } from "./random.ts";

const LARGEST_STEP = 0.1;
const SMALLEST_STEP = 0.01;

/** The place with the highest `value` found in `rounds` tries around `start`, then around the best so far. */
export function evolve(value: (place: Float64Array) => number, start: Float64Array, rounds: number): Float64Array {
  const random = randomOf(61851);
  const n = start.length;
  // Usual constants of the (1+1) strategy with covariance learned on its Cholesky factor.
  const [target, fading, damping, path, learning] = [2 / 11, 1 / 12, 1 + n / 2, 2 / (n + 2), 2 / (n * n + 6)];
  const factor = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_value, j) => (i === j ? 1 : 0)));
  let best = start.slice();
  let most = value(best);
  let luck = target;
  let width = LARGEST_STEP;
  const way = new Float64Array(n);
  for (let round = 0; round < rounds; round += 1) {
    const drawn = Float64Array.from({ length: n }, () => random.normal());
    const move = factor.map((row, i) => row.reduce((sum, entry, j) => (j > i ? sum : sum + entry * (drawn[j] as number)), 0));
    const tried = best.map((from, i) => from + width * (move[i] as number));
    const reached = value(tried);
    const better = reached >= most;
    luck += fading * ((better ? 1 : 0) - luck);
    width *= Math.exp((luck - target) / (1 - target) / damping);
    // Small steps have said all they can: large ones again.
    if (width < SMALLEST_STEP) width = LARGEST_STEP;
    if (!better) continue;
    best = tried;
    most = reached;
    for (let i = 0; i < n; i += 1) way[i] = (1 - path) * (way[i] as number) + Math.sqrt(path * (2 - path)) * (move[i] as number);
    bend(factor, way, learning);
  }
  return best;
}

/** Turns the factor of a covariance into that of (1 - share) of it and `share` of the outer product of `way`. */
function bend(factor: readonly Float64Array[], way: Float64Array, share: number): void {
  const rest = way.map((value) => value * Math.sqrt(share));
  for (const row of factor) for (let j = 0; j < row.length; j += 1) row[j] = (row[j] as number) * Math.sqrt(1 - share);
  factor.forEach((row, k) => {
    const old = row[k] as number;
    const length = Math.hypot(old, rest[k] as number);
    const [cosine, sine] = [length / old, (rest[k] as number) / old];
    row[k] = length;
    for (let i = k + 1; i < factor.length; i += 1) {
      const below = factor[i] as Float64Array;
      below[k] = ((below[k] as number) + sine * (rest[i] as number)) / cosine;
      rest[i] = cosine * (rest[i] as number) - sine * (below[k] as number);
    }
  });
}
