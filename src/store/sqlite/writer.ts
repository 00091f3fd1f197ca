/** What changes the file: batches in, old things out. One writer a file. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { mergedRecord } from "../merge.ts";
import { SET_FLOW } from "./flow.ts";
import {
  EVENT_FIELDS,
  eventValues,
  RECORD_ASSIGNMENTS,
  RECORD_FIELDS,
  recordOf,
  recordValues,
  SAMPLE_FIELDS,
  sampleValues,
} from "./rows.ts";
import { inTransaction } from "./transaction.ts";

/** How a session is known in the file. Samples are kept by its number, their times as offsets from its base. */
interface Place {
  readonly number: number;
  readonly base: number;
}

const placeholders = (fields: string): string => fields.replace(/\w+/g, "?");

export class Writer {
  readonly #db: DatabaseSync;
  readonly #findPlace: StatementSync;
  readonly #makePlace: StatementSync;
  readonly #findRecord: StatementSync;
  readonly #setRecord: StatementSync;
  readonly #addSample: StatementSync;
  readonly #setFlow: StatementSync;
  readonly #addEvent: StatementSync;
  readonly #setCheckpoint: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#findPlace = db.prepare("SELECT number, base FROM session WHERE id = ?");
    this.#makePlace = db.prepare("INSERT INTO session (id, base) VALUES (?, ?) RETURNING number, base");
    this.#findRecord = db.prepare(`SELECT ${RECORD_FIELDS} FROM session WHERE number = ? AND revision IS NOT NULL`);
    this.#setRecord = db.prepare(`UPDATE session SET ${RECORD_ASSIGNMENTS} WHERE number = ?`);
    this.#addSample = db.prepare(
      `INSERT INTO sample (session, ${SAMPLE_FIELDS}) VALUES (?, ${placeholders(SAMPLE_FIELDS)}) ON CONFLICT DO NOTHING`,
    );
    this.#setFlow = db.prepare(`${SET_FLOW} WHERE number = ?`);
    const event = EVENT_FIELDS.replace("number, ", "");
    this.#addEvent = db.prepare(`INSERT INTO event (${event}) VALUES (${placeholders(event)}) ON CONFLICT DO NOTHING`);
    this.#setCheckpoint = db.prepare(`
      INSERT INTO checkpoint (charger, at, state) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET at = excluded.at, state = excluded.state WHERE excluded.at >= checkpoint.at`);
  }

  append({ records, samples, events, checkpoints }: SessionBatch): void {
    inTransaction(this.#db, () => {
      for (const record of records) this.#record(record);
      const sampled = new Set(samples.map((sample) => this.#sample(sample)));
      for (const number of sampled) this.#setFlow.run(number);
      for (const event of events) this.#event(event);
      for (const checkpoint of checkpoints) this.#checkpoint(checkpoint);
    });
  }

  #place(id: string, base: number): Place {
    return (this.#findPlace.get(id) ?? this.#makePlace.get(id, base)) as unknown as Place;
  }

  #record(given: SessionRecord): void {
    const { number } = this.#place(given.id, Math.round(given.startedAt));
    const row = this.#findRecord.get(number);
    const kept = row && recordOf(row);
    const record = kept ? mergedRecord(kept, given) : given;
    if (record !== kept) this.#setRecord.run(...recordValues(record), number);
  }

  /** @returns the number of its session */
  #sample(sample: SessionSample): number {
    const { number, base } = this.#place(sample.session, Math.round(sample.at));
    this.#addSample.run(number, ...sampleValues(sample, base));
    return number;
  }

  #event(event: LoggedEvent): void {
    this.#addEvent.run(...eventValues(event));
  }

  #checkpoint({ charger, at, state }: Checkpoint): void {
    this.#setCheckpoint.run(charger, at, state);
  }
}
