/**
 * Lines for people on standard error. Nobody may be reading: a pipe that is full or broken costs lines, never time, where plain
 * writes to a pipe would stop the whole process until somebody reads (F-43).
 */
import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";

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

/** A pipe as a socket is written to without waiting; everything else is a file or a terminal. */
function standardError(): Writable {
  if (process.platform !== "win32" && isPipe()) return new Socket({ fd: STANDARD_ERROR, readable: false, writable: true }).unref();
  return process.stderr;
}

export class ConsoleLog {
  readonly #stream: Writable;
  #broken = false;

  constructor() {
    this.#stream = standardError();
    this.#stream.on("error", () => {
      this.#broken = true;
    });
  }

  line(text: string): void {
    if (this.#broken || this.#stream.writableLength > MOST_WAITING) return;
    this.#stream.write(`${text}\n`);
  }
}
