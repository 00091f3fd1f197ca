/** A step between two versions of the schema. */
import type { DatabaseSync } from "node:sqlite";

export interface Migration {
  up(db: DatabaseSync): void;
  /** Back to what the step before left; what only the newer version knows is lost. */
  down(db: DatabaseSync): void;
}
