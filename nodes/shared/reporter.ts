/** Passes on what a charger says: at once when it changes in a way that matters, otherwise at an interval. */
import type { Scheduler } from "./scheduler.ts";

const nothing = (): void => {};

export interface ReporterOptions<R> {
  readonly send: (report: R) => void;
  /** The part of a report whose change is worth a message at once. */
  readonly significant: (report: R) => unknown;
  readonly intervalMs: number;
  readonly scheduler: Scheduler;
}

export class Reporter<R> {
  readonly #options: ReporterOptions<R>;
  #newest: R | null = null;
  #sent = "";
  #cancel = nothing;
  #closed = false;
  readonly #waiting: ((report: R | null) => void)[] = [];

  constructor(options: ReporterOptions<R>) {
    this.#options = options;
  }

  hear(report: R): void {
    this.#newest = report;
    for (const answer of this.#waiting.splice(0)) answer(report);
    const significant = JSON.stringify(this.#options.significant(report));
    if (significant === this.#sent) return;
    this.#sent = significant;
    this.#send();
  }

  /** The next report; null when there will be none because the line was lost or the node is closed. */
  next(): Promise<R | null> {
    if (this.#closed) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** There is no news until further notice; what was said last is not repeated. */
  silence(): void {
    this.#newest = null;
    this.#sent = "";
    this.#cancel();
    for (const answer of this.#waiting.splice(0)) answer(null);
  }

  /** There will be no news any more; whoever asks from now on is told so. */
  close(): void {
    this.#closed = true;
    this.silence();
  }

  #send(): void {
    if (this.#newest === null) return;
    const { send, scheduler, intervalMs } = this.#options;
    send(this.#newest);
    this.#cancel();
    this.#cancel = scheduler.after(intervalMs, () => this.#send());
  }
}
