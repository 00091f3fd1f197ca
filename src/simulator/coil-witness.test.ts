import assert from "node:assert/strict";
import fc from "fast-check";
import { CoilWitness } from "./coil-witness.ts";

describe("coil witness", () => {
  it("tells when the coil lost its current after the pulses ended [WD-01]", () => {
    const witness = new CoilWitness();
    witness.feed("PC1", 0);
    for (let at = 12; at <= 120; at += 12) witness.feed("P", at);
    assert.equal(witness.coilEnergised(199), true);
    assert.equal(witness.coilOffAt(199), null);
    assert.equal(witness.coilEnergised(200), false);
    assert.equal(witness.coilOffAt(1000), 200);
    assert.equal(witness.pulses, 11);
    assert.equal(witness.lastPulseAt, 120);
  });

  it("tells when the coil was commanded off before that", () => {
    const witness = new CoilWitness();
    witness.feed("PC1P", 0);
    witness.feed("C0", 30);
    assert.equal(witness.commanded, false);
    assert.equal(witness.coilOffAt(1000), 30);
  });

  it("does not take a late command for the end of a coil that had dropped before", () => {
    const witness = new CoilWitness();
    witness.feed("PC1", 0);
    witness.feed("C0", 500);
    assert.equal(witness.coilOffAt(1000), 80);
  });

  it("has nothing to tell of a coil that never had current", () => {
    const witness = new CoilWitness();
    assert.equal(witness.coilOffAt(1000), null);
    witness.feed("C1", 10);
    assert.equal(witness.coilEnergised(10), false);
  });

  it("understands the same however the bytes are cut", () => {
    const words = fc.array(fc.constantFrom("P", "C1", "C0"), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (told, sizes) => {
        const whole = new CoilWitness();
        const cut = new CoilWitness();
        let text = told.join("");
        whole.feed(text, 5);
        while (text !== "") {
          const size = sizes.next().value ?? 1;
          cut.feed(new TextEncoder().encode(text.slice(0, size)), 5);
          text = text.slice(size);
        }
        for (const at of [5, 84, 85, 1000]) {
          assert.equal(cut.coilEnergised(at), whole.coilEnergised(at));
          assert.equal(cut.coilOffAt(at), whole.coilOffAt(at));
        }
        assert.equal(cut.pulses, told.filter((word) => word === "P").length);
      }),
      { seed: 1772 },
    );
  });
});
