import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { SessionBatch } from "#core/session/record";
import { MovedTime } from "../../../test/flows/support/moved-time.ts";
import { sessionStoreContract } from "../contract.ts";
import { batch, checkpoint, history, record, sample } from "../contract-history.ts";
import { MemoryStore } from "../memory.ts";
import { collected } from "../pages.ts";
import { type SpooledStore, type SpoolHealth, withSpool } from "./spooled-store.ts";

/** A store that does as it is told, and remembers what it was given. */
class Moody extends MemoryStore {
  mood: "open" | "silent" | Error = "open";
  readonly given: SessionBatch[] = [];

  override async append(given: SessionBatch): Promise<void> {
    if (this.mood === "silent") return new Promise(() => {});
    if (this.mood !== "open") throw this.mood;
    await super.append(given);
    if (given.records.length + given.samples.length + given.checkpoints.length > 0) this.given.push(given);
  }

  override async checkpoint(charger: string) {
    if (this.mood !== "open") throw this.mood;
    return super.checkpoint(charger);
  }

  override async session(id: string) {
    if (this.mood !== "open") throw this.mood;
    return super.session(id);
  }
}

const AWAY = new StoreUnavailable("away", "nobody answers");
const HOUR = 3_600_000;

describe("store with a spool", () => {
  let folder: string;
  let path: string;
  let time: MovedTime;
  let inner: Moody;
  let told: SpoolHealth[];
  let warned: string[];
  let spooled: SpooledStore;
  const opened: SpooledStore[] = [];

  function open(store = inner, maxBytes?: number): SpooledStore {
    spooled = withSpool(store, path, {
      after: (ms, then) => time.after(ms, then),
      health: (health) => told.push(health),
      warn: (text) => warned.push(text),
      ...(maxBytes !== undefined && { maxBytes }),
    });
    opened.push(spooled);
    return spooled;
  }

  /** Moves time until `work` is done, which may wait for the disk as well. */
  async function whileTimePasses(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) await time.advance(500);
    await done;
  }

  /** Moves time until nothing waits any more. */
  async function untilOpen(): Promise<void> {
    for (let tries = 0; spooled.health.state !== "open" || spooled.health.waiting > 0; tries += 1) {
      assert.ok(tries < 1_000, JSON.stringify(spooled.health));
      await time.advance(500);
      // An answer comes only after what is being written, or given to a store that is silent.
      await whileTimePasses(spooled.session("s").catch(() => null));
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-spooled-"));
    path = join(folder, "sessions.spool");
    time = new MovedTime();
    inner = new Moody();
    told = [];
    warned = [];
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const numbered = (number: number): SessionBatch =>
    batch({ records: [record({ id: "s", revision: number })], checkpoints: [checkpoint("bay", number, `${number}`)] });
  const numbers = (): readonly (number | undefined)[] => inner.given.map(({ records }) => records[0]?.revision);

  it("asks whether the store is there without being given anything", async () => {
    await open().checkpoint("bay");
    assert.equal(spooled.health.state, "opening");
    await untilOpen();
    assert.deepEqual(told, [{ state: "open", why: null, waiting: 0 }]);
  });

  it("keeps what comes while the store is away, and gives it over in order when it is back, also what comes meanwhile", async () => {
    inner.mood = AWAY;
    open();
    for (let number = 1; number <= 20; number += 1) await spooled.append(numbered(number));
    assert.deepEqual([spooled.health.state, spooled.health.waiting], ["away", 20]);
    assert.deepEqual(numbers(), []);
    inner.mood = "open";
    const meanwhile = [21, 22, 23].map((number) => spooled.append(numbered(number)));
    await untilOpen();
    await Promise.all(meanwhile);
    await spooled.append(numbered(24));
    assert.deepEqual(
      numbers(),
      Array.from({ length: 24 }, (_, index) => index + 1),
    );
  });

  it("keeps it over a kill, when a process opens the spool after one that never closed it", async () => {
    inner.mood = AWAY;
    await open().append(numbered(1));
    await spooled.append(numbered(2));
    inner = new Moody();
    open(inner);
    assert.equal((await spooled.checkpoint("bay"))?.state, "2");
    await untilOpen();
    assert.deepEqual(numbers(), [1, 2]);
    inner = new Moody();
    open(inner);
    await spooled.append(numbered(3));
    assert.deepEqual(numbers(), [3]);
  });

  it("answers for a checkpoint and a session with the newest of spool and store, and without the store while it is away", async () => {
    await inner.append(numbered(5));
    open();
    inner.mood = AWAY;
    await assert.rejects(spooled.checkpoint("bay"), AWAY);
    await spooled.append(numbered(7));
    assert.deepEqual([(await spooled.checkpoint("bay"))?.state, (await spooled.session("s"))?.revision], ["7", 7]);
    await assert.rejects(spooled.checkpoint("carport"), AWAY);
    inner.mood = "open";
    await inner.append(numbered(9));
    assert.deepEqual([(await spooled.checkpoint("bay"))?.state, (await spooled.session("s"))?.revision], ["9", 9]);
  });

  it("tries again after a second, then ever more seldom, at least every minute", async () => {
    inner.mood = AWAY;
    await open().append(numbered(1));
    const tries: number[] = [];
    const { append } = inner;
    inner.append = (given) => {
      tries.push(time.ms);
      return append.call(inner, given);
    };
    for (let second = 0; second < 300; second += 1) {
      await time.advance(1_000);
      await spooled.session("s");
    }
    const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    assert.ok(
      waits.every((wait, index) => wait >= (waits[index - 1] ?? 0)),
      `${waits}`,
    );
    assert.equal(Math.max(...waits), 60_000);
    assert.ok(tries.length >= 8 && tries.length <= 12, `${tries.length}`);
  });

  it("takes a store that does not answer for away, and minds no late answer", async () => {
    await open().append(numbered(0));
    inner.mood = "silent";
    await whileTimePasses(spooled.append(numbered(1)));
    assert.equal(spooled.health.state, "away");
    assert.match(spooled.health.why ?? "", /not answered for 10 s/);
    inner.mood = "open";
    await untilOpen();
    assert.deepEqual(numbers(), [0, 1]);
  });

  it("is unusable while the store needs a person, and loses nothing meanwhile", async () => {
    inner.mood = new StoreCorrupt("damaged", "move the file aside");
    await open().append(numbered(1));
    await spooled.append(numbered(2));
    assert.deepEqual(spooled.health, { state: "unusable", why: "move the file aside", waiting: 2 });
    inner.mood = "open";
    await untilOpen();
    assert.deepEqual(numbers(), [1, 2]);
  });

  it("says a week of one charger in the room of a day: what changed often waits once", async () => {
    inner.mood = AWAY;
    open(inner, 20_000);
    for (let number = 1; number <= 2_000; number += 1) await spooled.append(numbered(number));
    assert.equal(spooled.health.state, "away");
    assert.equal((await spooled.checkpoint("bay"))?.state, "2000");
    inner.mood = "open";
    await untilOpen();
    assert.equal(numbers().at(-1), 2_000);
  });

  it("gives up the oldest samples when it is full, says how many, and keeps every session and the newest checkpoint", async () => {
    inner.mood = AWAY;
    open(inner, 60_000);
    const batches = history({ seed: 8, sessions: 12, from: 0, until: 12 * 24 * HOUR });
    for (const each of batches) await spooled.append(each);
    assert.equal(spooled.health.state, "full");
    assert.match(spooled.health.why ?? "", /[1-9]\d* old samples and 0 old events were given up/);
    inner.mood = "open";
    await untilOpen();
    const whole = new MemoryStore();
    for (const each of batches) await whole.append(each);
    const all = { from: null, until: null, charger: null, user: null, order: "oldest", limit: null } as const;
    assert.deepEqual(await collected(inner.sessions(all)), await collected(whole.sessions(all)));
    for (const charger of ["bay", "carport", "Ladeplatz 3"])
      assert.deepEqual(await inner.checkpoint(charger), await whole.checkpoint(charger));
    const newest = batches.at(-1)?.samples.at(-1);
    assert.ok(newest);
    assert.deepEqual((await collected(inner.samples(newest.session))).at(-1), newest);
  });

  it("says so when neither store nor spool can take it, and takes what comes when it can again", async () => {
    inner.mood = AWAY;
    open(inner, 4_000);
    const huge = batch({ records: [record({ id: "h", tag: "x".repeat(5_000) })] });
    await assert.rejects(spooled.append(huge), { name: "StoreUnavailable", code: "spoolFull" });
    assert.equal(spooled.health.state, "full");
    await spooled.append(numbered(1));
    inner.mood = "open";
    await untilOpen();
    assert.deepEqual(numbers(), [1]);
  });

  it("works without a spool where none can be made, and says so", async () => {
    mkdirSync(path);
    await open().append(numbered(1));
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? "", /no spool for sessions/);
    inner.mood = AWAY;
    await assert.rejects(spooled.append(numbered(2)), { code: "noSpool" });
    inner.mood = "open";
    await spooled.append(numbered(3));
    assert.deepEqual(numbers(), [1, 3]);
  });

  it("hands on what the store refuses, and puts it aside when it comes from the spool, so that the rest goes on", async () => {
    open();
    inner.mood = new TypeError("not a batch");
    await assert.rejects(spooled.append(numbered(1)), TypeError);
    inner.mood = AWAY;
    await spooled.append(numbered(2));
    await spooled.append(numbered(3));
    const { append } = inner;
    inner.append = async (given) => {
      if (given.records[0]?.revision === 2) throw new TypeError("not a batch");
      await append.call(inner, given);
    };
    inner.mood = "open";
    await untilOpen();
    assert.deepEqual(numbers(), [3]);
    assert.deepEqual(JSON.parse(readFileSync(`${path}.refused`, "utf8")), numbered(2));
    assert.match(warned[0] ?? "", /refused/);
  });

  it("keeps what was given before it was closed, and refuses what comes after", async () => {
    inner.mood = AWAY;
    open();
    const before = [1, 2, 3].map((number) => spooled.append(numbered(number)));
    const closing = spooled.close();
    await assert.rejects(spooled.append(numbered(4)), { code: "closed" });
    await Promise.all([...before, closing]);
    assert.ok(existsSync(path));
    inner = new Moody();
    open(inner);
    await untilOpen();
    assert.deepEqual(numbers(), [1, 2, 3]);
  });

  it("is emptied though something new comes as soon as the last was kept", async () => {
    inner.mood = AWAY;
    open();
    for (let number = 1; number <= 30; number += 1) await spooled.append(numbered(number));
    inner.mood = "open";
    let number = 30;
    const coming = (async () => {
      while (spooled.health.state !== "open" && number < 300) {
        number += 1;
        await spooled.append(numbered(number));
      }
    })();
    await untilOpen();
    await coming;
    assert.ok(number < 300);
    assert.deepEqual(
      numbers(),
      Array.from({ length: number }, (_, index) => index + 1),
    );
  });

  it("keeps samples that come while the spool is being emptied", async () => {
    inner.mood = AWAY;
    open();
    for (let minute = 0; minute < 50; minute += 1) await spooled.append(batch({ samples: [sample("s", minute, minute)] }));
    inner.mood = "open";
    const late = Array.from({ length: 50 }, (_, minute) => spooled.append(batch({ samples: [sample("s", 50 + minute, 50 + minute)] })));
    await untilOpen();
    await Promise.all(late);
    assert.equal((await collected(inner.samples("s"))).length, 100);
  });
});

sessionStoreContract("memory with a spool", async () => {
  const folder = mkdtempSync(join(tmpdir(), "j1772-spooled-"));
  const time = new MovedTime();
  const store = withSpool(new MemoryStore(), join(folder, "sessions.spool"), {
    after: (ms, then) => time.after(ms, then),
    maxBytes: 4_096,
  });
  return {
    store,
    reopen: async () => store,
    async dispose() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
