import assert from "node:assert/strict";
import { WallTime } from "#core/units/units";
import { batch, checkpoint, event, history, record, sample } from "../contract-history.ts";
import { compacted, merged } from "./compact.ts";

const sizeOf = (each: object): number => JSON.stringify(each).length;
const HOUR = 3_600_000;

describe("compacted batches", () => {
  const batches = history({ seed: 1, sessions: 12, from: 0, until: 12 * 24 * HOUR });
  const all = merged(batches);

  it("hold each thing once, the newest of what changes", () => {
    const [older, newer] = [record({ id: "s", revision: 1 }), record({ id: "s", revision: 2, startedAt: WallTime(5) })];
    const both = merged([
      batch({ records: [older], samples: [sample("s", 1, 1)], checkpoints: [checkpoint("bay", 1, "old")], events: [event("e", 2)] }),
      batch({
        records: [newer],
        samples: [sample("s", 1, 9), sample("s", 0, 0)],
        checkpoints: [checkpoint("bay", 2, "new")],
        events: [event("e", 3)],
      }),
    ]);
    assert.deepEqual(both, {
      records: [newer],
      samples: [sample("s", 0, 0), sample("s", 1, 1)],
      events: [event("e", 2)],
      checkpoints: [checkpoint("bay", 2, "new")],
    });
  });

  it("say the same in less room, the books last", () => {
    const few = compacted(batches, 1e9, sizeOf);
    assert.ok(few);
    assert.deepEqual(few.givenUp, { samples: 0, events: 0 });
    assert.deepEqual(merged(few.batches), all);
    assert.ok(few.batches.reduce((sum, each) => sum + sizeOf(each), 0) < batches.reduce((sum, each) => sum + sizeOf(each), 0));
    const last = few.batches.at(-1);
    assert.deepEqual([last?.records.length, last?.checkpoints.length], [12, all.checkpoints.length]);
    assert.ok(few.batches.slice(0, -1).every(({ records, checkpoints }) => records.length + checkpoints.length === 0));
  });

  it("give up the oldest samples before any event, and no record and no checkpoint", () => {
    const books = sizeOf({ ...all, samples: [], events: [] });
    for (const room of [0, 500, 3_000, 20_000, 60_000]) {
      const few = compacted(batches, books + room, sizeOf);
      assert.ok(few);
      const left = merged(few.batches);
      assert.deepEqual([left.records, left.checkpoints], [all.records, all.checkpoints]);
      assert.equal(left.samples.length + few.givenUp.samples, all.samples.length);
      assert.deepEqual(left.samples, all.samples.slice(all.samples.length - left.samples.length));
      assert.deepEqual(left.events, all.events.slice(all.events.length - left.events.length));
      if (few.givenUp.events > 0) assert.equal(left.samples.length, 0);
      assert.ok(few.batches.reduce((sum, each) => sum + sizeOf(each), 0) <= books + room);
    }
  });

  it("are none when not even the records have room", () => {
    assert.equal(compacted(batches, 100, sizeOf), null);
  });
});
