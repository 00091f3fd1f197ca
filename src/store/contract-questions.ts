/** What every store must answer, as a part of the contract: ranges and long answers. */
import { strict as assert } from "node:assert";
import type { SessionQuery } from "#core/session/question";
import type { SessionRecord } from "#core/session/record";
import { Minutes, WallTime } from "#core/units/units";
import type { EventQuery, SessionStore } from "#ports/session-store";
import { batch, Chance, event, record, rounded, sample } from "./contract-history.ts";
import { matches } from "./filter.ts";
import { collected } from "./pages.ts";

declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

/** Saturday noon, UTC. */
const NOON = Date.UTC(2026, 2, 7, 12);
const ALL: SessionQuery = { from: null, until: null, charger: null, user: null, order: "oldest", limit: null };
const ALL_EVENTS: EventQuery = { from: null, until: null, charger: null, session: null };

const sessionsOf = (store: SessionStore, query: Partial<SessionQuery> = {}): Promise<readonly SessionRecord[]> =>
  collected(store.sessions({ ...ALL, ...query }));
const eventsOf = (store: SessionStore, query: Partial<EventQuery> = {}) => collected(store.events({ ...ALL_EVENTS, ...query }));
const idsOf = (items: readonly { readonly id: string }[]): readonly string[] => items.map(({ id }) => id);

/** @param storeNow the store of the test that runs */
export function questionsContract(storeNow: () => SessionStore): void {
  describe("ranges", () => {
    const between = (id: string, from: number, until: number | null): SessionRecord =>
      record({ id, startedAt: WallTime(NOON + from), endedAt: until === null ? null : WallTime(NOON + until) });

    it("are half-open, and take sessions that touch them", async () => {
      const records = [
        between("before", -20, -10),
        between("up to", -10, 0),
        between("into", -10, 1),
        between("at once", 0, 0),
        between("inside", 3, 5),
        between("across", -30, 30),
        between("out of", 9, 20),
        between("from the end", 10, 20),
        between("open before", -40, null),
        between("open after", 11, null),
      ];
      await storeNow().append(batch({ records }));
      const range = { from: WallTime(NOON), until: WallTime(NOON + 10) };
      const found = idsOf(await sessionsOf(storeNow(), range));
      assert.deepEqual([...found].sort(), ["across", "at once", "inside", "into", "open before", "out of"]);
      for (const query of [range, { from: range.from }, { until: range.until }, {}]) {
        const expected = records.filter((each) => matches(each, { ...ALL, ...query }));
        assert.deepEqual([...idsOf(await sessionsOf(storeNow(), query))].sort(), [...idsOf(expected)].sort());
      }
    });

    it("of events hold their first moment and not their last", async () => {
      await storeNow().append(batch({ events: [-1, 0, 5, 10].map((at) => event(`e${at}`, NOON + at)) }));
      assert.deepEqual(idsOf(await eventsOf(storeNow(), { from: WallTime(NOON), until: WallTime(NOON + 10) })), ["e0", "e5"]);
    });

    it("are narrowed by charger, user and session", async () => {
      const records = [
        record({ id: "a", charger: "bay", user: "ann" }),
        record({ id: "b", charger: "bay", user: null }),
        record({ id: "c", charger: "carport", user: "ann" }),
      ];
      const events = [event("1", 1, { session: "a" }), event("2", 2, { charger: "carport", session: "c" }), event("3", 3)];
      await storeNow().append(batch({ records, events }));
      assert.deepEqual(idsOf(await sessionsOf(storeNow(), { charger: "bay" })), ["a", "b"]);
      assert.deepEqual(idsOf(await sessionsOf(storeNow(), { user: "ann" })), ["a", "c"]);
      assert.deepEqual(idsOf(await sessionsOf(storeNow(), { charger: "carport", user: "ann" })), ["c"]);
      assert.deepEqual(idsOf(await eventsOf(storeNow(), { charger: "bay" })), ["1", "3"]);
      assert.deepEqual(idsOf(await eventsOf(storeNow(), { session: "c" })), ["2"]);
    });
  });

  describe("long answers", () => {
    it("come in pages, newest or oldest first, none twice and none left out, also where many began at one moment", async () => {
      const records = Array.from({ length: 1_234 }, (_, index) =>
        record({ id: `s${String(index).padStart(5, "0")}`, startedAt: WallTime(NOON + Math.floor(index / 300) * 60_000) }),
      );
      await storeNow().append(batch({ records: new Chance(4).shuffled(records) }));
      const pages: number[] = [];
      const oldest: SessionRecord[] = [];
      for await (const page of storeNow().sessions(ALL)) {
        pages.push(page.length);
        oldest.push(...page);
      }
      assert.deepEqual(idsOf(oldest), idsOf(records));
      assert.ok(Math.max(...pages) <= 1_000, `${pages}`);
      assert.deepEqual(idsOf(await sessionsOf(storeNow(), { order: "newest" })), idsOf(records).toReversed());
      for (const limit of [0, 1, 7, 200, 201, 1_234, 5_000]) {
        assert.deepEqual(idsOf(await sessionsOf(storeNow(), { limit })), idsOf(records).slice(0, limit));
      }
    });

    it("of samples and events come whole and in order", async () => {
      const samples = Array.from({ length: 2_500 }, (_, index) => sample("s", NOON + index * 1_000, index));
      const events = Array.from({ length: 1_300 }, (_, index) => event(`e${index}`, NOON + Math.floor(index / 500)));
      await storeNow().append(batch({ samples, events, records: [record({ id: "s", startedAt: WallTime(NOON) })] }));
      assert.deepEqual((await collected(storeNow().samples("s"))).map(rounded), samples);
      const found = await eventsOf(storeNow());
      assert.deepEqual(new Set(idsOf(found)), new Set(idsOf(events)));
      assert.equal(found.length, events.length);
      assert.ok(found.every(({ at }, index) => at >= (found[index - 1]?.at ?? 0)));
    });

    it("may be left half-way, and other things asked and written meanwhile", async () => {
      const records = Array.from({ length: 900 }, (_, index) => record({ id: `s${index}`, startedAt: WallTime(NOON + index) }));
      await storeNow().append(batch({ records }));
      for await (const page of storeNow().sessions(ALL)) {
        await storeNow().append(batch({ records: [record({ id: "late", startedAt: WallTime(NOON - Minutes(1)) })] }));
        assert.equal((await storeNow().session("late"))?.id, "late");
        assert.ok(page.length > 0);
        break;
      }
      assert.equal((await sessionsOf(storeNow())).length, 901);
    });
  });
}
