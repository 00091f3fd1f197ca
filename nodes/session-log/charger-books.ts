/** The books of one charger as a node keeps them: opened from the store, and until then everything waits its turn. */
import { StoreCorrupt } from "#core/errors";
import {
  createLedger,
  handOut,
  type LedgerConfig,
  type LedgerNow,
  type LedgerState,
  openSessionId,
  type Recorded,
  record,
  resumeLedger,
} from "#core/session/ledger";
import type { LedgerInput } from "#core/session/observation";
import { EMPTY_BATCH, type SessionRecord, type SessionSample } from "#core/session/record";
import { closedOrphan } from "#core/session/session-books";
import { between, type Instant, Minutes, Seconds, type WallTime } from "#core/units/units";
import type { SessionStore } from "#ports/session-store";
import type { Scheduler } from "../shared/scheduler.ts";

/** A store that cannot be asked is asked again. */
const RETRY_AFTER = Seconds(5);
const RETRY_CORRUPT_AFTER = Minutes(1);
/** Two hours of one message a second. */
const MOST_QUEUED = 7200;
/** Of the newest sessions, where one that nobody ended would be. */
const LOOK_BACK = 20;
/** While a car is there, the store is asked this often whether another log writes of it too; no multiple of what a log writes at, or two would
 * keep missing each other. */
const LOOK_AROUND_EVERY = Seconds(67);

interface Queued {
  readonly input: LedgerInput;
  readonly now: LedgerNow;
}

export interface BooksHost {
  readonly store: SessionStore;
  readonly scheduler: Scheduler;
  /** What the ledger made of an input, in order. */
  recorded(made: Omit<Recorded, "state">): void;
  warn(text: string): void;
}

/** What goes on after a deployment, in the same process. */
export interface BooksMemory {
  /** Null when they were not opened yet. */
  readonly state: LedgerState | null;
  readonly queue: readonly Queued[];
  readonly last: SessionRecord | null;
}

export class ChargerBooks {
  readonly #config: LedgerConfig;
  readonly #host: BooksHost;
  #state: LedgerState | null;
  readonly #queue: Queued[];
  #last: SessionRecord | null;
  /** Sessions that these books know; any other that the store has for open was lost. Null once that was looked after. */
  #own: Set<string> | null = new Set();
  #closed = false;
  #cancelRetry = (): void => {};
  /** `at` of the newest checkpoint that these books gave, and of a newer one that the store had all the same. */
  #given: WallTime | null = null;
  #others: WallTime | null = null;
  #isOtherTold = false;
  #lookedAround: Instant | null = null;

  constructor(config: LedgerConfig, host: BooksHost, memory: BooksMemory | null) {
    this.#config = config;
    this.#host = host;
    // Settings may have changed in between; what is known of the charge has not.
    this.#state = memory?.state ? { ...memory.state, config } : null;
    this.#queue = [...(memory?.queue ?? [])];
    this.#last = memory?.last ?? null;
    if (this.#state === null) void this.#open();
  }

  get memory(): BooksMemory {
    return { state: this.#state, queue: this.#queue, last: this.#last };
  }

  /** The session that is open; null when none is, or when the books are not open yet. */
  get session(): SessionRecord | null {
    return this.#last?.endedAt === null ? this.#last : null;
  }

  take(input: LedgerInput, now: LedgerNow): void {
    if (this.#state !== null) {
      this.#record(this.#state, { input, now });
      if (input.kind === "tick" && this.session !== null) this.#lookAround(now.at);
    } else if (input.kind !== "tick") {
      this.#queue.push({ input, now });
      this.#makeRoom();
    }
  }

  /** Hands out how things stand: what is due in a few seconds only would be missing after a shutdown. */
  close(now: LedgerNow): void {
    this.#closed = true;
    this.#cancelRetry();
    if (this.#state !== null) this.#made({ ...handOut(this.#state, now), news: [] });
  }

  #record(state: LedgerState, { input, now }: Queued): void {
    this.#made(record(state, input, now));
  }

  #made(made: Recorded): void {
    this.#state = made.state;
    for (const one of made.batch?.records ?? []) {
      this.#own?.add(one.id);
      this.#last = one;
    }
    this.#given = made.batch?.checkpoints.at(-1)?.at ?? this.#given;
    this.#host.recorded(made);
  }

  /** Measurements give way before events: a counter catches up, an event comes once. */
  #makeRoom(): void {
    if (this.#queue.length <= MOST_QUEUED) return;
    const oldest = this.#queue.findIndex(({ input }) => input.kind !== "event" && input.kind !== "tariff");
    this.#queue.splice(Math.max(0, oldest), 1);
  }

  async #open(): Promise<void> {
    try {
      const { charger } = this.#config;
      const checkpoint = await this.#host.store.checkpoint(charger);
      if (this.#closed) return;
      const { state, afresh } =
        checkpoint === null ? { state: createLedger(this.#config), afresh: null } : resumeLedger(this.#config, checkpoint.state);
      if (afresh !== null) this.#host.warn(`The books of ${charger} start afresh: ${afresh}. Its sessions are kept.`);
      const open = openSessionId(state);
      if (open !== null) this.#own?.add(open);
      this.#state = state;
      for (const queued of this.#queue.splice(0)) this.#record(this.#state, queued);
      await this.#lookBack();
    } catch (error) {
      this.#again(error, () => void this.#open());
    }
  }

  /** Sessions that the store has for open though these books do not know them: ended as far as they are known. */
  async #lookBack(): Promise<void> {
    const { store } = this.#host;
    try {
      const query = { from: null, until: null, charger: this.#config.charger, user: null, order: "newest", limit: LOOK_BACK } as const;
      for await (const page of store.sessions(query)) {
        for (const kept of page) {
          if (this.#closed) return;
          if (kept.endedAt !== null) continue;
          if (this.#own?.has(kept.id)) this.#last ??= kept;
          else await this.#endLost(kept.id);
        }
      }
      this.#own = null;
    } catch (error) {
      this.#again(error, () => void this.#lookBack());
    }
  }

  /** Unless it has ended: what waits for the store is known of a single session only. */
  async #endLost(id: string): Promise<void> {
    const { store } = this.#host;
    const record = await store.session(id);
    if (record === null || record.endedAt !== null) return;
    const last = await lastSample(store, id);
    if (!this.#closed) this.#end(closedOrphan(record, last));
  }

  #lookAround(at: Instant): void {
    if (this.#lookedAround !== null && between(this.#lookedAround, at) < LOOK_AROUND_EVERY) return;
    this.#lookedAround = at;
    // A store that cannot be asked now is asked again in a minute.
    this.#findOthers().catch(() => {});
  }

  /** In another process nobody can refuse the second log, and each counts every charge. A newer checkpoint that goes on is not ours. */
  async #findOthers(): Promise<void> {
    const { charger } = this.#config;
    const stored = await this.#host.store.checkpoint(charger);
    if (this.#closed || stored === null || this.#given === null || stored.at <= this.#given) return;
    const goesOn = this.#others !== null && stored.at > this.#others;
    this.#others = stored.at;
    if (!goesOn || this.#isOtherTold) return;
    this.#isOtherTold = true;
    this.#host.warn(
      `"${charger}" is also kept in this store by another Node-RED, and each of its charges counts twice. Keep it in one of them only.`,
    );
  }

  #end(record: SessionRecord): void {
    this.#host.recorded({ batch: { ...EMPTY_BATCH, records: [record] }, news: [{ kind: "sessionEnded", record }] });
  }

  #again(error: unknown, then: () => void): void {
    if (this.#closed) return;
    this.#cancelRetry = this.#host.scheduler.after(error instanceof StoreCorrupt ? RETRY_CORRUPT_AFTER : RETRY_AFTER, then);
  }
}

async function lastSample(store: SessionStore, session: string): Promise<SessionSample | null> {
  let last: SessionSample | null = null;
  for await (const page of store.samples(session)) last = page.at(-1) ?? last;
  return last;
}
