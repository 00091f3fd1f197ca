/** PostgreSQL keeps what every store promises. */
import { type StoreUnderTest, sessionStoreContract } from "#store/contract";
import { PostgresStore } from "#store/postgres/postgres-store";
import { emptyStoreUrl } from "../support/postgres-server.ts";

async function openHere(): Promise<StoreUnderTest> {
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

sessionStoreContract("PostgreSQL", openHere);
