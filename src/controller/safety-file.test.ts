import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, StoreCorrupt, type StoreUnavailable } from "#core/errors";
import type { PersistedSafety } from "#core/evse/types";
import { Millis, WallTime } from "#core/units/units";
import { SafetyFile } from "./safety-file.ts";
import { decodeSafety, encodeSafety } from "./safety-record.ts";

const wall = WallTime(1_767_225_600_000);
const SAFETY: PersistedSafety = {
  version: 1,
  latched: [{ fault: "ContactorWelded", sinceWall: wall, latched: "untilReset" }],
  gfciResets: 3,
  welded: true,
  contactorCycles: 1_234,
  closuresLastHour: 2,
  session: { id: "a-1", startedWall: wall, energyWh: 5_120.25, chargingMs: 60_000, meterWh: 99_000, authorised: true },
};

describe("safety record", () => {
  it("gives back what was written, to the last bit [PW-04]", () => {
    assert.deepEqual(decodeSafety(encodeSafety(SAFETY)), SAFETY);
  });

  it("knows a file that was cut short at any byte [PW-04]", () => {
    const text = encodeSafety(SAFETY);
    // The last byte is the newline after the checksum; without it nothing is missing.
    for (let length = 0; length < text.length - 1; length += 1) assert.throws(() => decodeSafety(text.slice(0, length)), StoreCorrupt);
    assert.deepEqual(decodeSafety(text.slice(0, -1)), SAFETY);
  });

  it("knows a file in which any one byte was changed [PW-04]", () => {
    const text = encodeSafety(SAFETY);
    for (let at = 0; at < text.length - 1; at += 1) {
      const changed = String.fromCharCode(text.charCodeAt(at) ^ 1);
      assert.throws(() => decodeSafety(text.slice(0, at) + changed + text.slice(at + 1)), StoreCorrupt);
    }
  });

  it("refuses a whole file with a content that makes no sense, and one of a newer release", () => {
    const odd = { ...SAFETY, gfciResets: -1 } as PersistedSafety;
    assert.throws(() => decodeSafety(encodeSafety(odd)), StoreCorrupt);
    const newer = { ...SAFETY, version: 2 } as unknown as PersistedSafety;
    assert.throws(
      () => decodeSafety(encodeSafety(newer)),
      (error: unknown) => error instanceof ConfigError && error.code === "stateNewer",
    );
  });
});

describe("safety file", () => {
  let folder: string;
  let path: string;
  let failed: StoreUnavailable[];
  let recovered: number;
  let found: string[];

  const file = (): SafetyFile =>
    new SafetyFile({
      path,
      retryAfter: Millis(5),
      onFailed: (reason) => failed.push(reason),
      onRecovered: () => {
        recovered += 1;
      },
      onFound: (what) => found.push(what),
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-safety-"));
    path = join(folder, "safety.json");
    failed = [];
    recovered = 0;
    found = [];
  });

  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  it("has nothing before the first save, and the last save after it [PW-04]", async () => {
    const store = file();
    assert.equal(store.load(), null);
    store.save({ ...SAFETY, gfciResets: 0 });
    assert.equal(store.isSaving, true);
    store.save({ ...SAFETY, gfciResets: 1 });
    store.save(SAFETY);
    await store.settled();
    assert.equal(store.isSaving, false);
    assert.deepEqual(file().load(), SAFETY);
    assert.deepEqual(readdirSync(folder), ["safety.json"]);
  });

  it("is whole at every instant, also while it is being replaced [PW-04]", async () => {
    const store = file();
    store.save({ ...SAFETY, contactorCycles: 0 });
    await store.settled();
    for (let cycles = 1; cycles <= 20; cycles += 1) {
      store.save({ ...SAFETY, contactorCycles: cycles });
      while (store.isSaving) {
        const { contactorCycles } = decodeSafety(readFileSync(path, "utf8"));
        assert.ok(contactorCycles === cycles || contactorCycles === cycles - 1);
        await new Promise(setImmediate);
      }
    }
  });

  it("uses the state before a save that was cut short at any byte, and says so [PW-04]", () => {
    const older = encodeSafety(SAFETY);
    const newer = encodeSafety({ ...SAFETY, welded: false, latched: [] });
    for (let length = 0; length <= newer.length; length += 7) {
      writeFileSync(path, older);
      writeFileSync(`${path}.tmp`, newer.slice(0, length));
      found = [];
      assert.deepEqual(file().load(), SAFETY);
      assert.match(found.join(), /stopped while saving/);
      assert.deepEqual(readdirSync(folder), ["safety.json"]);
    }
  });

  it("puts a damaged file aside, keeps it, and lets the next start find what is saved after it [PW-04]", async () => {
    writeFileSync(path, encodeSafety(SAFETY).slice(0, 40));
    const store = file();
    assert.throws(() => store.load(), StoreCorrupt);
    const [aside] = readdirSync(folder);
    assert.match(String(aside), /^safety\.json\.corrupt-/);
    assert.match(found.join(), new RegExp(String(aside)));
    store.save(SAFETY);
    await store.settled();
    assert.deepEqual(file().load(), SAFETY);
  });

  it("does not take a state that was damaged for one that never was, though nothing could be saved after it [PW-04] [F-43]", async () => {
    writeFileSync(path, encodeSafety(SAFETY).slice(0, 40));
    assert.throws(() => file().load(), StoreCorrupt);
    // The controller ended before its save was on the disk, or the disk was full.
    for (let start = 0; start < 2; start += 1) {
      found = [];
      assert.throws(() => file().load(), { name: "StoreCorrupt", message: /safety\.json\.corrupt-.*nothing was saved since/ });
      assert.equal(readdirSync(folder).length, 1, "what was put aside is kept");
    }
    const store = file();
    store.save(SAFETY);
    await store.settled();
    assert.deepEqual(file().load(), SAFETY);
  });

  it("keeps five damaged files and no more", () => {
    for (let n = 0; n < 9; n += 1) writeFileSync(`${path}.corrupt-2026-01-0${n + 1}T00-00-00.000Z`, "");
    writeFileSync(path, "");
    assert.throws(() => file().load(), StoreCorrupt);
    assert.equal(readdirSync(folder).length, 5);
  });

  it("says once that it cannot save, goes on trying, and says when it can again [F-43]", async () => {
    // A folder in the place of the temporary file cannot be opened for writing, whoever asks.
    mkdirSync(`${path}.tmp`);
    const store = file();
    store.save({ ...SAFETY, gfciResets: 0 });
    await store.settled();
    assert.equal(failed.length, 1);
    assert.match(String(failed[0]?.message), /Cannot save .*safety\.json/);
    assert.equal(store.isSaving, false);
    store.save(SAFETY);
    rmSync(`${path}.tmp`, { recursive: true });
    while (recovered === 0) await new Promise(setImmediate);
    await store.settled();
    assert.equal(failed.length, 1);
    assert.deepEqual(file().load(), SAFETY);
  });
});
