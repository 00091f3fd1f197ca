import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { inHundredths } from "#core/solar/hundredths";

describe("offers in hundredths", () => {
  for (const [amps, offered] of [
    [16, 16],
    [8.29, 8.29],
    [15.9999999, 15.99],
    [16 - 1e-12, 15.99],
    [6.019999999, 6.01],
    [0, 0],
  ] as const) {
    it(`makes ${offered} A of ${amps}`, () => equal(inHundredths(amps), offered));
  }

  it("never gives more than there is, nor a tail", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (amps) => {
        const offered = inHundredths(amps);
        ok(offered <= amps && amps - offered < 0.0100001);
        ok(String(offered).length <= 5, String(offered));
      }),
      { seed: 61851, numRuns: 2000 },
    );
  });
});
