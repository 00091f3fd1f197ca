/**
 * Which samples may go when a session is thinned. Every border of a local day lies on a quarter of an hour of world time, so what is
 * known at the quarters is all that a report ever needs.
 */

const QUARTER_MS = 15 * 60_000;

/** Whether a quarter begins after `a` and before `b`. */
const quarterBetween = (a: number, b: number): boolean => (Math.floor(a / QUARTER_MS) + 1) * QUARTER_MS < b;

/**
 * A sample stays when it is the session's first or last, when it lies on a quarter, or when a quarter lies between it and its neighbour:
 * one for each quarter where samples lie on it, else the two around it. Thinning again removes nothing more.
 * @param times of all samples of a session, ascending
 * @param before samples from here on all stay
 * @returns times of those that may go
 */
export function superfluousTimes(times: readonly number[], before: number): readonly number[] {
  return times.filter((at, index) => {
    const [earlier, later] = [times[index - 1], times[index + 1]];
    if (at >= before || earlier === undefined || later === undefined || at % QUARTER_MS === 0) return false;
    return !quarterBetween(earlier, at) && !quarterBetween(at, later);
  });
}
