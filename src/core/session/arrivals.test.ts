import assert from "node:assert/strict";
import { type Arrivals, arrive, NO_ARRIVALS, type Timed } from "#core/session/arrivals";
import { Instant, Seconds, WallTime } from "#core/units/units";
import { eventWith, reportWith } from "../../../test/support/ledger-rig.ts";

const WALL = 1_780_000_000_000;
const SETTLE = Seconds(2);
/** Messages are told apart by their power. */
const report = (said: number | null, powerW: number): Timed => ({
  kind: "report",
  report: reportWith({ at: said === null ? null : WallTime(WALL + said), powerW }),
});

/** Feeds messages as they come: [when it comes, message]. Says what was passed on, in order. */
function passedOn(arrivals: readonly (readonly [number, Timed | null])[]): readonly (number | string | null)[] {
  let state: Arrivals = NO_ARRIVALS;
  const passed: (number | string | null)[] = [];
  for (const [at, input] of arrivals) {
    const sorted = arrive(state, input, { at: Instant(at), wall: WallTime(WALL + at) }, SETTLE);
    state = sorted.arrivals;
    for (const { input: ready } of sorted.ready) passed.push(ready.kind === "report" ? ready.report.powerW : ready.kind);
  }
  return passed;
}

describe("arrivals", () => {
  it("a message with a time waits until nothing earlier is to be expected", () => {
    const first = report(0, 1);
    assert.deepEqual(
      passedOn([
        [0, first],
        [1999, null],
      ]),
      [],
    );
    assert.deepEqual(
      passedOn([
        [0, first],
        [2000, null],
      ]),
      [1],
    );
  });

  it("messages pass in the order of their times, whatever the order they came in", () => {
    assert.deepEqual(
      passedOn([
        [1900, report(1000, 2)],
        [1950, report(0, 1)],
        [2100, report(2000, 3)],
        [5000, null],
      ]),
      [1, 2, 3],
    );
  });

  it("a message that comes again is dropped, while it waits and after it has passed", () => {
    const first = report(0, 1);
    assert.deepEqual(
      passedOn([
        [0, first],
        [100, first],
        [3000, null],
        [3100, first],
        [9000, null],
      ]),
      [1],
    );
  });

  it("a message older than what has passed is late", () => {
    assert.deepEqual(
      passedOn([
        [1000, report(1000, 2)],
        [4000, null],
        [4100, report(0, 1)],
        [9000, null],
      ]),
      [2],
    );
  });

  it("what carries no time counts at once, and all that waits before it", () => {
    assert.deepEqual(
      passedOn([
        [0, report(0, 1)],
        [500, report(null, 2)],
        [500, report(null, 2)],
      ]),
      [1, 2, 2],
    );
  });

  it("what carries a time is not late for what came without one in between", () => {
    assert.deepEqual(
      passedOn([
        [1000, report(null, 1)],
        [1100, report(200, 2)],
        [1200, report(null, 3)],
        [2000, report(900, 4)],
        [2100, report(200, 5)],
        [9000, null],
      ]),
      [1, 2, 3, 4],
    );
  });

  it("of one moment an event comes first, then the site, then the report", () => {
    const event: Timed = { kind: "event", event: eventWith({ type: "plugged", at: WallTime(WALL) }) };
    const site: Timed = { kind: "site", reading: { at: WallTime(WALL), sunW: 1, gridW: 1, batteryW: null } };
    assert.deepEqual(
      passedOn([
        [0, report(0, 1)],
        [1, site],
        [2, event],
        [3000, null],
      ]),
      ["event", "site", 1],
    );
  });

  it("one message of an hour ago is late; a sender that keeps saying so has a wrong clock", () => {
    const hourAgo = (at: number, powerW: number): [number, Timed] => [at, report(at - 3_600_000, powerW)];
    assert.deepEqual(passedOn([hourAgo(0, 1), [500, report(500, 2)], hourAgo(600, 3), [9000, null]]), [2]);
    assert.deepEqual(passedOn([hourAgo(0, 1), hourAgo(500, 2), hourAgo(1000, 3), hourAgo(2000, 4), [9000, null]]), [3, 4]);
  });

  it("a backlog of old messages is not taken for a wrong clock", () => {
    const backlog = Array.from({ length: 200 }, (_, index): [number, Timed] => [1000 + index * 10, report(-600_000 + index * 1000, index)]);
    assert.deepEqual(passedOn([...backlog, [9000, null]]), []);
  });

  it("a flood does not wait without end", () => {
    const flood = Array.from({ length: 500 }, (_, index): [number, Timed] => [1000, report(index, index)]);
    assert.equal(passedOn(flood).length, 500 - 64);
  });
});
