/** Sessions, their samples, events and checkpoints. Scales and meanings of the columns are in src/store/README.md. */
import type { Migration } from "./migration.ts";

export const sessions: Migration = {
  up(db) {
    db.exec(`
      CREATE TABLE session (
        number          INTEGER PRIMARY KEY,
        id              TEXT    NOT NULL UNIQUE,
        base            INTEGER NOT NULL,
        revision        INTEGER,
        charger         TEXT,
        user            TEXT,
        tag             TEXT,
        started         INTEGER,
        ended           INTEGER,
        connected_ms    INTEGER,
        charging_ms     INTEGER,
        energy_wh       REAL,
        sun_wh          REAL,
        grid_wh         REAL,
        battery_wh      REAL,
        unknown_wh      REAL,
        cost            REAL,
        priced_wh       REAL,
        co2_g           REAL,
        meter_start_wh  REAL,
        meter_stop_wh   REAL,
        max_power_w     REAL,
        mean_power_w    REAL,
        offered_min_a   REAL,
        offered_max_a   REAL,
        peak_temp_c     REAL,
        interruptions   TEXT,
        faults          TEXT,
        end_reason      TEXT,
        gaps            INTEGER
      );
      CREATE INDEX session_by_end ON session (max(ended, started), started) WHERE revision IS NOT NULL;
      CREATE INDEX session_by_start ON session (started, id) WHERE revision IS NOT NULL;

      CREATE TABLE sample (
        session     INTEGER NOT NULL,
        offset_ms   INTEGER NOT NULL,
        energy      INTEGER NOT NULL,
        sun         INTEGER NOT NULL,
        battery     INTEGER NOT NULL,
        unknown     INTEGER NOT NULL,
        cost        INTEGER,
        power       INTEGER,
        current     INTEGER,
        offered     INTEGER,
        temperature INTEGER,
        PRIMARY KEY (session, offset_ms)
      ) WITHOUT ROWID;

      CREATE TABLE event (
        number   INTEGER PRIMARY KEY,
        id       TEXT    NOT NULL UNIQUE,
        at       INTEGER NOT NULL,
        charger  TEXT    NOT NULL,
        session  TEXT,
        type     TEXT    NOT NULL,
        reason   TEXT,
        fault    TEXT,
        evidence TEXT    NOT NULL
      );
      CREATE INDEX event_by_time ON event (at, number);
      CREATE INDEX event_by_session ON event (session, at, number) WHERE session IS NOT NULL;

      CREATE TABLE checkpoint (
        charger TEXT    PRIMARY KEY,
        at      INTEGER NOT NULL,
        state   TEXT    NOT NULL
      ) WITHOUT ROWID;
    `);
  },
  down(db) {
    db.exec("DROP TABLE checkpoint; DROP TABLE event; DROP TABLE sample; DROP TABLE session;");
  },
};
