import assert from "node:assert/strict";
import fc from "fast-check";
import { forgotten, type Lately, NEVER, taken } from "#core/bays/rate";
import { Instant, Millis } from "#core/units/units";

const LIMIT = { count: 3, per: Millis(600) };

describe("rate", () => {
  it("never lets more than the count through in any stretch, and lets through whatever fits", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (pauses) => {
        let lately: Lately = NEVER;
        let now = 0;
        const passed: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const inStretch = passed.filter((at) => now - at < LIMIT.per).length;
          const after = taken(lately, LIMIT, Instant(now));
          assert.equal(after !== null, inStretch < LIMIT.count);
          if (after === null) continue;
          passed.push(now);
          lately = after;
          assert.ok(lately.length <= LIMIT.count);
        }
      }),
      { seed: 1772 },
    );
  });

  it("is forgotten when the last one is as old as the stretch", () => {
    const once = taken(NEVER, LIMIT, Instant(1000)) ?? assert.fail();
    assert.deepEqual(
      [forgotten(once, LIMIT, Instant(1599)), forgotten(once, LIMIT, Instant(1600)), forgotten(NEVER, LIMIT, Instant(0))],
      [false, true, true],
    );
  });
});
