import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DocumentsUnderTest, documentStoreContract } from "../document-contract.ts";
import { SqliteStore } from "./sqlite-store.ts";

async function openHere(): Promise<DocumentsUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "j1772-documents-"));
  const file = join(folder, "store.db");
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

documentStoreContract("SQLite", openHere);
