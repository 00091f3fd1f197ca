/** What every store must do, as one suite of tests that every store runs. */
import { strict as assert } from "node:assert";
import type { SessionQuery } from "#core/session/question";
import type { SessionRecord } from "#core/session/record";
import { WallTime } from "#core/units/units";
import type { EventQuery, SessionStore } from "#ports/session-store";
import { batch, Chance, checkpoint, event, history, record, rounded, sample } from "./contract-history.ts";
import { questionsContract } from "./contract-questions.ts";
import { retentionContract } from "./contract-retention.ts";
import { totalsContract } from "./contract-totals.ts";
import { collected } from "./pages.ts";

/** A store on the test bench, empty. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  /** Closes the store and opens what it kept again. */
  reopen(): Promise<SessionStore>;
  /** Gives back what the test took, whatever state the store is in. */
  dispose(): Promise<void>;
}

// The suite runs under mocha, which brings these; naming them here keeps test packages out of what is shipped.
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;
declare const beforeEach: (body: () => Promise<void>) => void;
declare const afterEach: (body: () => Promise<void>) => void;

/** Saturday noon, UTC. */
const NOON = Date.UTC(2026, 2, 7, 12);
const HOUR = 3_600_000;
const ALL: SessionQuery = { from: null, until: null, charger: null, user: null, order: "oldest", limit: null };
const ALL_EVENTS: EventQuery = { from: null, until: null, charger: null, session: null };

const sessionsOf = (store: SessionStore, query: Partial<SessionQuery> = {}): Promise<readonly SessionRecord[]> =>
  collected(store.sessions({ ...ALL, ...query }));
const eventsOf = (store: SessionStore, query: Partial<EventQuery> = {}) => collected(store.events({ ...ALL_EVENTS, ...query }));
const idsOf = (items: readonly { readonly id: string }[]): readonly string[] => items.map(({ id }) => id);

/** @param open makes a store that is empty */
export function sessionStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`session store contract: ${name}`, () => {
    let underTest: StoreUnderTest;
    let store: SessionStore;

    beforeEach(async () => {
      underTest = await open();
      store = underTest.store;
    });
    afterEach(() => underTest.dispose());

    /** Everything it kept. */
    const contents = async (of: SessionStore) => {
      const sessions = await sessionsOf(of);
      const samples = await Promise.all(sessions.map(({ id }) => collected(of.samples(id))));
      const chargers = [...new Set(sessions.map(({ charger }) => charger))].sort();
      return { sessions, samples, events: await eventsOf(of), checkpoints: await Promise.all(chargers.map((each) => of.checkpoint(each))) };
    };

    describe("what is kept", () => {
      const full = record({
        id: "6f1c-1",
        revision: 7,
        charger: "bay",
        user: "ann",
        tag: "04:A2:11",
        startedAt: WallTime(NOON),
        endedAt: WallTime(NOON + HOUR),
        connectedMs: 3_600_000,
        chargingMs: 3_000_123,
        energyWh: 6_123.456,
        sunWh: 4_000.1,
        gridWh: 2_000.25,
        batteryWh: 23.106,
        unknownWh: 100,
        cost: 1.2345,
        pricedWh: 6_023.456,
        co2G: 812.5,
        meterStartWh: 1_234_567.8,
        meterStopWh: 1_240_691.256,
        maxPowerW: 7_344.4,
        meanPowerW: 7_012.1,
        offeredMinA: 6,
        offeredMaxA: 32,
        peakTemperatureC: 41.7,
        interruptions: [
          { at: WallTime(NOON + 60_000), until: WallTime(NOON + 90_000), reason: "sun" },
          { at: WallTime(NOON + 99_000), until: null, reason: "fuse" },
        ],
        faults: [{ at: WallTime(NOON + 5), name: "GroundFault", mrec: "MREC2GroundFailure" }],
        endReason: "unpluggedWhileCharging",
        gaps: 2,
      });

      it("gives a record back as it came, also after being opened again", async () => {
        await store.append(batch({ records: [full] }));
        assert.deepEqual(await store.session(full.id), full);
        assert.deepEqual(await (await underTest.reopen()).session(full.id), full);
      });

      it("gives a record back in which nothing is known", async () => {
        const bare = record({ id: "bare", startedAt: WallTime(NOON) });
        await store.append(batch({ records: [bare] }));
        assert.deepEqual(await store.session("bare"), bare);
      });

      it("has nothing of a session, a charger and a time it never heard of", async () => {
        assert.equal(await store.session("nobody"), null);
        assert.equal(await store.checkpoint("nobody"), null);
        assert.deepEqual(await collected(store.samples("nobody")), []);
        assert.deepEqual(await sessionsOf(store), []);
        assert.deepEqual(await eventsOf(store), []);
      });

      it("takes an empty batch", async () => {
        await store.append(batch({}));
        assert.deepEqual(await sessionsOf(store), []);
      });

      it("keeps samples in the order of time, as finely as it promises, whatever order they come in", async () => {
        const energies = { sunWh: 10.01, gridWh: 20.02, batteryWh: 3.3, cost: 0.0123 };
        const known = { ...energies, powerW: 7_203, currentA: 31.25, offeredA: 32, temperatureC: -4.5 };
        const samples = [
          sample("s", NOON, 0),
          sample("s", NOON + 61_001, 40.33, known),
          sample("s", NOON + 120_000, 83_886_080.01, { gridWh: 83_886_080.01, cost: -2.5 }),
        ];
        const own = record({ id: "s", startedAt: WallTime(NOON) });
        await store.append(batch({ records: [own], samples: [...samples].reverse() }));
        assert.deepEqual((await collected(store.samples("s"))).map(rounded), samples);
      });

      it("gives a sample back also with figures that are none, as the largest it can keep", async () => {
        await store.append(batch({ samples: [sample("s", NOON, 1, { temperatureC: 1e15, cost: -1e300, currentA: 1e300 })] }));
        const [kept] = await collected(store.samples("s"));
        assert.ok((kept?.temperatureC ?? 0) > 1e6 && (kept?.cost ?? 0) < -1e6 && (kept?.currentA ?? 0) > 1e6);
      });

      it("keeps a sample from before its session began, as a clock that was put back gives it", async () => {
        await store.append(batch({ records: [record({ id: "s", startedAt: WallTime(NOON) })], samples: [sample("s", NOON - HOUR, 1)] }));
        assert.deepEqual((await collected(store.samples("s"))).map(rounded), [sample("s", NOON - HOUR, 1)]);
      });

      it("keeps samples that come before their session's record", async () => {
        await store.append(batch({ samples: [sample("s", NOON + 5_000, 1)] }));
        assert.equal(await store.session("s"), null);
        assert.deepEqual(await sessionsOf(store), []);
        const own = record({ id: "s", startedAt: WallTime(NOON) });
        await store.append(batch({ records: [own] }));
        assert.deepEqual(await store.session("s"), own);
        assert.deepEqual((await collected(store.samples("s"))).map(rounded), [sample("s", NOON + 5_000, 1)]);
      });

      it("gives events back as they came, with what was seen", async () => {
        const evidence = { volts: 11.93, stuck: true, state: "C", "nothing known": null, "quo\"te'": -0.5 };
        const seen = event("e1", NOON, { session: "s", type: "fault", reason: "earth", fault: "GroundFault", evidence });
        await store.append(batch({ events: [event("e2", NOON + 1), seen] }));
        assert.deepEqual(await eventsOf(store), [seen, event("e2", NOON + 1)]);
      });

      it("keeps odd text as it is: quotes, emoji, line breaks, what looks like SQL, ten thousand letters", async () => {
        const texts = [
          "'",
          '"; DROP TABLE session; --',
          "🚗⚡ü",
          "line\r\nbreak\ttab \\ back",
          "",
          " blank ",
          "x".repeat(10_000),
          "ß".repeat(5_000),
        ];
        const records = texts.map((text, index) =>
          record({
            id: `id ${text.slice(0, 40)} ${index}`,
            charger: text || "bay",
            user: text,
            tag: text,
            startedAt: WallTime(NOON + index),
            interruptions: [{ at: WallTime(NOON), until: null, reason: text }],
            faults: [{ at: WallTime(NOON), name: text, mrec: text }],
          }),
        );
        const events = texts.map((text, index) =>
          event(`e ${text.slice(0, 40)} ${index}`, NOON + index, { reason: text, type: text || "t" }),
        );
        const checkpoints = texts.map((text) => checkpoint(text || "bay", NOON, JSON.stringify({ text })));
        await store.append(batch({ records, events, checkpoints }));
        const again = await underTest.reopen();
        assert.deepEqual(await sessionsOf(again), records);
        assert.deepEqual(await eventsOf(again), events);
        for (const [index, text] of texts.entries()) {
          assert.deepEqual(await again.checkpoint(text || "bay"), checkpoints[index]);
          assert.deepEqual(idsOf(await sessionsOf(again, { user: text })), [records[index]?.id]);
        }
      });
    });

    describe("what comes twice, late or out of order", () => {
      it("keeps the highest revision, whichever came last", async () => {
        const [older, newer] = [1, 2].map((revision) => record({ id: "s", revision, energyWh: 100, tag: `revision ${revision}` }));
        assert.ok(older && newer);
        for (const records of [[older], [newer], [older], [newer]]) await store.append(batch({ records }));
        assert.deepEqual(await store.session("s"), newer);
      });

      it("keeps what came first of one revision", async () => {
        await store.append(batch({ records: [record({ id: "s", tag: "first" })] }));
        await store.append(batch({ records: [record({ id: "s", tag: "second" })] }));
        assert.equal((await store.session("s"))?.tag, "first");
      });

      it("never lets a session's energy shrink, and keeps cost and CO₂ with it", async () => {
        const more = record({ id: "s", revision: 1, energyWh: 5_000, sunWh: 2_000, gridWh: 3_000, cost: 0.9, pricedWh: 3_000, co2G: 7 });
        const less = record({ id: "s", revision: 2, energyWh: 10, endedAt: WallTime(NOON), cost: 0.1 });
        const { energyWh, sunWh, gridWh, cost, pricedWh, co2G } = more;
        const expected = { ...less, energyWh, sunWh, gridWh, cost, pricedWh, co2G };
        await store.append(batch({ records: [more] }));
        await store.append(batch({ records: [less] }));
        assert.deepEqual(await store.session("s"), expected);
        await store.append(batch({ records: [more] }));
        assert.deepEqual(await store.session("s"), expected);
      });

      it("keeps a sample once for each session and time", async () => {
        await store.append(batch({ samples: [sample("s", NOON, 5), sample("s", NOON, 6), sample("t", NOON, 7)] }));
        await store.append(batch({ samples: [sample("s", NOON, 8), sample("s", NOON + 1, 9)] }));
        assert.deepEqual(
          (await collected(store.samples("s"))).map(({ energyWh }) => energyWh),
          [5, 9],
        );
        assert.deepEqual(
          (await collected(store.samples("t"))).map(({ energyWh }) => energyWh),
          [7],
        );
      });

      it("keeps an event once for its id", async () => {
        await store.append(batch({ events: [event("e", NOON, { reason: "first" }), event("e", NOON, { reason: "second" })] }));
        await store.append(batch({ events: [event("e", NOON + 1, { reason: "third" })] }));
        assert.deepEqual(await eventsOf(store), [event("e", NOON, { reason: "first" })]);
      });

      it("keeps the newest checkpoint of each charger; of two of one time the last", async () => {
        for (const [at, state] of [
          [5, "a"],
          [5, "b"],
          [3, "c"],
        ] as const)
          await store.append(batch({ checkpoints: [checkpoint("bay", at, state)] }));
        await store.append(batch({ checkpoints: [checkpoint("carport", 1, "d")] }));
        assert.deepEqual(await store.checkpoint("bay"), checkpoint("bay", 5, "b"));
        assert.deepEqual(await store.checkpoint("carport"), checkpoint("carport", 1, "d"));
      });

      it("ends with the same whatever the order and however often batches come", async () => {
        for (const seed of [1, 2, 3]) {
          const chance = new Chance(seed);
          const batches = history({ seed, sessions: 6, from: NOON, until: NOON + 6 * 20 * HOUR, open: true });
          const orderly = await open();
          const disorderly = await open();
          try {
            for (const each of batches) await orderly.store.append(each);
            for (const each of chance.shuffled([...batches, ...batches])) await disorderly.store.append(each);
            assert.deepEqual(await contents(disorderly.store), await contents(orderly.store), `seed ${seed}`);
          } finally {
            await orderly.dispose();
            await disorderly.dispose();
          }
        }
      });

      it("takes many batches at once", async () => {
        const batches = history({ seed: 9, sessions: 10, from: NOON, until: NOON + 10 * 20 * HOUR });
        await Promise.all(batches.map((each) => store.append(each)));
        assert.equal((await sessionsOf(store)).length, 10);
      });
    });

    describe("a batch that cannot be kept", () => {
      it("is refused as a whole", async () => {
        const broken = { ...event("e", NOON), type: null as unknown as string };
        const records = [record({ id: "s", startedAt: WallTime(NOON) })];
        await assert.rejects(
          store.append(batch({ records, samples: [sample("s", NOON, 1)], checkpoints: [checkpoint("bay", 1, "{}")], events: [broken] })),
        );
        assert.equal(await store.session("s"), null);
        assert.equal(await store.checkpoint("bay"), null);
        assert.deepEqual(await collected(store.samples("s")), []);
        await store.append(batch({ records }));
        assert.equal((await store.session("s"))?.id, "s");
      });
    });

    questionsContract(() => store);
    totalsContract(() => store);
    retentionContract(() => store);

    it("refuses every question once it is closed", async () => {
      await store.close();
      await store.close();
      await assert.rejects(store.append(batch({})), { name: "StoreUnavailable" });
      await assert.rejects(store.session("s"), { name: "StoreUnavailable" });
      await assert.rejects(sessionsOf(store), { name: "StoreUnavailable" });
    });
  });
}
