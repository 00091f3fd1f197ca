import { mkdtempSync, rmSync } from "node:fs";
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
