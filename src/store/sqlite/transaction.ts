/** All of it or nothing. */
import type { DatabaseSync } from "node:sqlite";

/** Durable when it returns. What `work` throws comes out again, and then nothing was changed. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/** SQLite has rolled back by itself after some errors, a full disk among them; then there is nothing left to undo. */
function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // The error that led here is the one to tell.
  }
}
