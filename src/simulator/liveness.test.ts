import assert from "node:assert/strict";
import { LivenessOneShot } from "./liveness.ts";

describe("liveness one-shot", () => {
  it("is down before the first pulse, up for 80 ms after each, then down [WD-01]", () => {
    const oneShot = new LivenessOneShot();
    assert.equal(oneShot.isUp(0), false);
    oneShot.pulse(100);
    assert.equal(oneShot.isUp(179.9), true);
    oneShot.pulse(170);
    assert.equal(oneShot.isUp(249.9), true);
    assert.equal(oneShot.dropsAt, 250);
    assert.equal(oneShot.isUp(250), false);
  });
});
