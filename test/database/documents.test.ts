/** PostgreSQL keeps documents as every store does. */
import { type DocumentsUnderTest, documentStoreContract } from "#store/document-contract";
import { PostgresStore } from "#store/postgres/postgres-store";
import { emptyStoreUrl } from "../support/postgres-server.ts";

async function openHere(): Promise<DocumentsUnderTest> {
  const url = emptyStoreUrl();
  let store = new PostgresStore(url);
  return {
    store,
    async reopen() {
      await store.close();
      store = new PostgresStore(url);
      return store;
    },
    dispose: () => store.close(),
  };
}

documentStoreContract("PostgreSQL", openHere);
