/** Many writers of one PostgreSQL store: in one process, in several, and at the very start. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { batch, record, sample } from "#store/contract-history";
import { PostgresStore } from "#store/postgres/postgres-store";
import { emptyStoreUrl } from "../support/postgres-server.ts";
import { revisionOf, SHARED_SESSIONS, SHARED_START, sampleAt } from "../support/postgres-writer.ts";

const WRITER = join(import.meta.dirname, "../support/postgres-writer.ts");
const WRITERS = 3;
const ROUNDS = 40;

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe("many writers of one PostgreSQL store", () => {
  const stores: PostgresStore[] = [];
  const opened = (url: string): PostgresStore => {
    const store = new PostgresStore(url);
    stores.push(store);
    return store;
  };
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

  it("three processes that write of the same sessions › lose no sample, keep the highest revision and each event once", async () => {
    const url = emptyStoreUrl();
    const env = { ...process.env, STORE: url };
    const write = promisify(execFile);
    const args = (me: number): string[] => ["--conditions=source", WRITER, String(me), String(WRITERS), String(ROUNDS)];
    await Promise.all(Array.from({ length: WRITERS }, (_, me) => write(process.execPath, args(me), { env })));

    const store = opened(url);
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const writers = Array.from({ length: WRITERS }, (_, writer) => writer);
    const times = rounds.flatMap((round) => writers.map((writer) => sampleAt(round, writer, WRITERS)));
    const last = revisionOf(ROUNDS - 1, WRITERS - 1, WRITERS);
    for (const id of SHARED_SESSIONS) {
      const kept = await store.session(id);
      assert.deepEqual([kept?.revision, kept?.energyWh, kept?.tag], [last, last, String(WRITERS - 1)]);
      assert.deepEqual(
        (await all(store.samples(id))).map(({ at }) => at),
        times,
      );
    }
    const events = await all(store.events({ from: null, until: null, charger: null, session: null }));
    assert.deepEqual(events.map(({ id }) => id).sort(), SHARED_SESSIONS.flatMap((id) => rounds.map((round) => `${id} ${round}`)).sort());
    assert.equal((await store.checkpoint("bay"))?.state, String(last));
  });

  it("sixteen appends at once through one store › wait for its four connections and all arrive", async () => {
    const store = opened(emptyStoreUrl());
    const ids = Array.from({ length: 16 }, (_, index) => `s${index}`);
    await Promise.all(
      ids.map((id) => store.append(batch({ records: [record({ id, energyWh: 1 })], samples: [sample(id, SHARED_START, 1)] }))),
    );
    const kept = await all(store.sessions({ from: null, until: null, charger: null, user: null, order: "oldest", limit: null }));
    assert.deepEqual(kept.map(({ id }) => id).sort(), ids.toSorted());
  });

  it("eight stores that meet an empty database together › make the tables once", async () => {
    const url = emptyStoreUrl();
    await Promise.all(Array.from({ length: 8 }, (_, index) => opened(url).append(batch({ records: [record({ id: `s${index}` })] }))));
    const kept = await all(opened(url).sessions({ from: null, until: null, charger: null, user: null, order: "oldest", limit: null }));
    assert.equal(kept.length, 8);
  });

  it("two sites that name their chargers alike › keep apart by schema", async () => {
    const [north, south] = [opened(emptyStoreUrl()), opened(emptyStoreUrl())];
    await north.append(batch({ records: [record({ id: "same", charger: "bay", energyWh: 1 })] }));
    await south.append(batch({ records: [record({ id: "same", charger: "bay", energyWh: 2 })] }));
    assert.deepEqual([(await north.session("same"))?.energyWh, (await south.session("same"))?.energyWh], [1, 2]);
  });
});
