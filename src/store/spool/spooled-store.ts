/**
 * A store with a spool before it: what the store cannot take now is kept in a file of a bounded size and given to it later, in order.
 * Questions about sessions go to the store; only a checkpoint and a single session are looked up in the spool too.
 */
import { open } from "node:fs/promises";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { Removed, RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import {
  type Checkpoint,
  EMPTY_BATCH,
  type LoggedEvent,
  type SessionBatch,
  type SessionRecord,
  type SessionSample,
} from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { EventQuery, SessionStore } from "#ports/session-store";
import { mergedRecord, replacesCheckpoint } from "../merge.ts";
import { compacted } from "./compact.ts";
import { SpoolFile } from "./spool-file.ts";

/**
 * opening: nothing was asked of the store yet · open: what is written is kept by the store at once · away: it waits in the spool ·
 * full: the spool had to give up samples, or could not take something · unusable: as away, and a person is needed; `why` says what to do.
 */
export interface SpoolHealth {
  readonly state: "opening" | "open" | "away" | "full" | "unusable";
  readonly why: string | null;
  /** Batches that wait. */
  readonly waiting: number;
}

export interface SpoolOptions {
  /** What one generation of the spool may take; the file is twice as large. */
  readonly maxBytes?: number;
  /** Calls `then` once after `ms`; returns what calls it off. */
  after(ms: number, then: () => void): () => void;
  /** The file is not touched before this; somebody else may still be closing it. */
  readonly begin?: Promise<unknown>;
  /** Hears of every change. */
  health?(health: SpoolHealth): void;
  /** Hears of what a person should know and no health tells. */
  warn?(text: string): void;
}

/** An hour of four chargers, ten times over: records and checkpoints take one place however often they change. */
const MAX_BYTES = 4 * 1024 * 1024;
/** A spool that had to be compacted leaves this much room for what comes next. */
const KEPT_SHARE = 0.5;
/** Batches that are given to the store between two that come. */
const REPLAYED_A_TURN = 10;
/** A store that has not answered after this long is away. */
const PATIENCE_MS = 10_000;
/** When it is tried again: first, and at most, ms. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

const isAway = (error: unknown): error is StoreUnavailable | StoreCorrupt =>
  error instanceof StoreUnavailable || error instanceof StoreCorrupt;

export class SpooledStore implements SessionStore {
  readonly #store: SessionStore;
  readonly #path: string;
  readonly #options: SpoolOptions;
  #file: SpoolFile | null = null;
  /** What the file holds, oldest first; the store has the first `#taken` of it already. */
  #waiting: SessionBatch[] = [];
  #taken = 0;
  #health: SpoolHealth = { state: "opening", why: null, waiting: 0 };
  /** One thing after the other: the order of batches is the order of their coming. */
  #turn: Promise<unknown>;
  #retryMs = RETRY_FIRST_MS;
  #cancelRetry: (() => void) | null = null;
  #closed = false;

  /** @param path of the spool's file, made with its folder where there is none */
  constructor(store: SessionStore, path: string, options: SpoolOptions) {
    this.#store = store;
    this.#path = path;
    this.#options = options;
    this.#turn = this.#open();
  }

  get health(): SpoolHealth {
    return this.#health;
  }

  /** @throws StoreUnavailable when neither the store nor the spool can take it */
  append(batch: SessionBatch): Promise<void> {
    return this.#inTurn(() => this.#keep(batch));
  }

  async checkpoint(charger: string): Promise<Checkpoint | null> {
    await this.#turn;
    const own = this.#waiting
      .flatMap(({ checkpoints }) => checkpoints)
      .filter((each) => each.charger === charger)
      .reduce<Checkpoint | null>((kept, each) => (kept === null || replacesCheckpoint(each, kept) ? each : kept), null);
    const stored = await this.#orWithout(own !== null, () => this.#store.checkpoint(charger));
    return own !== null && (stored === null || replacesCheckpoint(own, stored)) ? own : stored;
  }

  async session(id: string): Promise<SessionRecord | null> {
    await this.#turn;
    const own = this.#waiting.flatMap(({ records }) => records).filter((each) => each.id === id);
    const stored = await this.#orWithout(own.length > 0, () => this.#store.session(id));
    return own.reduce((kept, each) => (kept === null ? each : mergedRecord(kept, each)), stored);
  }

  sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
    return this.#store.sessions(query);
  }
  samples(session: string): AsyncIterable<readonly SessionSample[]> {
    return this.#store.samples(session);
  }
  events(query: EventQuery): AsyncIterable<readonly LoggedEvent[]> {
    return this.#store.events(query);
  }
  totals(query: TotalsQuery): Promise<readonly Total[]> {
    return this.#store.totals(query);
  }
  retain(policy: RetentionPolicy, at: WallTime): Promise<Removed> {
    return this.#store.retain(policy, at);
  }

  /** What waits stays in the file. */
  async close(): Promise<void> {
    if (this.#closed) return this.#store.close();
    this.#closed = true;
    this.#cancelRetry?.();
    await this.#turn;
    await this.#file?.close();
    await this.#store.close();
  }

  async #open(): Promise<void> {
    await this.#options.begin?.catch(() => {});
    try {
      this.#file = await SpoolFile.open(this.#path, this.#options.maxBytes ?? MAX_BYTES);
      this.#waiting = this.#file.found.map((line) => JSON.parse(line));
    } catch (error) {
      this.#options.warn?.(`There is no spool for sessions (${this.#path}): ${messageOf(error)}`);
    }
    this.#retryIn(0);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("closed", "The session store was closed."));
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #keep(batch: SessionBatch): Promise<void> {
    if (this.#waiting.length > 0) {
      await this.#spool(batch);
      this.#changed(this.#health.state, this.#health.why);
      return;
    }
    try {
      await this.#give(batch);
      this.#changed("open", null);
    } catch (error) {
      if (!isAway(error)) throw error;
      await this.#spool(batch);
      this.#away(error);
    }
  }

  /** @throws what the store throws, and StoreUnavailable when it does not answer in time */
  #give(batch: SessionBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      const silent = new StoreUnavailable("silent", `The session store has not answered for ${PATIENCE_MS / 1000} s.`);
      const cancel = this.#options.after(PATIENCE_MS, () => reject(silent));
      this.#store.append(batch).then(resolve, reject).finally(cancel);
    });
  }

  async #spool(batch: SessionBatch): Promise<void> {
    if (this.#file === null) throw new StoreUnavailable("noSpool", "The session store is away, and there is no spool to keep what comes.");
    const line = JSON.stringify(batch);
    try {
      if (this.#file.fits(line)) {
        await this.#file.add(line);
        this.#waiting.push(batch);
      } else {
        await this.#compact(this.#file, batch);
      }
    } catch (error) {
      const why = `The session store is away, and its spool ${this.#path} cannot take what comes: ${messageOf(error)}`;
      this.#changed("full", why);
      throw new StoreUnavailable("spoolFull", why, { cause: error });
    }
  }

  async #compact(file: SpoolFile, batch: SessionBatch): Promise<void> {
    const sizeOf = (each: SessionBatch): number => SpoolFile.sizeOf(JSON.stringify(each));
    const few = compacted([...this.#waiting.slice(this.#taken), batch], file.capacity * KEPT_SHARE, sizeOf);
    if (few === null) throw new RangeError("not even the newest records have room in it");
    await file.replace(few.batches.map((each) => JSON.stringify(each)));
    this.#waiting = [...few.batches];
    this.#taken = 0;
    const { samples, events } = few.givenUp;
    if (samples + events > 0) this.#changed("full", `The spool is full: ${samples} old samples and ${events} old events were given up.`);
  }

  #away(error: StoreUnavailable | StoreCorrupt): void {
    if (error instanceof StoreCorrupt) this.#changed("unusable", error.message);
    else this.#changed(this.#health.state === "full" ? "full" : "away", error.message);
    this.#retryIn(this.#retryMs);
    this.#retryMs = Math.min(RETRY_MOST_MS, this.#retryMs * 2);
  }

  #retryIn(ms: number): void {
    this.#cancelRetry ??= this.#options.after(ms, () => {
      this.#cancelRetry = null;
      void this.#replay();
    });
  }

  /**
   * Gives the store what waits, a few batches a turn: what comes meanwhile is not held up for long, and cannot come faster than it goes.
   * A store to which nothing is to be given is asked whether it is there.
   */
  async #replay(): Promise<void> {
    do {
      const goesOn = await this.#inTurn(() => this.#replayFew()).catch((error) => {
        if (this.#closed) return false;
        this.#options.warn?.(`The spool ${this.#path} cannot be emptied: ${messageOf(error)}`);
        this.#retryIn(RETRY_MOST_MS);
        return false;
      });
      if (!goesOn) return;
    } while (!this.#closed && this.#waiting.length > 0);
  }

  /** @returns whether to go on */
  async #replayFew(): Promise<boolean> {
    for (let count = 0; count < REPLAYED_A_TURN; count += 1) {
      if (!(await this.#replayOne())) return false;
      if (this.#waiting.length === 0) return true;
    }
    return true;
  }

  async #replayOne(): Promise<boolean> {
    const batch = this.#waiting[this.#taken] ?? EMPTY_BATCH;
    try {
      await this.#give(batch).catch((error) => this.#refused(batch, error));
    } catch (error) {
      if (!isAway(error)) throw error;
      this.#away(error);
      return false;
    }
    this.#taken = Math.min(this.#taken + 1, this.#waiting.length);
    if (this.#taken < this.#waiting.length) return true;
    if (this.#taken > 0) await this.#file?.replace([]);
    this.#waiting = [];
    this.#taken = 0;
    this.#retryMs = RETRY_FIRST_MS;
    this.#changed("open", null);
    return true;
  }

  /** A batch that the store will never take must not keep the others waiting: it is put into a file beside, for a person. */
  async #refused(batch: SessionBatch, error: unknown): Promise<void> {
    if (isAway(error)) throw error;
    const aside = `${this.#path}.refused`;
    const handle = await open(aside, "a", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(batch)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.#options.warn?.(`The session store refused a batch (${messageOf(error)}); it was put into ${aside}.`);
  }

  async #orWithout<T>(mayBeWithout: boolean, ask: () => Promise<T | null>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (mayBeWithout && isAway(error)) return null;
      throw error;
    }
  }

  #changed(state: SpoolHealth["state"], why: string | null): void {
    const waiting = this.#waiting.length - this.#taken;
    const { state: stateBefore, why: whyBefore, waiting: waitingBefore } = this.#health;
    if (state === stateBefore && why === whyBefore && waiting === waitingBefore) return;
    this.#health = { state, why, waiting };
    this.#options.health?.(this.#health);
  }
}

/** Puts a spool before a store. @param path of the spool's file, made with its folder where there is none */
export const withSpool = (store: SessionStore, path: string, options: SpoolOptions): SpooledStore => new SpooledStore(store, path, options);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
