/** PostgreSQL away, slow, killed and back: nothing that was taken over is lost, nobody waits for ever, and no password is shown. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { inspect } from "node:util";
import pg from "pg";
import { ConfigError } from "#core/errors";
import { batch, record, sample } from "#store/contract-history";
import { PostgresStore } from "#store/postgres/postgres-store";
import { CLUSTER_PASSWORD, PostgresCluster } from "../support/postgres-cluster.ts";
import { asked, emptyStoreUrl, schemaOf } from "../support/postgres-server.ts";

const START = Date.UTC(2025, 5, 1, 12);
const IMPATIENT = { connectMs: 300, answerMs: 300 };

describe("PostgreSQL that is away", () => {
  let cluster: PostgresCluster;
  const stores: PostgresStore[] = [];
  const opened = (url: string, ...patience: (typeof IMPATIENT)[]): PostgresStore => {
    const store = new PostgresStore(url, ...patience);
    stores.push(store);
    return store;
  };

  before(async () => {
    cluster = await PostgresCluster.start();
  });
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));
  after(() => cluster.dispose());

  it("killed in the middle of writing, five times › has every batch that it took over, and goes on by itself when it is back", async () => {
    const store = opened(cluster.url);
    let next = 0;
    const takenOver: number[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      let isKilled = false;
      const writing = (async () => {
        for (;;) {
          const each = next;
          next += 1;
          try {
            await store.append(batch({ records: [record({ id: `s${each}` })], samples: [sample("all", START + each * 1000, each)] }));
            takenOver.push(each);
          } catch (failure) {
            assert.equal(failure instanceof Error && failure.name, "StoreUnavailable");
            if (isKilled) return;
          }
        }
      })();
      // Somewhere in the middle: after a number of batches that differs each time.
      for (const wanted = takenOver.length + 8 + kill * 3; takenOver.length < wanted; ) {
        await Promise.race([new Promise(setImmediate), writing]);
      }
      isKilled = true;
      await cluster.crash();
      await writing;
      await cluster.resume();
    }
    const kept = new Set<number>();
    for await (const page of store.samples("all")) for (const { at } of page) kept.add((at - START) / 1000);
    assert.deepEqual(
      takenOver.filter((each) => !kept.has(each)),
      [],
    );
    for (const each of kept) assert.ok(await store.session(`s${each}`), `batch ${each} was kept in part`);
  }).timeout(180_000);

  it("not there at the start › StoreUnavailable, and the same store works once it is", async () => {
    await cluster.pause();
    const store = opened(cluster.url);
    await assert.rejects(store.append(batch({})), { name: "StoreUnavailable", code: "postgres.away" });
    await assert.rejects(store.session("s"), { name: "StoreUnavailable" });
    await cluster.resume();
    await store.append(batch({ records: [record({ id: "late" })] }));
    assert.equal((await store.session("late"))?.id, "late");
  });

  it("a server that was restarted between two questions › is not noticed", async () => {
    const store = opened(cluster.url);
    await store.append(batch({ records: [record({ id: "before" })] }));
    await cluster.pause();
    await cluster.resume();
    assert.equal((await store.session("before"))?.id, "before");
  });

  it("an answer in pages that the server's end breaks off › rejects with StoreUnavailable instead of ending early", async () => {
    const store = opened(cluster.url);
    await store.append(batch({ records: Array.from({ length: 600 }, (_, index) => record({ id: `page ${index}` })) }));
    const pages = store.sessions({ from: null, until: null, charger: null, user: null, order: "oldest", limit: null });
    assert.equal((await pages.next()).done, false);
    await cluster.crash();
    await assert.rejects(pages.next(), { name: "StoreUnavailable" });
    await cluster.resume();
  });

  describe("but answers the telephone", () => {
    let silent: Server;
    before(async () => {
      silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
      await once(silent, "listening");
    });
    after(() => silent.close());

    it("a server that takes the connection and says nothing › is given up after the time for connecting", async () => {
      const address = silent.address();
      const port = typeof address === "object" ? address?.port : null;
      const store = opened(`postgres://u:${encodeURIComponent(CLUSTER_PASSWORD)}@127.0.0.1:${port}/d`, IMPATIENT);
      await assert.rejects(store.append(batch({})), { name: "StoreUnavailable" });
    });
  });

  it("tables that somebody has locked › are given up after the time for answering, and used again when they are free", async () => {
    const url = emptyStoreUrl();
    const store = opened(url, { connectMs: 30_000, answerMs: 3_000 });
    await store.append(batch({ records: [record({ id: "s", tag: "before" })] }));
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query(`begin; lock table ${schemaOf(url)}.session`);
    await assert.rejects(store.append(batch({ records: [record({ id: "t" })] })), { name: "StoreUnavailable" });
    await holder.query("commit");
    await holder.end();
    await store.append(batch({ records: [record({ id: "u" })] }));
    assert.equal((await store.session("u"))?.id, "u");
  });

  it("a batch that no column can hold › is a MessageError, so that a spool sets it aside, and the next one is taken over", async () => {
    const store = opened(emptyStoreUrl());
    const unfit = { ...record({ id: "s" }), charger: null as unknown as string };
    await assert.rejects(store.append(batch({ records: [unfit] })), { name: "MessageError", code: "postgres.unfit" });
    await store.append(batch({ records: [record({ id: "s" })] }));
    assert.equal((await store.session("s"))?.charger, "bay");
  });

  it("a table that was taken away › is StoreCorrupt", async () => {
    const url = emptyStoreUrl();
    const store = opened(url);
    await store.append(batch({}));
    await asked(`drop table ${schemaOf(url)}.sample_block cascade`);
    await assert.rejects(store.append(batch({ samples: [sample("s", START, 1)] })), { name: "StoreCorrupt", code: "postgres.corrupt" });
  });

  describe("and its password", () => {
    const secrets = [CLUSTER_PASSWORD, encodeURIComponent(CLUSTER_PASSWORD)];
    const shown = (thing: unknown): string =>
      `${inspect(thing, { depth: 10, showHidden: true })} ${thing instanceof Error ? thing.stack : ""}`;

    async function failureOf(url: string): Promise<unknown> {
      try {
        await opened(url, IMPATIENT).session("s");
      } catch (failure) {
        return failure;
      }
      return null;
    }

    const wrong: readonly (readonly [string, () => string, string])[] = [
      ["a wrong user", () => cluster.url.replace("j1772:", "nobody:"), "StoreUnavailable"],
      ["an unknown database", () => cluster.urlOf("nowhere"), "StoreUnavailable"],
      ["a closed port", () => cluster.url.replace(`:${cluster.port}`, ":1"), "StoreUnavailable"],
      ["a host there is not", () => cluster.url.replace("127.0.0.1", "nowhere.invalid"), "StoreUnavailable"],
      ["another scheme", () => cluster.url.replace("postgres:", "mysql:"), "ConfigError"],
      ["a URL that cannot be read", () => cluster.url.replace("127.0.0.1", "[127"), "ConfigError"],
      ["a schema that needs quotes", () => `${cluster.url}?schema=A"b`, "ConfigError"],
    ];
    for (const [what, url, name] of wrong) {
      it(`${what} › is a ${name} that does not show it`, async () => {
        const failure = await failureOf(url());
        assert.equal(failure instanceof Error && failure.name, name);
        for (const secret of secrets) assert.ok(!shown(failure).includes(secret), shown(failure));
      });
    }

    it("the store itself › does not show it", () => {
      for (const secret of secrets) assert.ok(!shown(opened(cluster.url)).includes(secret));
    });

    it("an error of the URL › is one of configuration", () => assert.throws(() => new PostgresStore("bay.sqlite"), ConfigError));
  });
});
