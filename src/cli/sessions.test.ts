import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sessions } from "#cli/sessions";
import { copySessions } from "#cli/sessions-transfer";
import { StoreUnavailable } from "#core/errors";
import type { SessionBatch } from "#core/session/record";
import type { SessionStore } from "#ports/session-store";
import { history, record } from "#store/contract-history";
import { MemoryStore } from "#store/memory";
import { collected } from "#store/pages";
import { SqliteStore } from "#store/sqlite/sqlite-store";

const FROM = Date.UTC(2025, 2, 1);
const UNTIL = Date.UTC(2025, 3, 1);
const BATCHES = history({ seed: 17, sessions: 40, from: FROM, until: UNTIL, open: true });
/** More than one batch. */
const MANY = history({ seed: 18, sessions: 160, from: FROM, until: UNTIL });

/** Everything a store holds. */
async function contents(store: SessionStore) {
  const all = await collected(store.sessions({ from: null, until: null, charger: null, user: null, order: "oldest", limit: null }));
  return {
    sessions: all,
    samples: await Promise.all(all.map(({ id }) => collected(store.samples(id)))),
    events: await collected(store.events({ from: null, until: null, charger: null, session: null })),
    checkpoints: await Promise.all([...new Set(all.map(({ charger }) => charger))].sort().map((charger) => store.checkpoint(charger))),
  };
}

async function filled<Store extends SessionStore>(store: Store, batches = BATCHES): Promise<Store> {
  for (const part of batches) await store.append(part);
  return store;
}

/** Goes away after some batches, as a server does. */
class FailingStore extends MemoryStore {
  left = Number.POSITIVE_INFINITY;
  readonly taken: SessionBatch[] = [];
  override async append(batch: SessionBatch): Promise<void> {
    if (this.left <= 0) throw new StoreUnavailable("gone", "The store is gone.");
    this.left -= 1;
    this.taken.push(batch);
    return super.append(batch);
  }
}

describe("j1772 sessions", () => {
  let folder: string;
  let said: string;
  const io = {
    out: (text: string) => {
      said += text;
    },
    err: (text: string) => {
      said += text;
    },
  };
  const at = (name: string): string => join(folder, name);
  const run = (...args: readonly string[]): Promise<number> =>
    sessions(args, io, { STORE: `sqlite:${at("other.db")}`, SECRET: "kept-quiet" });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-sessions-"));
    said = "";
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function withFile<Result>(name: string, work: (store: SqliteStore) => Promise<Result>): Promise<Result> {
    const store = new SqliteStore(at(name));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  it("export and import › give another file the same contents, and say how much it was", async () => {
    const before = await withFile("a.db", async (store) => contents(await filled(store)));
    assert.equal(await run("export", "--from", `sqlite:${at("a.db")}`, "--to", at("a.jsonl")), 0, said);
    assert.match(said, /^40 sessions, \d+ samples, 40 events\n$/);
    assert.equal(await run("import", "--from", at("a.jsonl"), "--to", "env:STORE"), 0, said);
    assert.deepEqual(await withFile("other.db", contents), before);
  });

  it("import, a second time › changes nothing", async () => {
    await withFile("a.db", (store) => filled(store));
    await run("export", "--from", `sqlite:${at("a.db")}`, "--to", at("a.jsonl"));
    await run("import", "--from", at("a.jsonl"), "--to", "env:STORE");
    const once = await withFile("other.db", contents);
    assert.equal(await run("import", "--from", at("a.jsonl"), "--to", "env:STORE"), 0);
    assert.deepEqual(await withFile("other.db", contents), once);
  });

  it("copy › gives another store the same contents; a second time leaves out what is complete", async () => {
    const before = await withFile("a.db", async (store) => contents(await filled(store)));
    assert.equal(await run("copy", "--from", `sqlite:${at("a.db")}`, "--to", "env:STORE"), 0, said);
    assert.deepEqual(await withFile("other.db", contents), before);
    said = "";
    assert.equal(await run("copy", "--from", `sqlite:${at("a.db")}`, "--to", "env:STORE"), 0);
    const open = before.sessions.filter(({ endedAt }) => endedAt === null).length;
    assert.ok(said.startsWith(`${open} sessions, `) && said.includes(`; ${40 - open} sessions were there already`), said);
    assert.deepEqual(await withFile("other.db", contents), before);
  });

  it("a copy that is broken off anywhere › has complete sessions only, and goes on to the same end", async () => {
    const from = await filled(new MemoryStore(), MANY);
    const whole = await contents(from);
    const counting = new FailingStore();
    await copySessions(from, counting);
    assert.ok(counting.taken.length >= 2, `${counting.taken.length} batches`);
    for (let batches = 0; batches < counting.taken.length; batches += 1) {
      const to = new FailingStore();
      to.left = batches;
      await assert.rejects(copySessions(from, to), StoreUnavailable);
      const half = await contents(to);
      for (const [index, each] of half.sessions.entries()) {
        assert.deepEqual(half.samples[index], whole.samples[whole.sessions.findIndex(({ id }) => id === each.id)]);
      }
      to.left = Number.POSITIVE_INFINITY;
      await copySessions(from, to);
      assert.deepEqual(await contents(to), whole);
    }
  });

  it("a copy › holds no more than a batch at a time, however much there is", async () => {
    const to = new FailingStore();
    await copySessions(await filled(new MemoryStore(), MANY), to);
    assert.ok(to.taken.length >= 2);
    for (const { records, samples, events, checkpoints } of to.taken) {
      assert.ok(records.length + samples.length + events.length + checkpoints.length <= 2000);
    }
  });

  it("what is newer in the target › stays", async () => {
    await withFile("a.db", (store) => store.append({ ...EMPTY, records: [record({ id: "s", revision: 1, tag: "old" })] }));
    await withFile("other.db", (store) => store.append({ ...EMPTY, records: [record({ id: "s", revision: 2, tag: "new" })] }));
    assert.equal(await run("copy", "--from", `sqlite:${at("a.db")}`, "--to", "env:STORE"), 0);
    assert.equal((await withFile("other.db", (store) => store.session("s")))?.tag, "new");
  });

  it("an export that fails › leaves no file, and the one from before as it was", async () => {
    writeFileSync(at("a.jsonl"), "before");
    writeFileSync(at("broken.db"), "this is no database, and longer than a header of one: ".repeat(40));
    assert.equal(await run("export", "--from", `sqlite:${at("broken.db")}`, "--to", at("a.jsonl")), 1);
    assert.equal(readFileSync(at("a.jsonl"), "utf8"), "before");
    assert.ok(!existsSync(at("a.jsonl.part")));
  });

  for (const [what, line, expected] of [
    ["is cut off", '{"session":{"id":"s"', /line 2: .* not JSON; the file may have been cut off/],
    ["is something else", '{"invoice":{}}', /line 2: expected a session, sample, event or checkpoint; got \{"invoice":\{\}\}/],
    ["lacks a field", '{"checkpoint":{"charger":"bay","at":5}}', /line 2: .*checkpoint\.state/],
    ["holds a figure that is none", '{"checkpoint":{"charger":"bay","at":1e400,"state":""}}', /line 2: .*checkpoint\.at/],
    ["tells of a time that never comes", '{"checkpoint":{"charger":"bay","at":9e15,"state":""}}', /line 2: .*checkpoint\.at/],
    ["holds what nobody knows", '{"checkpoint":{"charger":"bay","at":5,"state":"","x":1}}', /line 2: .*checkpoint\.x/],
  ] as const) {
    it(`a line that ${what} › ends the import with exit code 2 and its number`, async () => {
      writeFileSync(at("a.jsonl"), `{"checkpoint":{"charger":"bay","at":5,"state":"{}"}}\n${line}\n`);
      assert.equal(await run("import", "--from", at("a.jsonl"), "--to", "env:STORE"), 2);
      assert.match(said, expected);
    });
  }

  for (const [what, args, code, expected] of [
    ["no action", [], 2, /expected one of export, import and copy/],
    ["an unknown action", ["move", "--from", "a", "--to", "b"], 2, /got "move"/],
    ["no --to", ["copy", "--from", "env:STORE"], 2, /expected --from and --to/],
    ["a store of no kind", ["copy", "--from", "env:STORE", "--to", "mysql://u:kept-quiet@h/d"], 2, /a STORE is sqlite:FILE/],
    ["a variable that is no store", ["copy", "--from", "env:STORE", "--to", "env:SECRET"], 2, /a STORE is sqlite:FILE/],
    ["an unknown option", ["copy", "--form", "x"], 2, /--form/],
    ["a file there is not", ["import", "--from", "/nowhere/a.jsonl", "--to", "env:STORE"], 1, /\/nowhere\/a\.jsonl: there is no such file/],
    ["a store there is not", ["copy", "--from", "sqlite:/nowhere/a.db", "--to", "env:STORE"], 1, /\/nowhere\/a\.db: there is no such file/],
    ["a server there is not", ["copy", "--from", "postgres://u:kept-quiet@127.0.0.1:1/d", "--to", "env:STORE"], 1, /127\.0\.0\.1:1/],
  ] as const) {
    it(`${what} › exit code ${code}, says what was expected, and no password`, async () => {
      assert.equal(await run(...args), code);
      assert.match(said, expected);
      assert.ok(!said.includes("kept-quiet"));
    });
  }

  it("a file that is not there › is not made, neither by copy nor by export", async () => {
    assert.equal(await run("copy", "--from", `sqlite:${at("typo.db")}`, "--to", "env:STORE"), 1);
    assert.equal(await run("export", "--from", `sqlite:${at("typo.db")}`, "--to", at("out.jsonl")), 1);
    assert.deepEqual(
      ["typo.db", "other.db", "out.jsonl"].filter((name) => existsSync(at(name))),
      [],
    );
  });

  it("an import › takes times with parts of a millisecond, as an older store may tell them", async () => {
    const session = { ...record({ id: "s" }), startedAt: 1_780_315_441_088.7998, endedAt: 1_780_315_541_088.2 };
    writeFileSync(at("a.jsonl"), `${JSON.stringify({ session })}\n`);
    assert.equal(await run("import", "--from", at("a.jsonl"), "--to", `sqlite:${at("other.db")}`), 0, said);
    assert.equal((await withFile("other.db", (store) => store.session("s")))?.startedAt, 1_780_315_441_089);
  });

  it("--help › says how, with exit code 0", async () => {
    assert.equal(await run("--help"), 0);
    assert.match(said, /j1772 sessions copy {3}--from STORE --to STORE/);
  });
});

const EMPTY: SessionBatch = { records: [], samples: [], events: [], checkpoints: [] };
