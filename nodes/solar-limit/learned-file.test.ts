import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LimiterUnderTest } from "../../test/support/solar-limiter.ts";
import { LearnedFile, learnedPath } from "./learned-file.ts";

describe("learned file", () => {
  let folder: string;
  let path: string;
  let warnings: string[];
  const open = (): LearnedFile => new LearnedFile(path, (text) => warnings.push(text));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "solar-"));
    path = learnedPath(folder, "n1");
    warnings = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function keptByCharging() {
    const one = new LimiterUnderTest();
    await one.feed(200, { payload: -2500 });
    return one.limiter.kept;
  }

  it("gives back what was saved, whole, and leaves nothing beside it", async () => {
    assert.equal(open().load(), null);
    const kept = await keptByCharging();
    await open().save(kept);
    assert.deepEqual(open().load(), kept);
    assert.deepEqual(readdirSync(dirname(path)), ["n1.json"]);
    assert.deepEqual(warnings, []);
  });

  it("writes nothing when nothing changed", async () => {
    const kept = await keptByCharging();
    const file = open();
    await file.save(kept);
    rmSync(path);
    await file.save(kept);
    assert.deepEqual(readdirSync(dirname(path)), []);
  });

  for (const [what, text] of [
    ["half a file", '{"version":1,"obs'],
    ["nothing", ""],
    ["another shape", '{"version":1}'],
    ["another version", '{"version":2,"observer":{},"importTolerance":1}'],
    ["a huge file", `"${"x".repeat(70_000)}"`],
  ] as const) {
    it(`ignores ${what} with one warning, and writes over it`, async () => {
      const kept = await keptByCharging();
      await open().save(kept);
      writeFileSync(path, text);
      const file = open();
      assert.equal(file.load(), null);
      assert.equal(warnings.length, 1);
      await file.save(kept);
      assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), kept);
    });
  }

  it("complains when it cannot write, and tries again the next time", async () => {
    const kept = await keptByCharging();
    writeFileSync(join(folder, "j1772"), "in the way");
    const file = open();
    await file.save(kept);
    assert.equal(warnings.length, 1);
    rmSync(join(folder, "j1772"));
    await file.save(kept);
    assert.deepEqual(open().load(), kept);
  });

  it("keeps to its folder, whatever the node's id", () => {
    assert.equal(dirname(learnedPath(folder, "../../etc/passwd")), join(folder, "j1772", "solar"));
  });
});
