import assert from "node:assert/strict";
import { highestOffer, highestOfferOf } from "./installation.ts";

const INSTALLATION = { breakerA: 40, continuousPercent: 80, cableA: 40, hardwareA: 40 };
const asStored = Object.fromEntries(Object.entries(INSTALLATION).map(([name, value]) => [name, String(value)]));

describe("what an installation allows, as the form works it out", () => {
  it("is the least of breaker, cable and hardware, and says which [DC-08]", () => {
    assert.deepEqual(highestOffer(INSTALLATION), { limitA: 32, by: "breaker" });
    assert.deepEqual(highestOffer({ ...INSTALLATION, cableA: 20 }), { limitA: 20, by: "cable" });
    assert.deepEqual(highestOffer({ ...INSTALLATION, hardwareA: 16 }), { limitA: 16, by: "hardware" });
    assert.equal(highestOffer({ ...INSTALLATION, breakerA: 7 }), null);
    assert.equal(highestOffer({ ...INSTALLATION, breakerA: Number.NaN }), null);
  });

  it("is known of a charger that this Node-RED runs, on whatever hardware", () => {
    for (const driver of ["simulated", "pigpiod", undefined]) assert.equal(highestOfferOf({ ...asStored, driver })?.limitA, 32, driver);
  });

  it("is not known of a charger that is a service, of none, nor of one whose breaker is an environment variable", () => {
    assert.equal(highestOfferOf({ ...asStored, driver: "service" }), null);
    assert.equal(highestOfferOf(null), null);
    assert.equal(highestOfferOf(undefined), null);
    assert.equal(highestOfferOf({ ...asStored, breakerA: `\${${"BREAKER"}}` }), null);
  });
});
