import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import { FLOWS_FILE } from "./folder.ts";
import { pagePaths, SAMPLE_FILE, showSample, writeSample } from "./sample.ts";
import { sampleHistory } from "./sample-history.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/01 - Complete charger.json");
const TODAY = WallTime(Date.UTC(2026, 6, 1, 12));
const batches = (seed: number) => [...sampleHistory({ seed, today: TODAY, days: 400, charger: "Carport" })];

describe("sample history", () => {
  const records = batches(1).flatMap((batch) => batch.records);
  const samples = batches(1).flatMap((batch) => batch.samples);

  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(batches(1), batches(1));
    assert.notDeepEqual(batches(1), batches(2));
  });

  it("is a commuter's year that ends before today", () => {
    assert.ok(records.length > 150 && records.length < 330, String(records.length));
    assert.ok(records.every(({ startedAt }) => startedAt < TODAY));
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length);
    const newest = Math.max(...records.map(({ startedAt }) => startedAt));
    assert.ok(TODAY - newest < 7 * 86_400_000);
  });

  it("adds up: each charge is the sum of its sources, and its course ends with it", () => {
    const last = new Map(samples.map((sample) => [sample.session, sample]));
    for (const record of records) {
      const { energyWh, sunWh, gridWh, batteryWh, unknownWh } = record;
      assert.ok(Math.abs(energyWh - sunWh - gridWh - batteryWh - unknownWh) < 1e-6);
      assert.equal(last.get(record.id)?.energyWh, energyWh);
      assert.ok(record.endedAt !== null && record.endedAt > record.startedAt);
    }
  });

  it("has more sun in summer than in winter, some faults, and days without a charge", () => {
    const share = (months: readonly number[]): number => {
      const some = records.filter(({ startedAt }) => months.includes(new Date(startedAt).getUTCMonth()));
      const sum = (of: (record: SessionRecord) => number): number => some.reduce((all, record) => all + of(record), 0);
      return sum(({ sunWh }) => sunWh) / sum(({ energyWh }) => energyWh);
    };
    assert.ok(share([4, 5, 6]) > 2 * share([11, 0, 1]), `${share([4, 5, 6])} and ${share([11, 0, 1])}`);
    assert.ok(records.some(({ faults }) => faults.length > 0));
    assert.ok(new Set(records.map(({ startedAt }) => new Date(startedAt).toISOString().slice(0, 10))).size < 330);
  });
});

describe("sample of the demo", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sample-"));
    copyFileSync(EXAMPLE, join(folder, FLOWS_FILE));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is not written for flows that do not show it", async () => {
    await writeSample(folder, "Carport", TODAY);
    assert.deepEqual(readdirSync(folder), [FLOWS_FILE]);
  });

  it("is in a file of its own, whole, written once", async () => {
    showSample(folder);
    await writeSample(folder, "Carport", TODAY);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== FLOWS_FILE),
      [SAMPLE_FILE],
    );
    const store = new SqliteStore(join(folder, SAMPLE_FILE));
    const [all] = await store.totals({ from: null, until: null, charger: null, user: null, per: "all", by: [], timeZone: "UTC" });
    await store.close();
    assert.ok((all?.sessions ?? 0) > 300, String(all?.sessions));
    const { mtimeMs } = statSync(join(folder, SAMPLE_FILE));
    await writeSample(folder, "Carport", TODAY);
    assert.equal(statSync(join(folder, SAMPLE_FILE)).mtimeMs, mtimeMs);
  }).timeout(30_000);

  it("is wired to the page beside its own history, and to nothing else", () => {
    const types = (): readonly string[] =>
      JSON.parse(readFileSync(join(folder, FLOWS_FILE), "utf8")).map(({ type }: { type: string }) => type);
    const before = types();
    showSample(folder);
    assert.deepEqual(types(), [...before, "j1772-store"]);
    const flows: readonly Record<string, unknown>[] = JSON.parse(readFileSync(join(folder, FLOWS_FILE), "utf8"));
    const [page] = flows.filter(({ type }) => type === "charge-status");
    const stores = flows.filter(({ type }) => type === "j1772-store");
    assert.deepEqual(new Set(stores.map(({ id }) => id)), new Set([page?.store, page?.sample]));
    assert.equal(new Set(stores.map(({ file }) => file)).size, 2);
    assert.equal(flows.filter((node) => node !== page && Object.values(node).includes(page?.sample)).length, 1);
  });

  it("is not wired into flows that have no page", () => {
    writeFileSync(join(folder, FLOWS_FILE), "[]");
    showSample(folder);
    assert.equal(readFileSync(join(folder, FLOWS_FILE), "utf8"), "[]");
    assert.deepEqual(pagePaths(folder), []);
  });

  it("has its page's address from the flows", () => assert.deepEqual(pagePaths(folder), ["/j1772"]));
});
