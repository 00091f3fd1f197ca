/** Where small things are kept that are read once at start and then only written: persons, tags, channels, queues of a shared site. */

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  /** Whose it is; null for nobody's. */
  readonly person: string | null;
  /** JSON. */
  readonly body: string;
}

/** A null body removes the document. */
export type DocumentChange = Omit<StoredDocument, "body"> & { readonly body: string | null };

/** Rejects as SessionStore does. One contract suite holds every store to this. */
export interface DocumentStore {
  /** All documents of a site, in pages, in no order. */
  load(site: string): AsyncIterable<readonly StoredDocument[]>;
  /** All of it or nothing, in the order given; durable when it resolves. */
  write(site: string, changes: readonly DocumentChange[]): Promise<void>;
}
