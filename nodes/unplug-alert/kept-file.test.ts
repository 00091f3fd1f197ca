import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { WatcherUnderTest } from "../../test/support/alert-watcher.ts";
import { KeptFile, keptPath } from "./kept-file.ts";
import type { Kept } from "./kept-schema.ts";

describe("kept file", () => {
  let folder: string;
  let path: string;
  let warnings: string[];
  let kept: Kept;
  const open = (): KeptFile => new KeptFile(path, (text) => warnings.push(text));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "alert-"));
    path = keptPath(folder, "n1");
    warnings = [];
    const one = new WatcherUnderTest();
    await one.steal();
    kept = one.watcher.kept;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("gives back what was saved, whole, and leaves nothing beside it", async () => {
    assert.equal(open().load(), null);
    await open().save(kept);
    assert.deepEqual(open().load(), kept);
    assert.deepEqual(readdirSync(dirname(path)), ["n1.json"]);
    assert.deepEqual(warnings, []);
  });

  it("writes the newest of several that wait, and tells all of them when it is there", async () => {
    const file = open();
    await Promise.all([1, 2, 3, 4].map((count) => file.save({ ...kept, state: { ...kept.state, count } })));
    assert.equal(open().load()?.state.count, 4);
  });

  for (const [what, damage] of [
    ["half a file", (text: string) => text.slice(0, 100)],
    ["nothing", () => ""],
    ["another version", (text: string) => text.replace('"version":1', '"version":2')],
    ["a time that is none", (text: string) => text.replace(/"at":[\d.]+/, '"at":null')],
    ["a stranger's key", (text: string) => text.replace('"state":{', '"state":{"__proto__x":1,')],
    ["a huge file", () => `"${"x".repeat(2_100_000)}"`],
  ] as const) {
    it(`ignores ${what} with one warning, and writes over it`, async () => {
      await open().save(kept);
      writeFileSync(path, damage(readFileSync(path, "utf8")));
      const file = open();
      assert.equal(file.load(), null);
      assert.equal(warnings.length, 1);
      await file.save(kept);
      assert.deepEqual(open().load(), kept);
    });
  }

  it("complains when it cannot write, and goes on", async () => {
    writeFileSync(join(folder, "j1772"), "in the way");
    const file = open();
    await file.save(kept);
    assert.equal(warnings.length, 1);
    rmSync(join(folder, "j1772"));
    await file.save(kept);
    assert.deepEqual(open().load(), kept);
  });

  it("is for nobody else's eyes, and keeps to its folder whatever the node's id", async () => {
    await open().save(kept);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(dirname(keptPath(folder, "../../etc/passwd")), join(folder, "j1772", "alerts"));
  });
});
