/** What every store must do about age, as a part of the contract. */
import { strict as assert } from "node:assert";
import type { RetentionPolicy, TotalsQuery } from "#core/session/question";
import { WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { batch, event, history, record, sample } from "./contract-history.ts";
import { collected } from "./pages.ts";

declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 9, 7);
const KEEP: RetentionPolicy = { thinSamplesAfterMs: null, dropSamplesAfterMs: null, dropEventsAfterMs: null, dropSessionsAfterMs: null };
const EVERYTHING: RetentionPolicy = { thinSamplesAfterMs: 0, dropSamplesAfterMs: 0, dropEventsAfterMs: 0, dropSessionsAfterMs: 0 };
const NOTHING = { samples: 0, events: 0, sessions: 0 };
const BY_DAY: TotalsQuery = {
  from: null,
  until: null,
  charger: null,
  user: null,
  per: "day",
  by: ["charger", "user"],
  timeZone: "Asia/Kathmandu",
};

const timesOf = async (store: SessionStore, session: string): Promise<readonly number[]> =>
  (await collected(store.samples(session))).map(({ at }) => at);
const retain = (store: SessionStore, policy: Partial<RetentionPolicy>, at = NOW) => store.retain({ ...KEEP, ...policy }, WallTime(at));

/** @param storeNow the store of the test that runs */
export function retentionContract(storeNow: () => SessionStore): void {
  describe("retention", () => {
    /** A session with a sample each minute, 10 Wh in each. */
    const minutes = (id: string, from: number, until: number, open = false) => ({
      records: [
        record({ id, startedAt: WallTime(from), endedAt: open ? null : WallTime(until), energyWh: ((until - from) / 60_000) * 10 }),
      ],
      samples: Array.from({ length: (until - from) / 60_000 + 1 }, (_, minute) => sample(id, from + minute * 60_000, minute * 10)),
    });

    it("removes nothing by a policy that keeps everything", async () => {
      const store = storeNow();
      for (const each of history({ seed: 3, sessions: 5, from: NOW - 40 * DAY, until: NOW - DAY })) await store.append(each);
      assert.deepEqual(await retain(store, {}), NOTHING);
    });

    it("thins old samples to one each quarter of an hour, first and last aside, and leaves young ones", async () => {
      const store = storeNow();
      const from = Date.UTC(2026, 5, 10, 8, 7);
      await store.append(batch(minutes("old", from, from + 2 * HOUR)));
      await store.append(batch(minutes("young", NOW - 2 * HOUR, NOW - HOUR)));
      assert.deepEqual(await retain(store, { thinSamplesAfterMs: DAY }), { ...NOTHING, samples: 121 - 10 });
      const kept = (await timesOf(store, "old")).map((at) => (at - from) / 60_000);
      assert.deepEqual(kept, [0, 8, 23, 38, 53, 68, 83, 98, 113, 120]);
      assert.equal((await timesOf(store, "young")).length, 61);
      assert.deepEqual(await retain(store, { thinSamplesAfterMs: DAY }), NOTHING);
    });

    it("thins a session up to the age and goes on where it stopped", async () => {
      const store = storeNow();
      const from = Date.UTC(2026, 5, 10, 8);
      await store.append(batch(minutes("s", from, from + 2 * HOUR)));
      await retain(store, { thinSamplesAfterMs: DAY }, from + DAY + HOUR);
      const half = (await timesOf(store, "s")).map((at) => (at - from) / 60_000);
      assert.deepEqual(half.slice(0, 6), [0, 15, 30, 45, 60, 61]);
      assert.equal(half.length, 5 + 60);
      await retain(store, { thinSamplesAfterMs: DAY });
      assert.deepEqual(
        (await timesOf(store, "s")).map((at) => (at - from) / 60_000),
        [0, 15, 30, 45, 60, 75, 90, 105, 120],
      );
    });

    it("thins without changing any total, also where samples miss the quarters", async () => {
      const store = storeNow();
      for (const each of history({ seed: 5, sessions: 25, from: NOW - 60 * DAY, until: NOW - 8 * DAY })) await store.append(each);
      // Power that rises all the time, over the midnight of Kathmandu: no sample near it can be replaced by a straight line.
      const from = Date.UTC(2026, 5, 1, 17, 30);
      const rising = Array.from({ length: 90 }, (_, index) => sample("rising", from + index * 61_373, index * index));
      const end = WallTime(from + 89 * 61_373);
      await store.append(
        batch({ samples: rising, records: [record({ id: "rising", startedAt: WallTime(from), endedAt: end, energyWh: 89 * 89 })] }),
      );
      const before = await store.totals(BY_DAY);
      const removed = await retain(store, { thinSamplesAfterMs: DAY });
      assert.ok(removed.samples > 100, `${removed.samples}`);
      assert.deepEqual(await store.totals(BY_DAY), before);
    });

    it("drops old samples and keeps the session with its energy", async () => {
      const store = storeNow();
      await store.append(batch(minutes("s", NOW - 10 * DAY, NOW - 10 * DAY + HOUR)));
      await store.append(batch(minutes("young", NOW - 2 * HOUR, NOW - HOUR)));
      assert.deepEqual(await retain(store, { dropSamplesAfterMs: DAY }), { ...NOTHING, samples: 61 });
      assert.deepEqual(await timesOf(store, "s"), []);
      assert.equal((await store.session("s"))?.energyWh, 600);
      assert.equal((await timesOf(store, "young")).length, 61);
      assert.equal(
        (await store.totals({ ...BY_DAY, per: "all" })).reduce((sum, { energyWh }) => sum + energyWh, 0),
        1_200,
      );
    });

    it("drops old events, with a session and without", async () => {
      const store = storeNow();
      await store.append(batch(minutes("s", NOW - 10 * DAY, NOW - 10 * DAY + HOUR)));
      const events = [event("a", NOW - 9 * DAY, { session: "s" }), event("b", NOW - 9 * DAY), event("c", NOW - HOUR)];
      await store.append(batch({ events }));
      assert.deepEqual(await retain(store, { dropEventsAfterMs: DAY }), { ...NOTHING, events: 2 });
      assert.deepEqual(await collected(store.events({ from: null, until: null, charger: null, session: null })), [events[2]]);
    });

    it("drops old sessions with all that belongs to them, and no checkpoint", async () => {
      const store = storeNow();
      await store.append(batch(minutes("s", NOW - 10 * DAY, NOW - 10 * DAY + HOUR)));
      await store.append(batch(minutes("young", NOW - 2 * HOUR, NOW - HOUR)));
      const events = [event("a", NOW - 9 * DAY, { session: "s" }), event("b", NOW - 9 * DAY)];
      await store.append(batch({ events, checkpoints: [{ charger: "bay", at: WallTime(1), state: "{}" }] }));
      assert.deepEqual(await retain(store, { dropSessionsAfterMs: DAY }), { samples: 61, events: 1, sessions: 1 });
      assert.equal(await store.session("s"), null);
      assert.deepEqual(await timesOf(store, "s"), []);
      assert.ok(await store.session("young"));
      assert.ok(await store.checkpoint("bay"));
    });

    it("removes everything of more sessions than it handles at once", async () => {
      const store = storeNow();
      for (let index = 0; index < 30; index += 1) {
        const from = NOW - (40 - index) * DAY;
        await store.append(
          batch({ ...minutes(`s${index}`, from, from + 600_000), events: [event(`e${index}`, from, { session: `s${index}` })] }),
        );
      }
      assert.deepEqual(await retain(store, { dropSessionsAfterMs: DAY }), { samples: 30 * 11, events: 30, sessions: 30 });
    });

    it("never touches an open session, however old", async () => {
      const store = storeNow();
      const from = NOW - 400 * DAY;
      await store.append(batch({ ...minutes("open", from, from + 2 * HOUR, true), events: [event("a", from, { session: "open" })] }));
      assert.deepEqual(await store.retain(EVERYTHING, WallTime(NOW)), NOTHING);
      assert.equal((await timesOf(store, "open")).length, 121);
      assert.equal((await store.session("open"))?.endedAt, null);
    });
  });
}
