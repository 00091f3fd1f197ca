import assert from "node:assert/strict";
import { Allowance } from "#bridges/http/allowance";

describe("allowance", () => {
  it("gives a few at once, then one for each stretch of time", () => {
    const allowance = new Allowance(2, 1000, 0);
    assert.deepEqual([allowance.wait(0), allowance.wait(0), allowance.wait(0)], [0, 0, 1000]);
    assert.deepEqual([allowance.wait(600), allowance.wait(1000), allowance.wait(1000)], [400, 0, 1000]);
  });

  it("gives nothing for a clock that was set back", () => {
    const allowance = new Allowance(1, 1000, 10_000);
    assert.equal(allowance.wait(10_000), 0);
    assert.equal(allowance.wait(0), 1000);
    assert.equal(allowance.wait(1000), 0);
  });
});
