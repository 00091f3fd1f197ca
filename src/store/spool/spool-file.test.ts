import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpoolFile } from "./spool-file.ts";

const HALF = 512;

describe("spool file", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-spool-"));
    path = join(folder, "deep/sessions.spool");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is found in a file by whoever opens it next. */
  async function foundIn(file: string): Promise<readonly string[]> {
    const spool = await SpoolFile.open(file, HALF);
    await spool.close();
    return spool.found;
  }

  async function withLines(...lines: readonly string[]): Promise<SpoolFile> {
    const spool = await SpoolFile.open(path, HALF);
    for (const line of lines) await spool.add(line);
    return spool;
  }

  it("is empty when it is new, and has its room on the disk already", async () => {
    const spool = await withLines();
    assert.deepEqual(spool.found, []);
    await spool.close();
    assert.equal(statSync(path).size, 2 * HALF);
    assert.equal(statSync(path).mode & 0o077, 0);
    assert.deepEqual(await foundIn(path), []);
  });

  it("gives back its lines in order, also odd ones", async () => {
    const lines = ["one", "", "🚗 zwei \\n ü", "x".repeat(100)];
    await (await withLines(...lines)).close();
    assert.deepEqual(await foundIn(path), lines);
    await (await withLines("later")).close();
    assert.deepEqual(await foundIn(path), [...lines, "later"]);
  });

  it("has other lines in the place of all, again and again", async () => {
    const spool = await withLines("one", "two");
    await spool.replace(["three"]);
    await spool.add("four");
    assert.deepEqual(await foundIn(path), ["three", "four"]);
    await spool.replace([]);
    assert.deepEqual(await foundIn(path), []);
    await spool.add("five");
    await spool.replace(["six", "seven"]);
    await spool.close();
    assert.deepEqual(await foundIn(path), ["six", "seven"]);
  });

  it("says what fits, to the byte", async () => {
    const spool = await withLines();
    const most = spool.capacity - SpoolFile.sizeOf("");
    assert.ok(!spool.fits("ü".repeat(most)));
    assert.ok(!spool.fits("x".repeat(most + 1)));
    assert.ok(spool.fits("x".repeat(most)));
    await spool.add("x".repeat(most));
    assert.ok(!spool.fits(""));
    await spool.close();
    assert.deepEqual(await foundIn(path), ["x".repeat(most)]);
  });

  /** The bytes that differ between two states of the file, as a disk may have written them: a part, from the first or to the last. */
  function* tornStates(before: Buffer, after: Buffer): Generator<Buffer> {
    const changed = [...before.keys()].filter((index) => before[index] !== after[index]);
    for (let count = 0; count <= changed.length; count += 1) {
      for (const written of [changed.slice(0, count), changed.slice(count)]) {
        const torn = Buffer.from(before);
        for (const index of written) torn[index] = after[index] ?? 0;
        yield torn;
      }
    }
  }

  async function checkTorn(before: Buffer, after: Buffer, allowed: readonly (readonly string[])[]): Promise<number> {
    const torn = join(folder, "torn");
    let states = 0;
    for (const bytes of tornStates(before, after)) {
      writeFileSync(torn, bytes);
      const found = await foundIn(torn);
      assert.ok(
        allowed.some((lines) => JSON.stringify(lines) === JSON.stringify(found)),
        `${JSON.stringify(found)} after ${states} states`,
      );
      states += 1;
    }
    return states;
  }

  it("has a line whole or not at all, whatever bytes of it were written", async () => {
    const spool = await withLines("one", "two");
    const before = readFileSync(path);
    await spool.add("three, longer than the others");
    await spool.close();
    assert.ok(
      (await checkTorn(before, readFileSync(path), [
        ["one", "two"],
        ["one", "two", "three, longer than the others"],
      ])) > 60,
    );
  });

  it("has the old lines or the new ones when it was killed while they were replaced, never a mixture", async () => {
    const spool = await withLines("one", "two");
    await spool.replace(["three"]);
    await spool.add("four");
    const before = readFileSync(path);
    await spool.replace(["five", "six", "seven"]);
    await spool.close();
    const after = readFileSync(path);
    // The lines are on the disk before the headline is begun.
    const headline = Buffer.from("j1772-spool");
    const begin = [0, HALF].find((at) => !before.subarray(at, at + 64).equals(after.subarray(at, at + 64))) ?? 0;
    assert.ok(after.subarray(begin, begin + 64).includes(headline));
    const linesOnly = Buffer.from(after);
    before.copy(linesOnly, begin, begin, begin + 64);
    await checkTorn(before, linesOnly, [["three", "four"]]);
    await checkTorn(linesOnly, after, [
      ["three", "four"],
      ["five", "six", "seven"],
    ]);
  });

  it("goes on after a torn line as if it had never been begun", async () => {
    await (await withLines("one", "a rather long second line")).close();
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("long")] = 0;
    writeFileSync(path, bytes);
    await (await withLines("two")).close();
    assert.deepEqual(await foundIn(path), ["one", "two"]);
  });

  it("opens whatever length the file was cut to, and can be written again", async () => {
    await (await withLines("one", "two", "three")).close();
    const { size } = statSync(path);
    for (let length = 0; length < size; length += 7) {
      const cut = join(folder, "cut");
      copyFileSync(path, cut);
      truncateSync(cut, length);
      const spool = await SpoolFile.open(cut, HALF);
      assert.deepEqual(spool.found, ["one", "two", "three"].slice(0, spool.found.length), `cut to ${length}`);
      await spool.replace(["new"]);
      await spool.close();
      assert.deepEqual(await foundIn(cut), ["new"]);
    }
  });
});
