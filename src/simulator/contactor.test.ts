import assert from "node:assert/strict";
import { Contactor } from "./contactor.ts";

/** Moves to `at`, through whatever is due before. */
function moveTo(contactor: Contactor, at: number) {
  while (contactor.nextAt <= at) contactor.advance(contactor.nextAt);
}

describe("contactor", () => {
  for (const ms of [15, 25, 40]) {
    it(`closes and opens ${ms} ms after the coil`, () => {
      const contactor = new Contactor(2, { pullInMs: ms, dropOutMs: ms });
      contactor.supply(100, 0);
      moveTo(contactor, ms - 0.1);
      assert.deepEqual(contactor.closed, [false, false]);
      moveTo(contactor, ms);
      assert.deepEqual(contactor.closed, [true, true]);
      contactor.supply(0, 100);
      moveTo(contactor, 100 + ms - 0.1);
      assert.equal(contactor.allClosed, true);
      moveTo(contactor, 100 + ms);
      assert.equal(contactor.anyClosed, false);
    });
  }

  it("does not move when the coil comes back before the armature let go", () => {
    const contactor = new Contactor(1);
    contactor.supply(100, 0);
    moveTo(contactor, 25);
    contactor.supply(0, 50);
    contactor.supply(100, 70);
    moveTo(contactor, 1000);
    assert.equal(contactor.allClosed, true);
  });

  it("is not delayed by being told the same again", () => {
    const contactor = new Contactor(1);
    contactor.supply(100, 0);
    contactor.supply(100, 20);
    assert.equal(contactor.nextAt, 25);
  });

  it("does not pull in at 70 % of the supply but holds there, and lets go at 55 %", () => {
    const contactor = new Contactor(1);
    contactor.supply(70, 0);
    moveTo(contactor, 100);
    assert.equal(contactor.allClosed, false);
    contactor.supply(100, 100);
    moveTo(contactor, 200);
    contactor.supply(70, 200);
    moveTo(contactor, 300);
    assert.equal(contactor.allClosed, true);
    contactor.supply(55, 300);
    moveTo(contactor, 400);
    assert.equal(contactor.allClosed, false);
  });

  it("keeps a welded pole closed, and only that", () => {
    const contactor = new Contactor(3);
    contactor.weld(2);
    assert.deepEqual(contactor.closed, [false, true, false]);
    contactor.supply(100, 0);
    moveTo(contactor, 30);
    contactor.supply(0, 30);
    moveTo(contactor, 60);
    assert.deepEqual(contactor.closed, [false, true, false]);
    contactor.weld("all");
    assert.deepEqual(contactor.closed, [true, true, true]);
    contactor.weld(null);
    assert.deepEqual(contactor.closed, [false, false, false]);
  });

  it("keeps a stuck pole open, and only that", () => {
    const contactor = new Contactor(2);
    contactor.stickOpen(1);
    contactor.supply(100, 0);
    moveTo(contactor, 30);
    assert.deepEqual(contactor.closed, [false, true]);
    assert.equal(contactor.allClosed, false);
    contactor.stickOpen(null);
    assert.deepEqual(contactor.closed, [true, true]);
  });
});
