import assert from "node:assert/strict";
import { isSame, Secrets } from "#bridges/bays/secrets";

const secrets = new Secrets(new Uint8Array(32).fill(1));
const others = new Secrets(new Uint8Array(32).fill(2));

describe("secrets of a site", () => {
  it("seal an address so that only the same key opens it, never twice the same", () => {
    const sealed = secrets.sealAddress("+15550100");
    assert.notEqual(sealed, secrets.sealAddress("+15550100"));
    assert.deepEqual([secrets.openAddress(sealed), others.openAddress(sealed)], ["+15550100", null]);
    assert.doesNotMatch(Buffer.from(sealed, "base64url").toString("latin1"), /555/);
  });

  it("open nothing that was tampered with, cut or made for another purpose", () => {
    const sealed = secrets.sealLink("content");
    const bytes = Buffer.from(sealed, "base64url");
    for (let place = 0; place < bytes.length; place++) {
      const tampered = Buffer.from(bytes);
      tampered[place] = (tampered[place] ?? 0) ^ 1;
      assert.equal(secrets.openLink(tampered.toString("base64url")), null);
      assert.equal(secrets.openLink(bytes.subarray(0, place).toString("base64url")), null);
    }
    assert.equal(secrets.openAddress(sealed), null);
    assert.equal(secrets.openLink("§§§"), null);
  });

  it("mark the same text in the same way for one purpose and one site only", () => {
    assert.equal(secrets.mark("address", "a"), secrets.mark("address", "a"));
    const marks = [secrets.mark("address", "a"), secrets.mark("address", "b"), secrets.mark("key", "a"), others.mark("address", "a")];
    assert.equal(new Set(marks).size, 4);
  });

  it("refuse a key of another length", () => {
    assert.throws(() => new Secrets(new Uint8Array(31)), /expected 32 bytes, got 31/);
  });

  it("compare whole texts", () => {
    assert.deepEqual([isSame("a", "a"), isSame("a", "b"), isSame("a", "ab"), isSame("", "")], [true, false, false, true]);
  });
});
