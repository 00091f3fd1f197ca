import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lock, takeLock } from "./lock.ts";

describe("lock", () => {
  let folder: string;
  const held: Lock[] = [];

  const take = async (stateDir: string): Promise<Lock> => {
    const lock = await takeLock(stateDir);
    held.push(lock);
    return lock;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-lock-"));
  });

  afterEach(() => {
    for (const lock of held.splice(0)) lock.release();
    rmSync(folder, { recursive: true });
  });

  it("is had by one, and names its holder's pid to the next [F-44]", async () => {
    await take(folder);
    assert.equal(readFileSync(join(folder, "controller.pid"), "utf8"), `${process.pid}\n`);
    await assert.rejects(take(folder), {
      name: "StoreUnavailable",
      code: "alreadyRunning",
      message: new RegExp(`pid ${process.pid}\\b.*stateDir`),
    });
  });

  it("is had by one of many that come at once [F-44]", async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => take(folder)));
    assert.equal(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("can be had again after its release", async () => {
    (await take(folder)).release();
    await take(folder);
  });

  it("is not kept by the file of a holder that died, not even when its pid is alive again [F-44]", async () => {
    writeFileSync(join(folder, "controller.pid"), `${process.ppid}\n`);
    await take(folder);
  });

  it("is of the folder, by whatever path it is reached, and of no other", async function () {
    if (process.platform === "win32") this.skip();
    mkdirSync(join(folder, "one"));
    mkdirSync(join(folder, "other"));
    symlinkSync(join(folder, "one"), join(folder, "alias"));
    await take(join(folder, "one"));
    await assert.rejects(take(join(folder, "alias")), { code: "alreadyRunning" });
    await take(join(folder, "other"));
  });
});
