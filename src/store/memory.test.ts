import { sessionStoreContract } from "./contract.ts";
import { MemoryStore } from "./memory.ts";

sessionStoreContract("memory", async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store, dispose: async () => {} };
});
