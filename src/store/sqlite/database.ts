/** Opens the file as it must be: durable, and with the schema of this version. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "#core/errors";
import { storeError } from "./failure.ts";
import { migrateTo, SCHEMA_VERSION } from "./migrations/schema.ts";

/** Another process may hold the file this long, ms. */
const WAIT_FOR_OTHERS_MS = 2_000;
/** Pages in the log after which it is folded into the file, 8 MiB: seldom enough that 99 of 100 batches do not wait for it. */
const FOLD_AFTER_PAGES = 2_000;

/**
 * The module, where this Node has it.
 * @throws StoreUnavailable noSqlite
 */
export async function loadSqlite(): Promise<typeof import("node:sqlite")> {
  try {
    return await import("node:sqlite");
  } catch (cause) {
    const what = `Sessions are kept with node:sqlite, which this Node (${process.version}) does not have.`;
    throw new StoreUnavailable("noSqlite", `${what} Use Node 22.13 or later, or keep sessions in PostgreSQL.`, { cause });
  }
}

/**
 * Opens the file for writing; creates it where there is none.
 * @throws StoreUnavailable, StoreCorrupt
 */
export async function openForWriting(file: string, version = SCHEMA_VERSION): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  return opened(file, () => {
    try {
      mkdirSync(dirname(file), { recursive: true });
    } catch (cause) {
      throw new StoreUnavailable("noFile", `The folder of the session file ${file} cannot be made (${(cause as Error).message}).`, {
        cause,
      });
    }
    return openedBy(
      () => new DatabaseSync(file, { timeout: WAIT_FOR_OTHERS_MS }),
      (db) => {
        db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${FOLD_AFTER_PAGES};`);
        migrateTo(db, file, version);
      },
    );
  });
}

/**
 * Opens a file that a writer has opened before, for questions only.
 * @throws StoreUnavailable, StoreCorrupt
 */
export async function openForReading(file: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  return opened(file, () =>
    openedBy(
      () => new DatabaseSync(file, { timeout: WAIT_FOR_OTHERS_MS }),
      (db) => db.exec("PRAGMA query_only = ON; PRAGMA cache_size = -8000;"),
    ),
  );
}

function openedBy(open: () => DatabaseSync, prepare: (db: DatabaseSync) => void): DatabaseSync {
  const db = open();
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function opened(file: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    throw storeError(error, file);
  }
}
