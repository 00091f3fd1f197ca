/** Documents in memory: for tests, and for what need not be kept. */
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";

export class MemoryDocuments implements DocumentStore {
  readonly #sites = new Map<string, Map<string, StoredDocument>>();

  async *load(site: string): AsyncIterable<readonly StoredDocument[]> {
    const documents = [...(this.#sites.get(site)?.values() ?? [])];
    if (documents.length > 0) yield documents;
  }

  async write(site: string, changes: readonly DocumentChange[]): Promise<void> {
    if (changes.some(({ kind }) => kind === null)) throw new TypeError("a document without a kind");
    const documents = this.#sites.get(site) ?? new Map<string, StoredDocument>();
    this.#sites.set(site, documents);
    for (const { body, ...rest } of changes) {
      const key = JSON.stringify([rest.kind, rest.id]);
      if (body === null) documents.delete(key);
      else documents.set(key, { ...rest, body });
    }
  }
}
