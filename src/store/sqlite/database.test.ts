import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import { WallTime } from "#core/units/units";
import { batch, history, record, sample } from "../contract-history.ts";
import { collected } from "../pages.ts";
import { openForWriting } from "./database.ts";
import { migrateTo, SCHEMA_VERSION, schemaVersion } from "./migrations/schema.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { Writer } from "./writer.ts";

const ALL = { from: null, until: null, charger: null, user: null } as const;
const HOUR = 3_600_000;

describe("SQLite session file", () => {
  let folder: string;
  let file: string;
  const opened: SqliteStore[] = [];

  const store = (): SqliteStore => {
    const it = new SqliteStore(file);
    opened.push(it);
    return it;
  };
  const contents = async (of: SqliteStore) => {
    const sessions = await collected(of.sessions({ ...ALL, order: "oldest", limit: null }));
    const samples = await Promise.all(sessions.map(({ id }) => collected(of.samples(id))));
    return { sessions, samples, totals: await of.totals({ ...ALL, per: "day", by: ["charger"], timeZone: "Europe/Berlin" }) };
  };
  const fill = async (of: SqliteStore, seed = 1): Promise<void> => {
    for (const each of history({ seed, sessions: 12, from: 0, until: 12 * 20 * HOUR, open: true })) await of.append(each);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-sqlite-"));
    file = join(folder, "sessions.db");
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("schema", () => {
    const tables = (db: DatabaseSync) => db.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").all();
    const whole = (db: DatabaseSync): string => String(db.prepare("PRAGMA integrity_check").get()?.integrity_check);

    it("goes down step by step and up again, with the sessions it holds and every total", async () => {
      const before = store();
      await fill(before);
      const expected = await contents(before);
      await before.close();
      for (let lowest = SCHEMA_VERSION - 1; lowest >= 1; lowest -= 1) {
        const db = await openForWriting(file);
        const shape = tables(db);
        migrateTo(db, file, lowest);
        assert.equal(schemaVersion(db), lowest);
        assert.equal(whole(db), "ok");
        migrateTo(db, file);
        assert.deepEqual(tables(db), shape);
        assert.equal(whole(db), "ok");
        db.close();
        const after = store();
        assert.deepEqual(await contents(after), expected);
        await after.close();
      }
    });

    it("leaves nothing behind when it goes all the way down", async () => {
      const db = await openForWriting(file);
      migrateTo(db, file, 0);
      assert.deepEqual(tables(db), []);
      migrateTo(db, file);
      assert.equal(schemaVersion(db), SCHEMA_VERSION);
      db.close();
    });

    it("of a step that fails is the one before, with all that was in it", async () => {
      const db = await openForWriting(file, 1);
      db.exec("INSERT INTO session (id, base) VALUES ('s', 5); ALTER TABLE session ADD COLUMN thinned TEXT;");
      assert.throws(() => migrateTo(db, file), /duplicate column/);
      assert.equal(schemaVersion(db), 1);
      assert.ok(!tables(db).some(({ sql }) => String(sql).includes("flow_from")));
      db.close();
    });

    it("of a newer package is left alone, and the message says what to do", async () => {
      const db = await openForWriting(file);
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
      db.close();
      const bytes = readFileSync(file);
      await assert.rejects(
        store().open(),
        (error) => error instanceof StoreCorrupt && error.code === "newerVersion" && /Update/.test(error.message),
      );
      assert.ok(readFileSync(file).equals(bytes));
    });

    it("of somebody else's database is left alone", async () => {
      const db = new DatabaseSync(file);
      db.exec("CREATE TABLE recipes (title TEXT)");
      db.close();
      await assert.rejects(store().append(batch({})), (error) => error instanceof StoreCorrupt && error.code === "notOurs");
      const again = new DatabaseSync(file);
      assert.deepEqual(
        again
          .prepare("SELECT name FROM sqlite_schema")
          .all()
          .map(({ name }) => name),
        ["recipes"],
      );
      again.close();
    });
  });

  describe("that is damaged", () => {
    it("is refused when it is no database at all, not written to, and the message says where to put it", async () => {
      writeFileSync(file, "This is a letter to my grandmother. ".repeat(500));
      const bytes = readFileSync(file);
      const it = store();
      for (let tries = 0; tries < 2; tries += 1) {
        await assert.rejects(it.append(batch({})), (error) => {
          assert.ok(error instanceof StoreCorrupt);
          assert.match(error.message, /is damaged .*move .*sessions\.db .*keep them.*\.recover/);
          return true;
        });
      }
      assert.ok(readFileSync(file).equals(bytes));
    });

    it("is opened anew when a person has put it aside", async () => {
      writeFileSync(file, "This is a letter to my grandmother. ".repeat(500));
      const it = store();
      await assert.rejects(it.append(batch({})), StoreCorrupt);
      renameSync(file, `${file}.aside`);
      await it.append(batch({ records: [record({ id: "s" })] }));
      assert.equal((await it.session("s"))?.id, "s");
    });

    it("in its middle is not written to any more once that was found, while the damage says what to do", async () => {
      const before = store();
      await fill(before);
      await before.close();
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 4_096);
      writeFileSync(file, bytes);
      const it = store();
      await assert.rejects(collected(it.sessions({ ...ALL, order: "oldest", limit: null })), StoreCorrupt);
      await assert.rejects(it.append(batch({ records: [record({ id: "new" })] })), StoreCorrupt);
      await it.close();
      assert.ok(readFileSync(file).equals(bytes));
    });
  });

  describe("that cannot be had", () => {
    it("is away when its folder cannot be made, and is opened when it can", async () => {
      const blocked = join(folder, "blocked");
      writeFileSync(blocked, "");
      file = join(blocked, "sessions.db");
      const it = store();
      await assert.rejects(it.append(batch({})), StoreUnavailable);
      rmSync(blocked);
      mkdirSync(blocked);
      await it.append(batch({ records: [record({ id: "s" })] }));
      assert.equal((await it.session("s"))?.id, "s");
    });

    it("is away while another process holds it, and takes what comes when that lets go", async () => {
      const it = store();
      await it.append(batch({}));
      const other = new DatabaseSync(file);
      other.exec("BEGIN IMMEDIATE");
      await assert.rejects(
        it.append(batch({ records: [record({ id: "s" })] })),
        (error) => error instanceof StoreUnavailable && error.code === "busy",
      );
      other.exec("COMMIT");
      other.close();
      await it.append(batch({ records: [record({ id: "s" })] }));
      assert.equal((await it.session("s"))?.id, "s");
    });

    it("is opened anew when it was deleted under our feet, rather than written where nobody finds it", async () => {
      const it = store();
      await it.append(batch({ records: [record({ id: "lost" })] }));
      for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`);
      await assert.rejects(it.append(batch({})), (error) => error instanceof StoreUnavailable && error.code === "fileGone");
      await it.append(batch({ records: [record({ id: "s" })] }));
      await it.close();
      assert.equal((await store().session("s"))?.id, "s");
    });

    it("says what to do on a Node that has no node:sqlite, and does not crash", () => {
      const script = `
        const { SqliteStore } = await import("#store/sqlite/sqlite-store");
        const store = new SqliteStore(${JSON.stringify(file)});
        await store.append({ records: [], samples: [], events: [], checkpoints: [] }).catch(({ name, code, message }) => console.log(name, code, message));
        await store.close();
        console.log("still here");`;
      const args = ["--no-experimental-sqlite", "--conditions=source", "--input-type=module", "--eval", script];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, {
        cwd: join(import.meta.dirname, "../../.."),
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      assert.match(
        stdout,
        /^StoreUnavailable noSqlite Sessions are kept with node:sqlite, which this Node \(v.+\) does not have\. Use Node 22\.13 or later, or keep sessions in PostgreSQL\.\nstill here\n$/,
      );
    });
  });

  it("lets a process end that has nothing else to do, though nobody closed it", () => {
    const script = `
      const { SqliteStore } = await import("#store/sqlite/sqlite-store");
      await new SqliteStore(${JSON.stringify(file)}).append({ records: [], samples: [], events: [], checkpoints: [] });`;
    const args = ["--conditions=source", "--input-type=module", "--eval", script];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: join(import.meta.dirname, "../../.."),
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
  });

  it("is shared by two processes: each sees what the other wrote, and nothing is lost", async () => {
    const [one, other] = [store(), store()];
    const batches = history({ seed: 4, sessions: 20, from: 0, until: 20 * 20 * HOUR });
    await Promise.all(batches.map((each, index) => (index % 2 === 0 ? one : other).append(each)));
    assert.deepEqual(await contents(one), await contents(other));
    assert.equal((await contents(one)).sessions.length, 20);
  });

  it("takes less than 50 bytes for a sample, all included", async () => {
    const db = await openForWriting(file);
    const writer = new Writer(db);
    const minutes = 480;
    for (let session = 0; session < 40; session += 4) {
      for (let minute = 0; minute < minutes; minute += 10) {
        const samples = [0, 1, 2, 3].flatMap((charger) =>
          Array.from({ length: 10 }, (_, index) => {
            const energyWh = (minute + index) * 120.03;
            const figures = {
              sunWh: energyWh * 0.4,
              gridWh: energyWh * 0.6,
              cost: energyWh * 0.0002,
              powerW: 7_203,
              currentA: 31.2,
              offeredA: 32,
              temperatureC: 38.5,
            };
            return sample(
              `0197a1c3-7bb0-7000-8000-${String(session + charger).padStart(12, "0")}`,
              (session * minutes + minute + index) * 60_000,
              energyWh,
              figures,
            );
          }),
        );
        writer.append(batch({ samples }));
      }
    }
    db.close();
    const bytes = readFileSync(file).length / (40 * minutes);
    assert.ok(bytes < 50, `${bytes} bytes a sample`);
  });

  it("sorts out when energy flowed, also when samples come in no order", async () => {
    const it = store();
    const samples = Array.from({ length: 120 }, (_, minute) => sample("s", minute * 60_000, Math.max(0, Math.min(50, minute - 30)) * 100));
    const own = record({ id: "s", startedAt: WallTime(0), endedAt: WallTime(120 * 60_000), energyWh: 5_000 });
    for (const each of samples.toSorted((a, b) => Math.sin(a.at) - Math.sin(b.at))) await it.append(batch({ samples: [each] }));
    await it.append(batch({ records: [own] }));
    await it.close();
    const db = new DatabaseSync(file);
    const row = db.prepare("SELECT flow_from, flow_until, flow_energy FROM session").get();
    db.close();
    assert.deepEqual({ ...row }, { flow_from: 30 * 60_000, flow_until: 80 * 60_000, flow_energy: 500_000 });
  });
});
