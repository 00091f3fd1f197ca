/** The line from the main thread to one of a file's threads: requests out, answers in. */
import { Worker } from "node:worker_threads";
import { StoreUnavailable } from "#core/errors";
import { type Answer, errorOf, type Request } from "./requests.ts";
import type { ThreadSettings } from "./thread.ts";

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

type Asked<R, K extends keyof R> = R[K] extends (...values: infer V) => infer A ? { readonly values: V; readonly answer: A } : never;

/** By its name in the package: this file may be part of a bundle. */
const THREAD = new URL(import.meta.resolve("#store/sqlite/thread"));

/** Of this process's flags those by which a thread finds its code and its SQLite; others may keep it from starting. */
const PASSED_ON = ["--conditions=", "--experimental-sqlite", "--no-experimental-sqlite"];
/** Older Node calls its SQLite experimental, and says so to everyone. */
const FLAGS = [
  ...process.execArgv.filter((flag) => PASSED_ON.some((name) => flag.startsWith(name))),
  "--disable-warning=ExperimentalWarning",
];

export class ThreadLine<R> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #gone: Error | null = null;

  constructor(settings: ThreadSettings) {
    this.#worker = new Worker(THREAD, { workerData: settings, execArgv: FLAGS });
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#lost(error));
    this.#worker.on("exit", () => this.#lost(new Error("it ended")));
  }

  /** False once the thread has ended; every request is then refused. */
  get isAlive(): boolean {
    return this.#gone === null;
  }

  /** @throws StoreUnavailable, StoreCorrupt */
  ask<K extends keyof R & string>(name: K, ...values: Asked<R, K>["values"] & readonly unknown[]): Promise<Asked<R, K>["answer"]> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#asked += 1;
      this.#pending.set(this.#asked, { resolve, reject });
      // A process ends when it has nothing left to do, and waiting for an answer is something to do.
      this.#worker.ref();
      this.#worker.postMessage({ id: this.#asked, name, values } satisfies Request);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answered({ id, value, failure }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (failure === undefined) pending?.resolve(value as never);
    else pending?.reject(errorOf(failure));
  }

  #lost(cause: unknown): void {
    this.#gone ??= new StoreUnavailable("threadGone", `The thread that holds the session file is gone (${String(cause)}).`, { cause });
    for (const { reject } of this.#pending.values()) reject(this.#gone);
    this.#pending.clear();
  }
}
