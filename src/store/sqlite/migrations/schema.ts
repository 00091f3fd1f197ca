/** The schema's versions. The file's `user_version` says which it has; each step is one transaction, so a kill leaves the one before. */
import type { DatabaseSync } from "node:sqlite";
import { StoreCorrupt } from "#core/errors";
import { inTransaction } from "../transaction.ts";
import { sessions } from "./0001-sessions.ts";
import { flow } from "./0002-flow.ts";
import { documents } from "./0003-documents.ts";
import type { Migration } from "./migration.ts";

/** Step `n` (from 0) leads from version `n` to `n + 1`. Steps that were released are never changed. */
const STEPS: readonly Migration[] = [sessions, flow, documents];

export const SCHEMA_VERSION = STEPS.length;

/** Marks the file as ours: "J177" in ASCII. @see https://www.sqlite.org/pragma.html#pragma_application_id */
const APPLICATION_ID = 0x4a313737;

const pragma = (db: DatabaseSync, name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

export const schemaVersion = (db: DatabaseSync): number => pragma(db, "user_version");

/**
 * Brings the schema to `version`, up or down, one step a transaction.
 * @throws StoreCorrupt notOurs for a database of somebody else's, newerVersion for one that a newer package wrote.
 */
export function migrateTo(db: DatabaseSync, file: string, version = SCHEMA_VERSION): void {
  for (;;) {
    const now = schemaVersion(db);
    if (now > SCHEMA_VERSION) {
      throw new StoreCorrupt(
        "newerVersion",
        `The session file ${file} was written by a newer version of the package (schema ${now}, this one knows up to ${SCHEMA_VERSION}). Update the package.`,
      );
    }
    refuseStranger(db, file);
    if (now === version) return;
    stepFrom(db, version > now ? now : now - 1, version > now);
  }
}

/** Takes step `index`; where another process has taken it meanwhile nothing happens. */
function stepFrom(db: DatabaseSync, index: number, up: boolean): void {
  const step = STEPS[index];
  if (step === undefined) throw new RangeError(`expected a schema version from 0 to ${SCHEMA_VERSION}`);
  inTransaction(db, () => {
    if (schemaVersion(db) !== (up ? index : index + 1)) return;
    if (up) step.up(db);
    else step.down(db);
    db.exec(`PRAGMA user_version = ${up ? index + 1 : index}; PRAGMA application_id = ${APPLICATION_ID};`);
  });
}

function refuseStranger(db: DatabaseSync, file: string): void {
  if (pragma(db, "application_id") === APPLICATION_ID) return;
  const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() ?? {};
  if (tables === 0) return;
  throw new StoreCorrupt(
    "notOurs",
    `${file} is a database of something else; nothing was changed in it. Choose another file for sessions.`,
  );
}
