/** What the main thread asks of the two threads that hold the file, and what they answer. */
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { RetentionPolicy, SessionQuery, Total, TotalsQuery } from "#core/session/question";
import type { Checkpoint, LoggedEvent, SessionBatch, SessionRecord, SessionSample } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import type { DocumentChange, StoredDocument } from "#ports/document-store";
import type { EventQuery } from "#ports/session-store";
import type { DocumentMark } from "./documents.ts";
import type { EventMark, Page, SessionMark } from "./reader.ts";
import type { RetentionMark, RetentionStep } from "./retention.ts";

export interface WriterRequests {
  open(): void;
  append(batch: SessionBatch): void;
  retain(policy: RetentionPolicy, at: WallTime, mark: RetentionMark | null): RetentionStep;
  writeDocuments(site: string, changes: readonly DocumentChange[]): void;
  close(): void;
}

export interface ReaderRequests {
  open(): void;
  checkpoint(charger: string): Checkpoint | null;
  session(id: string): SessionRecord | null;
  sessions(query: SessionQuery, after: SessionMark | null, most: number | null): Page<SessionRecord, SessionMark>;
  samples(session: string, after: number | null): Page<SessionSample, number>;
  events(query: EventQuery, after: EventMark | null): Page<LoggedEvent, EventMark>;
  totals(query: TotalsQuery, question: number, after: number | null): Page<Total, number>;
  documents(site: string, after: DocumentMark | null): Page<StoredDocument, DocumentMark>;
  close(): void;
}

export interface Request {
  readonly id: number;
  readonly name: string;
  readonly values: readonly unknown[];
}

/** An error loses its class between threads. */
export interface Failure {
  readonly kind: "unavailable" | "corrupt" | "other";
  readonly code: string;
  readonly message: string;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreUnavailable) return { kind: "unavailable", code: error.code, message: error.message };
  if (error instanceof StoreCorrupt) return { kind: "corrupt", code: error.code, message: error.message };
  return { kind: "other", code: "", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function errorOf({ kind, code, message }: Failure): Error {
  switch (kind) {
    case "unavailable":
      return new StoreUnavailable(code, message);
    case "corrupt":
      return new StoreCorrupt(code, message);
    case "other":
      return new Error(message);
  }
}
