import assert from "node:assert/strict";
import { Gate } from "#core/bays/gate";
import { Instant, Millis } from "#core/units/units";

const LIMIT = { count: 2, per: Millis(100) };

describe("gate", () => {
  it("closes for a key that came often enough, and for that key only", () => {
    const gate = new Gate(LIMIT);
    for (const at of [0, 50]) gate.count("a", Instant(at));
    assert.deepEqual([gate.isOpen("a", Instant(99)), gate.isOpen("b", Instant(99)), gate.isOpen("a", Instant(100))], [false, true, true]);
  });

  it("does not count looking", () => {
    const gate = new Gate(LIMIT);
    for (let look = 0; look < 10; look++) assert.equal(gate.isOpen("a", Instant(0)), true);
    assert.equal(gate.size, 0);
  });

  it("remembers no more keys than it may, and turns newcomers away rather than forgetting whom it watches", () => {
    const gate = new Gate(LIMIT, 3);
    for (const [index, key] of ["a", "b", "c"].entries()) gate.count(key, Instant(index));
    assert.deepEqual([gate.isOpen("d", Instant(50)), gate.isOpen("a", Instant(50)), gate.size], [false, true, 3]);
    gate.count("a", Instant(60));
    assert.equal(gate.isOpen("d", Instant(101)), true, "b is forgotten by then");
    assert.deepEqual([gate.size, gate.isOpen("a", Instant(101))], [2, true]);
  });
});
