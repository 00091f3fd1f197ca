/** From SQLite to PostgreSQL and back, by the command. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sessions } from "#cli/sessions";
import type { SessionStore } from "#ports/session-store";
import { history } from "#store/contract-history";
import { collected } from "#store/pages";
import { PostgresStore } from "#store/postgres/postgres-store";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import { emptyStoreUrl } from "../support/postgres-server.ts";

async function contents(store: SessionStore) {
  try {
    const all = await collected(store.sessions({ from: null, until: null, charger: null, user: null, order: "oldest", limit: null }));
    return {
      sessions: all,
      samples: await Promise.all(all.map(({ id }) => collected(store.samples(id)))),
      events: await collected(store.events({ from: null, until: null, charger: null, session: null })),
      checkpoints: await Promise.all([...new Set(all.map(({ charger }) => charger))].sort().map((charger) => store.checkpoint(charger))),
      days: await store.totals({
        from: null,
        until: null,
        charger: null,
        user: null,
        per: "day",
        by: ["charger"],
        timeZone: "Europe/Berlin",
      }),
    };
  } finally {
    await store.close();
  }
}

describe("j1772 sessions copy between SQLite and PostgreSQL", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-transfer-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("SQLite to PostgreSQL to SQLite › everything is what it was, and both answer alike in between", async () => {
    const [first, last, url] = [join(folder, "first.db"), join(folder, "last.db"), emptyStoreUrl()];
    const store = new SqliteStore(first);
    const from = Date.UTC(2025, 8, 20);
    for (const part of history({ seed: 31, sessions: 120, from, until: from + 60 * 86_400_000, open: true })) await store.append(part);
    const before = await contents(store);
    assert.ok(before.samples.flat().length > 3000 && before.days.length > 40);

    let said = "";
    const say = (text: string): void => {
      said += text;
    };
    const copy = (...args: readonly string[]): Promise<number> => sessions(["copy", ...args], { out: say, err: say }, { THERE: url });
    assert.equal(await copy("--from", `sqlite:${first}`, "--to", "env:THERE"), 0, said);
    assert.deepEqual(await contents(new PostgresStore(url)), before);
    assert.equal(await copy("--from", `postgres:${url}`, "--to", `sqlite:${last}`), 0, said);
    assert.deepEqual(await contents(new SqliteStore(last)), before);
  });
});
