/**
 * Sessions in one SQLite file. Two threads hold it, one that writes and one that answers, so that the thread that asks is never held up.
 * Nothing is opened before the first question; a file that could not be opened is tried again by the next one.
 */
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { Removed, RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";
import type { EventQuery, SessionStore } from "#ports/session-store";
import type { DocumentMark } from "./documents.ts";
import type { EventMark, Page, SessionMark } from "./reader.ts";
import type { ReaderRequests, WriterRequests } from "./requests.ts";
import { plus, type RetentionMark, type RetentionStep } from "./retention.ts";
import { ThreadLine } from "./thread-line.ts";

interface Lines {
  readonly writer: ThreadLine<WriterRequests>;
  readonly reader: ThreadLine<ReaderRequests>;
}

export class SqliteStore implements SessionStore, DocumentStore {
  readonly #file: string;
  #lines: Promise<Lines> | null = null;
  /** Damage that was found while the file was open; it is not touched again. */
  #damage: StoreCorrupt | null = null;
  #closed = false;
  #questions = 0;

  /** @param file absolute path; made, with its folder, where there is none */
  constructor(file: string) {
    this.#file = file;
  }

  /** Opens the file now rather than with the first question. @throws StoreUnavailable, StoreCorrupt */
  async open(): Promise<void> {
    await this.#ask(async () => {});
  }

  append(batch: SessionBatch): Promise<void> {
    return this.#ask(({ writer }) => writer.ask("append", batch));
  }

  checkpoint(charger: string): Promise<Checkpoint | null> {
    return this.#ask(({ reader }) => reader.ask("checkpoint", charger));
  }

  session(id: string): Promise<SessionRecord | null> {
    return this.#ask(({ reader }) => reader.ask("session", id));
  }

  async *sessions(query: SessionQuery): AsyncIterable<readonly SessionRecord[]> {
    let left = query.limit;
    if (left !== null && left <= 0) return;
    const pages = this.#pages(({ reader }, after: SessionMark | null) => reader.ask("sessions", query, after, left));
    for await (const page of pages) {
      if (left !== null) left -= page.length;
      yield page;
      if (left !== null && left <= 0) return;
    }
  }

  samples(session: string): AsyncIterable<readonly SessionSample[]> {
    return this.#pages(({ reader }, after: number | null) => reader.ask("samples", session, after));
  }

  events(query: EventQuery): AsyncIterable<readonly LoggedEvent[]> {
    return this.#pages(({ reader }, after: EventMark | null) => reader.ask("events", query, after));
  }

  async totals(query: TotalsQuery): Promise<readonly Total[]> {
    this.#questions += 1;
    const question = this.#questions;
    const totals: Total[] = [];
    for await (const page of this.#pages(({ reader }, after: number | null) => reader.ask("totals", query, question, after))) {
      totals.push(...page);
    }
    return totals;
  }

  async retain(policy: RetentionPolicy, at: WallTime): Promise<Removed> {
    let removed: Removed = { samples: 0, events: 0, sessions: 0 };
    let mark: RetentionMark | null = null;
    do {
      const from: RetentionMark | null = mark;
      // Batches that came meanwhile are written between two steps.
      const step: RetentionStep = await this.#ask(({ writer }) => writer.ask("retain", policy, at, from));
      removed = plus(removed, step.removed);
      mark = step.next;
    } while (mark !== null);
    return removed;
  }

  load(site: string): AsyncIterable<readonly StoredDocument[]> {
    return this.#pages(({ reader }, after: DocumentMark | null) => reader.ask("documents", site, after));
  }

  write(site: string, changes: readonly DocumentChange[]): Promise<void> {
    return this.#ask(({ writer }) => writer.ask("writeDocuments", site, changes));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const lines = await this.#lines?.catch(() => null);
    this.#lines = null;
    if (!lines) return;
    // One after the other: whoever closes last folds the log into the file, and of two at once each takes the other for the last.
    await lines.reader.ask("close").catch(() => {});
    await lines.writer.ask("close").catch(() => {});
    await end(lines);
  }

  async *#pages<T, Mark>(ask: (lines: Lines, after: Mark | null) => Promise<Page<T, Mark>>): AsyncGenerator<readonly T[]> {
    let after: Mark | null = null;
    do {
      const from: Mark | null = after;
      const page: Page<T, Mark> = await this.#ask((lines) => ask(lines, from));
      if (page.items.length > 0) yield page.items;
      after = page.next;
    } while (after !== null);
  }

  async #ask<A>(ask: (lines: Lines) => Promise<A>): Promise<A> {
    const opened = this.#opened();
    try {
      return await ask(await opened);
    } catch (error) {
      await this.#failed(opened, error);
      throw error;
    }
  }

  /**
   * Lets go of a file that could not be opened, that is no longer there, whose thread is gone, or that is damaged; the next question begins
   * anew, or is refused.
   */
  async #failed(opened: Promise<Lines>, error: unknown): Promise<void> {
    const lines = await opened.catch(() => null);
    const isGone = error instanceof StoreUnavailable && error.code === "fileGone";
    if (lines?.writer.isAlive && lines.reader.isAlive && !isGone && !(error instanceof StoreCorrupt)) return;
    if (lines !== null && error instanceof StoreCorrupt) this.#damage = error;
    if (this.#lines === opened) this.#lines = null;
    if (lines !== null) await end(lines);
  }

  #opened(): Promise<Lines> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("closed", `The session file ${this.#file} was closed.`));
    if (this.#damage !== null) return Promise.reject(this.#damage);
    this.#lines ??= this.#open();
    return this.#lines;
  }

  async #open(): Promise<Lines> {
    const lines: Lines = {
      writer: new ThreadLine({ file: this.#file, role: "writer" }),
      reader: new ThreadLine({ file: this.#file, role: "reader" }),
    };
    try {
      await lines.writer.ask("open");
      await lines.reader.ask("open");
      return lines;
    } catch (error) {
      await end(lines);
      throw error;
    }
  }
}

const end = async ({ writer, reader }: Lines): Promise<void> => {
  await Promise.all([writer.end(), reader.end()]);
};
