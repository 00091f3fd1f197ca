/**
 * Lines for people on standard error. Nobody may be reading: a pipe that is full or broken costs lines, never time, where plain
 * writes to a pipe would stop the whole process until somebody reads (F-43).
 */
import { fstatSync } from "node:fs";
import { Socket } from "node:net";

const STANDARD_ERROR = 2;
/** Bytes that may wait for a reader. */
const MOST_WAITING = 65_536;

function isPipe(): boolean {
  try {
    const stat = fstatSync(STANDARD_ERROR);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

export class ConsoleLog {
  /** A pipe, written to as a socket: nobody waits. Null for a file or a terminal, which take what they are given. */
  readonly #pipe: Socket | null;
  #broken = false;

  constructor() {
    this.#pipe = process.platform !== "win32" && isPipe() ? new Socket({ fd: STANDARD_ERROR, readable: false, writable: true }) : null;
    this.#pipe?.unref();
    (this.#pipe ?? process.stderr).on("error", () => {
      this.#broken = true;
    });
  }

  line(text: string): void {
    const stream = this.#pipe ?? process.stderr;
    if (this.#broken || stream.writableLength > MOST_WAITING) return;
    stream.write(`${text}\n`);
  }

  /** Gives up what nobody has read; unread lines would keep the process from ending. */
  close(): void {
    this.#pipe?.destroy();
  }
}
