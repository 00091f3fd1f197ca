import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StoreUnderTest, sessionStoreContract } from "../contract.ts";
import { SqliteStore } from "./sqlite-store.ts";

async function openHere(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "j1772-sqlite-"));
  const file = join(folder, "deep/sessions.db");
  let store = new SqliteStore(file);
  return {
    store,
    async reopen() {
      await store.close();
      store = new SqliteStore(file);
      return store;
    },
    async dispose() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

sessionStoreContract("SQLite", openHere);

describe("a session file that is closed", () => {
  it("is one file, with all of it in it: it may be copied or moved", async () => {
    const folder = mkdtempSync(join(tmpdir(), "j1772-sqlite-"));
    try {
      const names = Array.from({ length: 16 }, (_, index) => `${index}.db`).toSorted();
      for (const name of names) {
        const store = new SqliteStore(join(folder, name));
        await store.write("site", [{ kind: "member", id: "1", person: null, body: "{}" }]);
        await store.close();
      }
      assert.deepEqual(readdirSync(folder).toSorted(), names);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
