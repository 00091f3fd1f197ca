import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, StoreUnavailable } from "#core/errors";
import { Hours } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import { batch, record, sample } from "#store/contract-history";
import { MemoryStore } from "#store/memory";
import { collected } from "#store/pages";
import { MovedTime } from "../../test/flows/support/moved-time.ts";
import { readConfig } from "../shared/read-config.ts";
import { LONGEST_DEPLOYMENT } from "../shared/resting.ts";
import type { StoreHandle, StoreHealth } from "../shared/store-handle.ts";
import { StoreNode } from "./j1772-store.schema.ts";
import { type StoreSettings, storeSettings } from "./store-settings.ts";
import { Stores } from "./stores.ts";

/** A store that can be away. */
class ComingAndGoing extends MemoryStore {
  isAway = false;
  closings = 0;

  override async append(...values: Parameters<SessionStore["append"]>): Promise<void> {
    if (this.isAway) throw new StoreUnavailable("away", "nobody answers");
    await super.append(...values);
  }

  override async close(): Promise<void> {
    this.closings += 1;
    await super.close();
  }
}

describe("session stores of Node-RED", () => {
  let folder: string;
  let time: MovedTime;
  let stores: Stores;
  /** By the file that each was opened for. */
  let opened: Map<string, ComingAndGoing>;
  let logged: string[];

  const log = (text: string): void => void logged.push(text);
  const settings = (form: object = {}): StoreSettings => storeSettings(readConfig(StoreNode.fields, { name: "Sessions", ...form }), folder);
  const take = (id: string, form: object = {}): StoreHandle => stores.take(id, settings(form), log);
  const only = (): ComingAndGoing => {
    const [store, ...others] = opened.values();
    assert.ok(store);
    assert.equal(others.length, 0);
    return store;
  };

  /** Resolves with the first health, from now on, of which `what` holds. */
  function until(handle: StoreHandle, what: (health: StoreHealth) => boolean): Promise<StoreHealth> {
    if (what(handle.health)) return Promise.resolve(handle.health);
    return new Promise((resolve) => {
      const stop = handle.listen({
        health(health) {
          if (!what(health)) return;
          stop();
          resolve(health);
        },
      });
    });
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-stores-"));
    time = new MovedTime();
    opened = new Map();
    logged = [];
    stores = new Stores(time, async (config) => {
      assert.equal(config.kind, "sqlite");
      const store = new ComingAndGoing();
      opened.set(config.file, store);
      return store;
    });
  });
  afterEach(async () => {
    for (const id of ["a", "b"]) await stores.drop(id);
    rmSync(folder, { recursive: true, force: true });
  });

  it("keep what they are given, in a file of the user directory unless another is named", async () => {
    const handle = take("a");
    await handle.store.append(batch({ records: [record({ id: "s" })] }));
    assert.deepEqual([...opened.keys()], [join(folder, "j1772/sessions.db")]);
    assert.equal((await only().session("s"))?.id, "s");
    assert.equal((await until(handle, ({ state }) => state === "open")).waiting, 0);
  });

  it("stay open through a full deployment, with their listeners and what waits", async () => {
    const handle = take("a");
    await handle.store.append(batch({}));
    const heard: string[] = [];
    handle.listen({ session: ({ id }) => heard.push(id) });
    stores.rest("a");
    await time.advance(LONGEST_DEPLOYMENT - 1);
    assert.equal(take("a"), handle);
    await time.advance(LONGEST_DEPLOYMENT);
    handle.announce(record({ id: "s" }));
    assert.deepEqual(heard, ["s"]);
    assert.equal(only().closings, 0);
  });

  it("close when their node does not come back, as one of a deleted subflow", async () => {
    await take("a").store.append(batch({}));
    stores.rest("a");
    await time.advance(LONGEST_DEPLOYMENT);
    while (only().closings === 0) await new Promise(setImmediate);
    const again = take("a");
    await again.store.append(batch({ records: [record({ id: "later" })] }));
    assert.equal((await until(again, ({ state }) => state === "open")).waiting, 0);
    assert.equal((await again.store.session("later"))?.id, "later");
  });

  it("take other words for the same file without opening it again", async () => {
    const handle = take("a");
    await handle.store.append(batch({}));
    take("a", { name: "Carport", timeZone: "Asia/Kathmandu", currency: "eur" });
    assert.deepEqual([handle.name, handle.timeZone, handle.currency], ["Carport", "Asia/Kathmandu", "EUR"]);
    await handle.store.append(batch({}));
    assert.equal(only().closings, 0);
  });

  it("close one file and open the other when the settings name another, and listeners follow", async () => {
    const handle = take("a");
    await handle.store.append(batch({ records: [record({ id: "old" })] }));
    const first = only();
    take("a", { file: "elsewhere.db" });
    await handle.store.append(batch({ records: [record({ id: "new" })] }));
    const second = opened.get(join(folder, "elsewhere.db"));
    assert.equal((await second?.session("new"))?.id, "new");
    assert.equal(await second?.session("old"), null);
    while (first.closings === 0) await new Promise(setImmediate);
    await until(handle, ({ state }) => state === "open");
    assert.deepEqual(logged, []);
  });

  it("share one file that two configuration nodes name, also by a link, and close it with the last", async () => {
    mkdirSync(join(folder, "j1772"));
    symlinkSync(join(folder, "j1772"), join(folder, "link"));
    const [one, other] = [take("a"), take("b", { file: "link/sessions.db", name: "the same" })];
    const heard: string[] = [];
    other.listen({ session: ({ id }) => heard.push(id) });
    await one.store.append(batch({ records: [record({ id: "s" })] }));
    assert.equal((await other.store.session("s"))?.id, "s");
    one.announce(record({ id: "s" }));
    assert.deepEqual(heard, ["s"]);
    await stores.drop("a");
    assert.equal(only().closings, 0);
    await other.store.append(batch({}));
    await stores.drop("b");
    assert.equal(only().closings, 1);
  });

  it("tell when the store is away, keep what comes, and give it over when it is back", async () => {
    const handle = take("a");
    await handle.store.append(batch({}));
    only().isAway = true;
    await handle.store.append(batch({ records: [record({ id: "s" })], checkpoints: [{ charger: "bay", at: time.wall(), state: "{}" }] }));
    assert.deepEqual(await until(handle, ({ state }) => state === "away"), { state: "away", why: "nobody answers", waiting: 1 });
    assert.equal(await only().session("s"), null);
    assert.equal((await handle.store.checkpoint("bay"))?.state, "{}");
    only().isAway = false;
    const back = until(handle, ({ state }) => state === "open");
    await time.advance(1_000);
    assert.equal((await back).waiting, 0);
    assert.equal((await only().session("s"))?.id, "s");
    assert.deepEqual(logged, ["What is written waits in the spool. nobody answers", "The session store is back."]);
  });

  it("keep what waits over a restart of Node-RED", async () => {
    const handle = take("a");
    await handle.store.append(batch({}));
    only().isAway = true;
    await handle.store.append(batch({ records: [record({ id: "s" })] }));
    await stores.drop("a");
    opened.clear();
    const again = take("a");
    assert.equal((await again.store.session("s"))?.id, "s");
    await time.advance(0);
    await until(again, ({ state }) => state === "open");
    assert.equal((await only().session("s"))?.id, "s");
  });

  it("give what waits to the store that is opened in the place of one that was dropped a moment ago", async () => {
    const handle = take("a");
    await handle.store.append(batch({}));
    only().isAway = true;
    await handle.store.append(batch({ records: [record({ id: "s" })] }));
    const dropped = stores.drop("a");
    opened.clear();
    const again = take("a");
    assert.equal((await again.store.session("s"))?.id, "s");
    await dropped;
    await time.advance(0);
    await until(again, ({ state, waiting }) => state === "open" && waiting === 0);
    assert.equal((await only().session("s"))?.id, "s");
  });

  it("let old things go every day, by the policy of the settings", async () => {
    const handle = take("a", { thinSamplesAfterDays: "", dropEventsAfterDays: "", dropSamplesAfterDays: "2" });
    const at = time.wall() - Hours(47.5);
    await handle.store.append(
      batch({ records: [record({ id: "s", startedAt: time.wall(), endedAt: time.wall() })], samples: [sample("s", at, 1)] }),
    );
    const kept = async (): Promise<number> => (await collected(handle.store.samples("s"))).length;
    await time.advance(Hours(1));
    assert.equal(await kept(), 1);
    await time.advance(Hours(24));
    assert.equal(await kept(), 0);
  });

  it("have no timers for a policy that keeps everything", async () => {
    const handle = take("a", { thinSamplesAfterDays: "", dropEventsAfterDays: "" });
    await handle.store.checkpoint("bay");
    await time.advance(0);
    await until(handle, ({ state }) => state === "open");
    assert.equal(time.waiting, 0);
  });

  it("refuse a time zone, a currency and an address that are none, and say which", () => {
    assert.throws(
      () => settings({ timeZone: "Mars/Olympus" }),
      (error) => error instanceof ConfigError && /^timeZone: /.test(error.message),
    );
    assert.throws(() => settings({ currency: "US$" }), /^ConfigError: currency: /);
    assert.throws(
      () => settings({ kind: "postgres", url: "mysql://me:secret@host/db" }),
      (error: Error) => /^url: /.test(error.message) && !/secret/.test(error.message),
    );
  });

  it("tell two databases apart without telling their passwords", () => {
    const of = (url: string): StoreSettings => settings({ kind: "postgres", url });
    const one = of("postgres://me:secret@host/one");
    assert.notEqual(one.key, of("postgres://me:secret@host/two").key);
    assert.ok(!`${one.key} ${one.spool}`.includes("secret"));
    const renewed = of("postgres://me:other@host/one");
    assert.notEqual(renewed.key, one.key);
    assert.equal(renewed.spool, one.spool);
  });
});
