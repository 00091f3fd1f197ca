import assert from "node:assert/strict";
import { StoreUnavailable } from "#core/errors";
import { type Checkpoint, EMPTY_BATCH, type SessionBatch, type SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import { Journal, together } from "./journal.ts";

const sample = (at: number): SessionSample => ({
  session: "s",
  at: WallTime(at),
  energyWh: at,
  sunWh: 0,
  gridWh: 0,
  batteryWh: 0,
  cost: null,
  powerW: null,
  currentA: null,
  offeredA: null,
  temperatureC: null,
});
const batch = (...at: number[]): SessionBatch => ({ ...EMPTY_BATCH, samples: at.map(sample) });
const point = (charger: string, state: string): Checkpoint => ({ charger, at: WallTime(1), state });

/** A store that takes a batch when it is told to. */
class SlowStore {
  readonly taken: SessionBatch[] = [];
  refuses: Error | null = null;
  #pending: (() => void)[] = [];
  append(given: SessionBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push(() => {
        if (this.refuses) return reject(this.refuses);
        this.taken.push(given);
        resolve();
      });
    });
  }
  get pending(): number {
    return this.#pending.length;
  }
  async answer(): Promise<void> {
    this.#pending.shift()?.();
    await settled();
  }
}

describe("journal", () => {
  let store: SlowStore;
  let time: MovedTime;
  let troubles: (string | null)[];
  let lost: number;
  const open = (waiting?: SessionBatch): Journal =>
    new Journal(
      {
        store,
        scheduler: time,
        trouble: (error) => troubles.push(error?.message ?? null),
        gaveUp: (count) => {
          lost += count;
        },
      },
      waiting,
    );
  const times = (): number[][] => store.taken.map(({ samples }) => samples.map(({ at }) => at));

  beforeEach(() => {
    store = new SlowStore();
    time = new MovedTime();
    troubles = [];
    lost = 0;
  });

  it("writes one batch at a time, in order, and joins what comes meanwhile", async () => {
    const journal = open();
    for (const at of [1, 2, 3]) journal.add(batch(at));
    assert.equal(store.pending, 1);
    await store.answer();
    await store.answer();
    assert.deepEqual(times(), [[1], [2, 3]]);
    assert.deepEqual(journal.waiting, EMPTY_BATCH);
  });

  it("keeps what was refused, in order, says so once, and tries again", async () => {
    const journal = open();
    store.refuses = new StoreUnavailable("full", "no room");
    journal.add(batch(1));
    journal.add(batch(2));
    await store.answer();
    journal.add(batch(3));
    await time.advance(5_000);
    await store.answer();
    assert.deepEqual(troubles, ["no room"]);
    store.refuses = null;
    await time.advance(5_000);
    await store.answer();
    assert.deepEqual(times(), [[1, 2, 3]]);
    assert.deepEqual(troubles, ["no room", null]);
    assert.equal(time.waiting, 0);
  });

  it("says when what was added so far is written", async () => {
    const journal = open();
    journal.add(batch(1));
    journal.add(batch(2));
    let isWritten = false;
    const written = journal.written().then(() => {
      isWritten = true;
    });
    await store.answer();
    assert.equal(isWritten, false);
    await store.answer();
    await written;
    assert.deepEqual(times(), [[1], [2]]);
  });

  it("waits for the last batch when it closes, and hands on what was refused", async () => {
    const journal = open();
    journal.add(batch(1));
    journal.add(batch(2));
    const closed = journal.close();
    await store.answer();
    store.refuses = new StoreUnavailable("gone", "gone");
    await store.answer();
    await store.answer();
    await closed;
    assert.deepEqual(times(), [[1]]);
    assert.deepEqual(
      journal.waiting.samples.map(({ at }) => at),
      [2],
    );
    assert.equal(time.waiting, 0, "nothing is tried after it closed");
    store.refuses = null;
    open(journal.waiting);
    await store.answer();
    assert.deepEqual(times(), [[1], [2]]);
  });

  it("gives up the oldest samples only when nothing takes them, and counts them", async () => {
    const journal = open();
    store.refuses = new StoreUnavailable("full", "no room");
    journal.add(batch(0));
    await store.answer();
    journal.add(batch(...Array.from({ length: 20_005 }, (_one, index) => index + 1)));
    assert.equal(lost, 6);
    assert.equal(journal.waiting.samples.length, 20_000);
    assert.equal(journal.waiting.samples[0]?.at, 6);
  });

  it("keeps the newer of two checkpoints of a charger", () => {
    const joined = together(
      { ...EMPTY_BATCH, checkpoints: [point("a", "old"), point("b", "only")] },
      { ...EMPTY_BATCH, checkpoints: [point("a", "new")] },
    );
    assert.deepEqual(joined.checkpoints, [point("a", "new"), point("b", "only")]);
  });
});
