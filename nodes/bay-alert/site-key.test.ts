import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { siteKeyPath, siteKeys } from "./site-key.ts";

describe("keys of a site", () => {
  let userDir: string;
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "site-key-"));
  });
  afterEach(() => rmSync(userDir, { recursive: true, force: true }));

  it("are made once and stay, for each site its own, for nobody else to read", () => {
    const path = siteKeyPath(userDir, "a");
    const made = siteKeys(path);
    assert.deepEqual(siteKeys(path), made);
    assert.notDeepEqual(siteKeys(siteKeyPath(userDir, "b")).key, made.key);
    assert.equal(statSync(path).mode & 0o077, 0);
    assert.equal(readdirSync(dirname(path)).length, 2, "nothing is left beside them");
  });

  for (const text of ["", "{}", '{"key":"AAAA","vapid":{"publicKey":"a","privateKey":"b"}}']) {
    it(`are not replaced when the file holds ${JSON.stringify(text)}`, () => {
      const path = siteKeyPath(userDir, "a");
      siteKeys(path);
      writeFileSync(path, text);
      assert.throws(() => siteKeys(path), { code: "keyDamaged" });
    });
  }
});
