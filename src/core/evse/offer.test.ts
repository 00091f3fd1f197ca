import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_EVSE_CONFIG, type EvseConfig } from "#core/evse/config";
import { isInForce, leaseComplaint, leasedLimit, leaseFrom, noLease } from "#core/evse/lease";
import { type Ceilings, offerUnder } from "#core/evse/offer";
import type { LimitLease } from "#core/evse/types";
import { offerOf } from "#core/pilot/duty";
import { Amps, Instant, Millis } from "#core/units/units";

const NOW = Instant(1000);
const lease = (limit: number, validFor = 30_000, by = "sun") => leaseFrom({ limit: Amps(limit), validFor: Millis(validFor), by }, NOW);
const FREE: Ceilings = {
  lease: lease(80),
  plugRating: null,
  derate: 1,
  temperatureUnknown: false,
  simplifiedCar: false,
  meterCapped: false,
};
const rated = (hardware: number, breaker: number, cable: number, continuousFactor: 0.8 | 1 = 0.8): EvseConfig => ({
  ...DEFAULT_EVSE_CONFIG,
  ratings: { hardware: Amps(hardware), breaker: Amps(breaker), cable: Amps(cable), continuousFactor },
});
const offer = (config: EvseConfig, ceilings: Partial<Ceilings> = {}, at = NOW) => {
  const { limit, limitedBy } = offerUnder(null, config, { ...FREE, ...ceilings }, at);
  return [limit, limitedBy];
};

describe("offer: the lowest limit wins and is named", () => {
  const big = rated(48, 60, 48);
  const rows: readonly (readonly [string, EvseConfig, Partial<Ceilings>, number, string])[] = [
    ["80 % of the breaker", rated(40, 20, 40), {}, 16, "breaker"],
    ["a breaker made for continuous load", rated(40, 20, 40, 1), {}, 20, "breaker"],
    ["the cable", rated(40, 63, 20), {}, 20, "cable"],
    ["the hardware", rated(32, 63, 40), {}, 32, "hardware"],
    ["the plugged cable", big, { plugRating: Amps(13) }, 13, "cable"],
    ["heat at a half", big, { derate: 0.5 }, 24, "temperature"],
    ["heat at a quarter", big, { derate: 0.25 }, 12, "temperature"],
    ["an unknown temperature", big, { temperatureUnknown: true }, 10, "temperature"],
    ["a simplified car", big, { simplifiedCar: true }, 10, "car"],
    ["a silent meter", big, { meterCapped: true }, 24, "meter"],
    ["a silent meter on a small charger", rated(10, 63, 40), { meterCapped: true }, 6, "meter"],
    ["a lease", big, { lease: lease(16) }, 16, "sun"],
    ["a lease of nothing", big, { lease: lease(0, 30_000, "user") }, 0, "user"],
  ];
  for (const [what, config, ceilings, limit, limitedBy] of rows) {
    it(`${what}: ${limit} A by ${limitedBy} [DC-08] [ST-02] [OT-01] [OT-02] [PX-03] [MT-01]`, () => {
      assert.deepEqual(offer(config, ceilings), [limit, limitedBy]);
    });
  }

  it("never says more than any of them, whatever they are [I2] [DC-08]", () => {
    const amps = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(amps, amps, amps, amps, fc.constantFrom(1, 0.5, 0.25, 0), (hardware, breaker, cable, leased, derate) => {
        const config = rated(hardware, breaker, cable);
        const { limit, pilot } = offerUnder(null, config, { ...FREE, lease: lease(leased), derate }, NOW);
        const lowest = Math.min(hardware * derate, cable * derate, breaker * 0.8 * derate, leased);
        assert.ok(limit <= lowest + 1e-9 && offerOf(pilot) <= limit);
        assert.ok(limit >= 6 || pilot.kind === "steadyHigh");
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it("is the same offer as long as nothing changes", () => {
    const first = offerUnder(null, big, FREE, NOW);
    assert.equal(offerUnder(first, big, FREE, Instant(2000)), first);
  });
});

describe("lease", () => {
  it("counts until its time is over, then the fallback does, but never more than was last said [WD-02]", () => {
    const sixteen = lease(16, 1000);
    assert.equal(isInForce(sixteen, Instant(1999)), true);
    assert.equal(isInForce(sixteen, Instant(2000)), false);
    assert.equal(leasedLimit(sixteen, Amps(6), Instant(1999)), 16);
    assert.equal(leasedLimit(sixteen, Amps(6), Instant(2000)), 6);
    assert.equal(leasedLimit(lease(0, 1000), Amps(6), Instant(2000)), 0, "who said stop is not forgotten");
    assert.equal(leasedLimit(sixteen, Amps(0), Instant(2000)), 0);
    assert.deepEqual(offer(DEFAULT_EVSE_CONFIG, { lease: sixteen }, Instant(2000)), [0, "lease"]);
  });

  it("before anybody has said anything the fallback counts [WD-02]", () => {
    assert.equal(leasedLimit(noLease(Amps(0)), Amps(0), NOW), 0);
    assert.equal(leasedLimit(noLease(Amps(6)), Amps(6), NOW), 6);
  });

  for (const [limit, validFor] of [
    [Number.NaN, 1000],
    [-1, 1000],
    [80.1, 1000],
    [1e9, 1000],
    [Number.POSITIVE_INFINITY, 1000],
    ["16", 1000],
    [16, 0],
    [16, -1],
    [16, Number.NaN],
    [16, Number.POSITIVE_INFINITY],
    [16, 86_400_001],
  ]) {
    it(`of ${JSON.stringify(limit)} A for ${JSON.stringify(validFor)} ms is refused in a sentence [DC-05] [F-39]`, () => {
      const complaint = leaseComplaint({ limit, validFor, by: "x" } as unknown as LimitLease);
      assert.match(complaint ?? "", /^Expected .*, got .*\. .*still counts/);
    });
  }

  for (const limit of [0, 5.99, 6, 16, 80]) {
    it(`of ${limit} A is taken [DC-03] [F-39]`, () => {
      assert.equal(leaseComplaint({ limit: Amps(limit), validFor: Millis(86_400_000), by: "x" }), null);
    });
  }
});
