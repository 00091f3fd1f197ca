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

  async function learnedByCharging() {
    const one = new LimiterUnderTest();
    await one.feed(200, { payload: -2500 });
    return one.limiter.learned;
  }

  it("gives back what was saved, whole, and leaves nothing beside it", async () => {
    assert.equal(open().load(), null);
    const learned = await learnedByCharging();
    await open().save(learned);
    assert.deepEqual(open().load(), learned);
    assert.deepEqual(readdirSync(dirname(path)), ["n1.json"]);
    assert.deepEqual(warnings, []);
  });

  it("writes nothing when nothing changed", async () => {
    const learned = await learnedByCharging();
    const file = open();
    await file.save(learned);
    rmSync(path);
    await file.save(learned);
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
      const learned = await learnedByCharging();
      await open().save(learned);
      writeFileSync(path, text);
      const file = open();
      assert.equal(file.load(), null);
      assert.equal(warnings.length, 1);
      await file.save(learned);
      assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), learned);
    });
  }

  it("complains when it cannot write, and tries again the next time", async () => {
    const learned = await learnedByCharging();
    writeFileSync(join(folder, "j1772"), "in the way");
    const file = open();
    await file.save(learned);
    assert.equal(warnings.length, 1);
    rmSync(join(folder, "j1772"));
    await file.save(learned);
    assert.deepEqual(open().load(), learned);
  });

  it("keeps to its folder, whatever the node's id", () => {
    assert.equal(dirname(learnedPath(folder, "../../etc/passwd")), join(folder, "j1772", "solar"));
  });
});
