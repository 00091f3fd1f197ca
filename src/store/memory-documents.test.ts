import { documentStoreContract } from "./document-contract.ts";
import { MemoryDocuments } from "./memory-documents.ts";

documentStoreContract("memory", async () => {
  const store = new MemoryDocuments();
  return { store, reopen: async () => store, dispose: async () => {} };
});
