/** Small things that are read once and then only written, of several sites. */
import type { Migration } from "./migration.ts";

export const documents: Migration = {
  up(db) {
    db.exec(`
      CREATE TABLE document (
        site   TEXT NOT NULL,
        kind   TEXT NOT NULL,
        id     TEXT NOT NULL,
        person TEXT,
        body   TEXT NOT NULL,
        PRIMARY KEY (site, kind, id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
  down(db) {
    db.exec("DROP TABLE document;");
  },
};
