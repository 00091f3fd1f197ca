/**
 * One of several processes that write into one store: `node postgres-writer.ts ME OF ROUNDS`, the store's URL in `STORE`. All of them write
 * of the same sessions: every writer its own samples and a revision of its own in each round, and the same events as the others.
 */
import { batch, checkpoint, event, record, sample } from "#store/contract-history";
import { PostgresStore } from "#store/postgres/postgres-store";

/** What the writers share with the test that reads afterwards. */
export const SHARED_SESSIONS = ["s0", "s1", "s2"] as const;
export const SHARED_START = Date.UTC(2025, 5, 1, 10, 50);
export const sampleAt = (round: number, writer: number, writers: number): number => SHARED_START + (round * writers + writer) * 7_000;
export const revisionOf = (round: number, writer: number, writers: number): number => 1 + round * writers + writer;

async function write(me: number, writers: number, rounds: number): Promise<void> {
  const store = new PostgresStore(process.env.STORE ?? "");
  for (let round = 0; round < rounds; round += 1) {
    const revision = revisionOf(round, me, writers);
    const at = sampleAt(round, me, writers);
    // Each in another order, so that two that lock in the order they come would wait for each other.
    const sessions = SHARED_SESSIONS.map((_, index) => SHARED_SESSIONS[(index + me + round) % SHARED_SESSIONS.length] ?? "");
    await store.append(
      batch({
        records: sessions.map((id) => record({ id, revision, startedAt: SHARED_START as never, energyWh: revision, tag: `${me}` })),
        samples: sessions.map((id) => sample(id, at, revision)),
        events: sessions.map((id) => event(`${id} ${round}`, at, { session: id })),
        checkpoints: [checkpoint("bay", at, `${revision}`)],
      }),
    );
  }
  await store.close();
}

if (import.meta.main) await write(Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]));
