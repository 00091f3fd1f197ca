/**
 * What happened, one JSON object a line, with both clocks (I6). Written behind the loop's back: a full disk or a stuck one costs
 * lines, never time, and the log says how many (F-43).
 */
import { type FileHandle, open, rename } from "node:fs/promises";
import type { Clock } from "#ports/clock";

/** Lines that may wait for the disk; more are dropped and counted. */
const MOST_WAITING = 1_000;
/** Bytes written at once. */
const MOST_AT_ONCE = 65_536;
/** Pause after a failed write, ms. */
const RETRY = 5_000;

/** Events that happened to the charger, requests of clients, and notes of the process about itself. */
export type LogKind = "event" | "request" | "process";

export interface EventLogOptions {
  readonly path: string;
  /** The file is put aside when it would grow beyond this. */
  readonly fileBytes: number;
  /** Files kept, the one being written included; at least two. */
  readonly files: number;
  readonly clock: Clock;
}

export class EventLog {
  readonly #options: EventLogOptions;
  #waiting: string[] = [];
  #dropped = 0;
  #file: { readonly handle: FileHandle; size: number } | null = null;
  #writing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #whyDropped = "the disk was slow";

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  write(kind: LogKind, facts: object): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(this.#line(kind, facts));
    this.#go();
  }

  /** Writes what waits, once, and closes the file. */
  async close(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#go();
    while (this.#writing !== null) await this.#writing;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#file?.handle.close().catch(() => {});
    this.#file = null;
  }

  #line(kind: LogKind, facts: object): string {
    const { clock } = this.#options;
    return `${JSON.stringify({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.now(), kind, ...facts })}\n`;
  }

  #go(): void {
    if (this.#writing !== null || this.#retry !== null || this.#waiting.length === 0) return;
    const lines = this.#take(Math.min(MOST_AT_ONCE, this.#options.fileBytes));
    this.#writing = this.#append(lines).then(
      () => {
        this.#writing = null;
        this.#go();
      },
      (error: Error) => {
        this.#writing = null;
        this.#dropped += lines.length;
        this.#whyDropped = error.message;
        this.#retry = setTimeout(() => {
          this.#retry = null;
          this.#go();
        }, RETRY).unref();
      },
    );
  }

  /** The lines next in order that make up at most so many bytes, and at least one. */
  #take(most: number): readonly string[] {
    let bytes = 0;
    const fits = this.#waiting.findIndex((line, index) => {
      bytes += Buffer.byteLength(line);
      return index > 0 && bytes > most;
    });
    return this.#waiting.splice(0, fits === -1 ? this.#waiting.length : fits);
  }

  async #append(lines: readonly string[]): Promise<void> {
    const dropped = this.#dropped;
    const text =
      (dropped === 0 ? "" : this.#line("process", { type: "logLinesDropped", lines: dropped, reason: this.#whyDropped })) + lines.join("");
    const bytes = Buffer.from(text);
    try {
      const file = await this.#fileFor(bytes.length);
      // One write, then on: `writeFile` on a handle would go on after a short write, and never end on a full disk.
      const { bytesWritten } = await file.handle.write(bytes);
      file.size += bytesWritten;
      if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    } catch (error) {
      const file = this.#file;
      this.#file = null;
      // What was cut short must not swallow the first line that comes after it.
      await file?.handle.write("\n").catch(() => {});
      await file?.handle.close().catch(() => {});
      throw error;
    }
    this.#dropped -= dropped;
  }

  async #fileFor(bytes: number): Promise<{ readonly handle: FileHandle; size: number }> {
    const { path, fileBytes } = this.#options;
    this.#file ??= await openForAppend(path);
    if (this.#file.size > 0 && this.#file.size + bytes > fileBytes) {
      await this.#file.handle.close();
      this.#file = null;
      await this.#rotate();
      this.#file = await openForAppend(path);
    }
    return this.#file;
  }

  /** `log` becomes `log.1`, `log.1` becomes `log.2`; the last falls off. */
  async #rotate(): Promise<void> {
    const { path, files } = this.#options;
    for (let n = files - 1; n >= 1; n -= 1) {
      await rename(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
  }
}

async function openForAppend(path: string): Promise<{ readonly handle: FileHandle; size: number }> {
  const handle = await open(path, "a", 0o600);
  return { handle, size: (await handle.stat()).size };
}
