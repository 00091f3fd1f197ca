/** Documents in the file of the sessions. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DocumentChange, StoredDocument } from "#ports/document-store";
import type { Page } from "./reader.ts";
import { inTransaction } from "./transaction.ts";

/** A page is answered within milliseconds, and the thread is free for others after it. */
const ROWS = 500;

/** The last document of a page. */
export interface DocumentMark {
  readonly kind: string;
  readonly id: string;
}

export class DocumentReader {
  readonly #page: StatementSync;

  constructor(db: DatabaseSync) {
    this.#page = db.prepare(`
      SELECT kind, id, person, body FROM document
      WHERE site = ? AND (kind, id) > (?, ?) ORDER BY kind, id LIMIT ${ROWS}`);
  }

  page(site: string, after: DocumentMark | null): Page<StoredDocument, DocumentMark> {
    const items = this.#page.all(site, after?.kind ?? "", after?.id ?? "").map((row) => ({ ...row }) as unknown as StoredDocument);
    const last = items.at(-1);
    return { items, next: items.length < ROWS || last === undefined ? null : { kind: last.kind, id: last.id } };
  }
}

export class DocumentWriter {
  readonly #db: DatabaseSync;
  readonly #set: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#set = db.prepare(`
      INSERT INTO document (site, kind, id, person, body) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET person = excluded.person, body = excluded.body`);
    this.#remove = db.prepare("DELETE FROM document WHERE site = ? AND kind = ? AND id = ?");
  }

  write(site: string, changes: readonly DocumentChange[]): void {
    inTransaction(this.#db, () => {
      for (const { kind, id, person, body } of changes) {
        if (body === null) this.#remove.run(site, kind, id);
        else this.#set.run(site, kind, id, person, body);
      }
    });
  }
}
