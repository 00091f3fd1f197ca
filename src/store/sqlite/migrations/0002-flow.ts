/** When a session's energy flowed, so that a report asks for samples only where they decide; and how far samples are thinned. */
import { SET_FLOW } from "../flow.ts";
import type { Migration } from "./migration.ts";

export const flow: Migration = {
  up(db) {
    db.exec(`
      ALTER TABLE session ADD COLUMN flow_from INTEGER;
      ALTER TABLE session ADD COLUMN flow_until INTEGER;
      ALTER TABLE session ADD COLUMN flow_energy INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE session ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0;
      ${SET_FLOW};
    `);
  },
  down(db) {
    db.exec(`
      ALTER TABLE session DROP COLUMN thinned;
      ALTER TABLE session DROP COLUMN flow_energy;
      ALTER TABLE session DROP COLUMN flow_until;
      ALTER TABLE session DROP COLUMN flow_from;
    `);
  },
};
