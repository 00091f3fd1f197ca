import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";

/** Documents in memory, for tests of what uses them. */
export class MemoryDocuments implements DocumentStore {
  readonly documents = new Map<string, StoredDocument>();

  async *load(): AsyncIterable<readonly StoredDocument[]> {
    yield [...this.documents.values()];
  }

  async write(_site: string, changes: readonly DocumentChange[]): Promise<void> {
    for (const { body, ...rest } of changes) {
      const key = `${rest.kind} ${rest.id}`;
      if (body === null) this.documents.delete(key);
      else this.documents.set(key, { ...rest, body });
    }
  }
}
