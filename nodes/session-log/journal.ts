/** What is on its way into the store: in order, one batch at a time, and never forgotten while there is room. */
import { StoreUnavailable } from "#core/errors";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import { EMPTY_BATCH } from "#core/session/record";
import { Seconds } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import type { Scheduler } from "../shared/scheduler.ts";

/** A store that could not take a batch is asked again after this. */
const RETRY_AFTER = Seconds(5);
/** Of each kind, in memory, when neither the store nor its spool takes anything; two weeks of one charger's samples. */
const MOST_WAITING = 20_000;

export interface JournalHost {
  readonly store: Pick<SessionStore, "append">;
  readonly scheduler: Scheduler;
  /** Called once when the store begins to refuse, and once with null when it takes again. */
  trouble(error: Error | null): void;
  /** Old samples or events were given up, for want of room. */
  gaveUp(count: number): void;
}

export class Journal {
  readonly #host: JournalHost;
  #waiting: SessionBatch;
  #writing: Promise<void> | null = null;
  #inTrouble = false;
  #closed = false;
  #cancelRetry = (): void => {};

  /** @param waiting what an earlier journal did not get rid of */
  constructor(host: JournalHost, waiting: SessionBatch = EMPTY_BATCH) {
    this.#host = host;
    this.#waiting = waiting;
    this.#write();
  }

  /** What is not in the store yet. */
  get waiting(): SessionBatch {
    return this.#waiting;
  }

  get isInTrouble(): boolean {
    return this.#inTrouble;
  }

  add(batch: SessionBatch): void {
    if (isEmpty(batch)) return;
    const { batch: joined, lost } = withinBounds(together(this.#waiting, batch));
    this.#waiting = joined;
    if (lost > 0) this.#host.gaveUp(lost);
    if (!this.#inTrouble) this.#write();
  }

  /** Resolves when what was added so far is in the store, or was refused. */
  async written(): Promise<void> {
    // What comes while the first batch is written is written together after it.
    await this.#writing;
    await this.#writing;
  }

  /** Tries once more to write all there is. Resolves when it is written or refused; what was refused is still in `waiting`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    await this.#writing;
    this.#write();
    await this.#writing;
  }

  #write(): void {
    if (this.#writing !== null || isEmpty(this.#waiting)) return;
    const batch = this.#waiting;
    this.#waiting = EMPTY_BATCH;
    this.#writing = this.#host.store.append(batch).then(
      () => this.#settle(null),
      (error: unknown) => {
        this.#waiting = together(batch, this.#waiting);
        this.#settle(error instanceof Error ? error : new StoreUnavailable("appendFailed", String(error)));
      },
    );
  }

  #settle(error: Error | null): void {
    this.#writing = null;
    if ((error !== null) !== this.#inTrouble) this.#host.trouble(error);
    this.#inTrouble = error !== null;
    if (error === null) this.#write();
    else if (!this.#closed) this.#cancelRetry = this.#host.scheduler.after(RETRY_AFTER, () => this.#write());
  }
}

const isEmpty = ({ records, samples, events, checkpoints }: SessionBatch): boolean =>
  records.length + samples.length + events.length + checkpoints.length === 0;

/** Two batches as one: of a record and a checkpoint the newer, everything else one after the other. */
export function together(first: SessionBatch, second: SessionBatch): SessionBatch {
  if (isEmpty(first)) return second;
  if (isEmpty(second)) return first;
  return {
    records: newest<SessionRecord>([...first.records, ...second.records], ({ id }) => id),
    samples: [...first.samples, ...second.samples],
    events: [...first.events, ...second.events],
    checkpoints: newest<Checkpoint>([...first.checkpoints, ...second.checkpoints], ({ charger }) => charger),
  };
}

const newest = <T>(things: readonly T[], key: (thing: T) => string): readonly T[] => [
  ...new Map(things.map((thing) => [key(thing), thing])).values(),
];

function withinBounds(batch: SessionBatch): { readonly batch: SessionBatch; readonly lost: number } {
  const samples = newestOf<SessionSample>(batch.samples);
  const events = newestOf<LoggedEvent>(batch.events);
  const lost = batch.samples.length - samples.length + batch.events.length - events.length;
  return { batch: lost === 0 ? batch : { ...batch, samples, events }, lost };
}

const newestOf = <T>(things: readonly T[]): readonly T[] => (things.length > MOST_WAITING ? things.slice(-MOST_WAITING) : things);
