import assert from "node:assert/strict";
import fc from "fast-check";
import { Instant, Millis } from "#core/units/units";
import { Beat } from "./beat.ts";

const PERIOD = Millis(12);

describe("beat", () => {
  it("is due one period after each loop that came in time, and says how late one came", () => {
    const beat = new Beat(PERIOD, Instant(100));
    assert.equal(beat.begin(Instant(100)), 0);
    assert.equal(beat.due, 112);
    assert.equal(beat.begin(Instant(115)), 3);
    assert.equal(beat.due, 124);
    assert.equal(beat.begin(Instant(123.5)), 0);
    assert.equal(beat.due, 136);
  });

  it("leaves out the loops that were missed, however long the process was stopped [F-31]", () => {
    const beat = new Beat(PERIOD, Instant(0));
    beat.begin(Instant(0));
    assert.equal(beat.begin(Instant(1_012)), 1_000);
    assert.equal(beat.due, 1_020);
    assert.equal(beat.begin(Instant(1_020)), 0);
  });

  it("never drifts: after any delays the next loop is due on the grid of the first, less than a period away", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 50 }), (delays) => {
        const beat = new Beat(PERIOD, Instant(0));
        for (const delay of delays) {
          const at = Instant(beat.due + delay);
          assert.ok(Math.abs(beat.begin(at) - delay) < 1e-6);
          assert.ok(beat.due > at && beat.due - at <= PERIOD + 1e-6);
          assert.ok(Math.abs(beat.due / PERIOD - Math.round(beat.due / PERIOD)) < 1e-6);
        }
      }),
      { seed: 1 },
    );
  });

  it("remembers the worst lateness for one to two seconds", () => {
    const beat = new Beat(PERIOD, Instant(0));
    beat.begin(Instant(25));
    assert.equal(beat.worst, 25);
    const step = (until: number): void => {
      while (beat.due <= until) beat.begin(beat.due);
    };
    step(1_000);
    assert.equal(beat.worst, 25);
    step(2_100);
    assert.equal(beat.worst, 0);
  });
});
