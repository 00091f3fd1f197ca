import assert from "node:assert/strict";
import { MovedTime } from "../../test/flows/support/moved-time.ts";
import { LONGEST_DEPLOYMENT, Resting } from "./resting.ts";

describe("what a node leaves for its next deployment", () => {
  let time: MovedTime;
  let resting: Resting<string>;

  beforeEach(() => {
    time = new MovedTime();
    resting = new Resting(time);
  });

  it("is there once, for the node that has the same settings", async () => {
    resting.leave("a", "settings", "memory");
    await time.advance(LONGEST_DEPLOYMENT - 1);
    assert.equal(resting.take("b", "settings"), null);
    assert.equal(resting.take("a", "settings"), "memory");
    assert.equal(resting.take("a", "settings"), null);
    assert.equal(time.waiting, 0);
  });

  it("is gone for a node that came back as another", () => {
    resting.leave("a", "settings", "memory");
    assert.equal(resting.take("a", "others"), null);
    assert.equal(resting.take("a", "settings"), null);
  });

  it("is forgotten when nobody comes back, so that a node that is deleted with its subflow leaves nothing", async () => {
    resting.leave("a", "settings", "older");
    await time.advance(LONGEST_DEPLOYMENT / 2);
    resting.leave("a", "settings", "newer");
    await time.advance(LONGEST_DEPLOYMENT - 1);
    assert.equal(time.waiting, 1);
    await time.advance(1);
    assert.equal(time.waiting, 0);
    assert.equal(resting.take("a", "settings"), null);
  });
});
