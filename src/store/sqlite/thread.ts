/** One of the two threads that hold a session file: the only code that touches it. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { BrokenInvariant, StoreUnavailable } from "#core/errors";
import { openForReading, openForWriting } from "./database.ts";
import { DocumentReader, DocumentWriter } from "./documents.ts";
import { storeError } from "./failure.ts";
import { Reader } from "./reader.ts";
import { type Answer, failureOf, type ReaderRequests, type Request, type WriterRequests } from "./requests.ts";
import { Retention } from "./retention.ts";
import { Writer } from "./writer.ts";

/** What the main thread gives the thread it starts. */
export interface ThreadSettings {
  readonly file: string;
  readonly role: "writer" | "reader";
}

type Handlers<R> = { readonly [K in keyof R]: R[K] extends (...values: infer V) => infer A ? (...values: V) => A | Promise<A> : never };

/** What exists once the file is open. */
class Opened<T> {
  #it: (T & { readonly db: DatabaseSync }) | null = null;

  set(it: T & { readonly db: DatabaseSync }): void {
    this.#it = it;
  }

  get(): T {
    if (this.#it === null) throw new BrokenInvariant("notOpen", "The session file was used before it was opened.");
    return this.#it;
  }

  close(): void {
    this.#it?.db.close();
    this.#it = null;
  }
}

function writing(file: string): Handlers<WriterRequests> {
  const opened = new Opened<{ writer: Writer; retention: Retention; documents: DocumentWriter; identity: string }>();
  /** A file that somebody moved or deleted can still be written, and nobody would ever find what was. */
  const inPlace = () => {
    const it = opened.get();
    if (identityOf(file) === it.identity) return it;
    throw new StoreUnavailable("fileGone", `The session file ${file} was moved or deleted while it was open; it is opened anew.`);
  };
  return {
    async open() {
      const db = await openForWriting(file);
      const parts = { writer: new Writer(db), retention: new Retention(db), documents: new DocumentWriter(db) };
      opened.set({ db, ...parts, identity: identityOf(file) });
    },
    append: (batch) => inPlace().writer.append(batch),
    retain: (policy, at, mark) => inPlace().retention.step(policy, at, mark),
    writeDocuments: (site, changes) => inPlace().documents.write(site, changes),
    close: () => opened.close(),
  };
}

function identityOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.dev} ${found.ino}`;
}

function reading(file: string): Handlers<ReaderRequests> {
  const opened = new Opened<{ reader: Reader; documents: DocumentReader }>();
  return {
    async open() {
      const db = await openForReading(file);
      opened.set({ db, reader: new Reader(db), documents: new DocumentReader(db) });
    },
    checkpoint: (charger) => opened.get().reader.checkpoint(charger),
    session: (id) => opened.get().reader.session(id),
    sessions: (query, after, most) => opened.get().reader.sessions(query, after, most),
    samples: (session, after) => opened.get().reader.samples(session, after),
    events: (query, after) => opened.get().reader.events(query, after),
    totals: (query, question, after) => opened.get().reader.totals(query, question, after),
    documents: (site, after) => opened.get().documents.page(site, after),
    close: () => opened.close(),
  };
}

const { file, role } = workerData as ThreadSettings;
const handlers: Readonly<Record<string, (...values: never[]) => unknown>> = { ...(role === "writer" ? writing(file) : reading(file)) };
let before: Promise<void> = Promise.resolve();

async function answer({ id, name, values }: Request): Promise<void> {
  try {
    const handler = handlers[name] as (...values: readonly unknown[]) => unknown;
    reply({ id, value: await handler(...values) });
  } catch (error) {
    reply({ id, failure: failureOf(storeError(error, file)) });
  }
}

const reply = (message: Answer): void => parentPort?.postMessage(message);

parentPort?.on("message", (request: Request) => {
  before = before.then(() => answer(request));
});
