/** The schema of PostgreSQL, up and down, with what it holds. */
import assert from "node:assert/strict";
import { history } from "#store/contract-history";
import { Connection } from "#store/postgres/connection";
import { migrateTo, SCHEMA_VERSION } from "#store/postgres/migrations/schema";
import { PostgresStore } from "#store/postgres/postgres-store";
import { asked, emptyStoreUrl, schemaOf } from "../support/postgres-server.ts";

const FLOW = "session, first_at, last_at, zero_at, energy_wh, until_at";

describe("migrations of the PostgreSQL store", () => {
  let url: string;
  let schema: string;
  let store: PostgresStore;
  let connection: Connection;

  beforeEach(() => {
    url = emptyStoreUrl();
    schema = schemaOf(url);
    store = new PostgresStore(url);
    connection = new Connection(url);
  });
  afterEach(() => Promise.all([store.close(), connection.close()]));

  async function fill(): Promise<void> {
    const day = 86_400_000;
    const start = Date.UTC(2025, 0, 1);
    for (const part of history({ seed: 4, sessions: 30, from: start, until: start + 30 * day, open: true })) await store.append(part);
  }

  /** Everything in the tables that a version has, as PostgreSQL writes it. */
  async function contents(): Promise<readonly string[]> {
    const parts = ["session", "sample_block", "event", "checkpoint"].map(
      (table) => `select coalesce(json_agg(row order by row::text)::text, '') as text from ${schema}.${table} as row`,
    );
    return (await Promise.all(parts.map((part) => asked(part)))).map(([row]) => String(row?.text));
  }

  for (let version = SCHEMA_VERSION - 1; version > 0; version -= 1) {
    it(`down to ${version} and up again › sessions, samples, events and checkpoints are what they were`, async () => {
      await fill();
      const before = await contents();
      assert.ok(before.every((text) => text.length > 100));
      await migrateTo(connection, version);
      assert.deepEqual(await contents(), before);
      await migrateTo(connection);
      assert.deepEqual(await contents(), before);
    });
  }

  it("the flow of each session › is the same when it is worked out from the samples as when it was kept with them", async () => {
    await fill();
    const query = `select ${FLOW} from ${schema}.flow order by session`;
    const kept = await asked(query);
    assert.ok(kept.length > 20);
    await migrateTo(connection, 1);
    await migrateTo(connection, 2);
    assert.deepEqual(await asked(query), kept);
  });

  it("down to 0 › leaves no table but the one that says so, and up again gives an empty store", async () => {
    await fill();
    await migrateTo(connection, 0);
    const tables = await asked(`select relname from pg_class where relnamespace = '${schema}'::regnamespace and relkind in ('r', 'v')`);
    assert.deepEqual(tables, [{ relname: "migration" }]);
    await migrateTo(connection);
    assert.equal(await store.session("4-0"), null);
  });

  it("a version there is not › is refused", async () => {
    await assert.rejects(migrateTo(connection, SCHEMA_VERSION + 1), RangeError);
    await assert.rejects(migrateTo(connection, -1), RangeError);
  });

  it("a schema that a newer package wrote › is StoreCorrupt, and nothing is changed in it", async () => {
    await fill();
    await asked(`insert into ${schema}.migration (version) values (${SCHEMA_VERSION + 1})`);
    const before = await contents();
    const late = new PostgresStore(url);
    await assert.rejects(late.append({ records: [], samples: [], events: [], checkpoints: [] }), {
      name: "StoreCorrupt",
      code: "postgres.newer",
    });
    await late.close();
    assert.deepEqual(await contents(), before);
  });

  it("a schema with somebody else's tables › is StoreCorrupt, and gets none of ours", async () => {
    await asked(`create schema ${schema}`, `create table ${schema}.invoice (id int)`);
    await assert.rejects(store.session("a"), { name: "StoreCorrupt", code: "postgres.foreign", message: /invoice/ });
    assert.deepEqual(await asked(`select relname from pg_class where relnamespace = '${schema}'::regnamespace`), [{ relname: "invoice" }]);
  });

  it("a user without the right to create › uses the tables that are there", async () => {
    await fill();
    const role = `role_${schema}`;
    await asked(
      `create role ${role} login password 'narrow'`,
      `grant usage on schema ${schema} to ${role}`,
      `grant select, insert, update, delete on all tables in schema ${schema} to ${role}`,
    );
    const narrow = new URL(url);
    [narrow.username, narrow.password] = [role, "narrow"];
    const user = new PostgresStore(narrow.href);
    try {
      assert.equal((await user.session("4-0"))?.id, "4-0");
      await user.append(
        history({ seed: 5, sessions: 1, from: 0, until: 1e9 })[2] ?? { records: [], samples: [], events: [], checkpoints: [] },
      );
      assert.equal((await user.session("5-0"))?.id, "5-0");
    } finally {
      await user.close();
      await asked(`drop owned by ${role}`, `drop role ${role}`);
    }
  });

  it("each unique key of the samples › holds the time, as a hypertable of TimescaleDB must", async () => {
    await fill();
    const keys = await asked(
      `select array_agg(attname::text order by attname) as columns, bool_or(atttypid = 'timestamptz'::regtype) as has_time
       from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
       where indrelid = '${schema}.sample_block'::regclass and indisunique group by indexrelid`,
    );
    assert.deepEqual(keys, [{ columns: ["at", "session"], has_time: true }]);
  });

  it("the view of samples › shows people what the store answers, in units", async () => {
    await fill();
    const [first] = await asked(`select session from ${schema}.flow where energy_wh > 1000 order by session limit 1`);
    const id = String(first?.session);
    const shown = await asked(
      `select session, extract(epoch from at)::float8 * 1000 as at, energy_wh as "energyWh", sun_wh as "sunWh", grid_wh as "gridWh",
         battery_wh as "batteryWh", cost, power_w as "powerW", current_a as "currentA", offered_a as "offeredA", temperature_c as "temperatureC"
       from ${schema}.sample where session = '${id}' order by at`,
    );
    const answered = [];
    for await (const page of store.samples(id)) answered.push(...page);
    assert.ok(answered.length > 10);
    assert.deepEqual(shown, answered);
  });
});
