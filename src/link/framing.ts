/** One JSON object a line: bytes to frames and back. What is not a plain, shallow JSON object never leaves this file. */
import { MessageError } from "#core/errors";
import { MAX_FRAME_BYTES } from "./messages.ts";

/** Deepest nesting a frame may have; the deepest of ours has four levels. */
const DEEPEST = 8;
/** Keys that reach the prototype of an object when somebody copies them carelessly. */
const HOSTILE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** The line a frame is sent as. */
export const encodeFrame = (frame: object): string => `${JSON.stringify(frame)}\n`;

function checkShape(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > DEEPEST) throw new MessageError("badFrame", `Expected a frame of at most ${DEEPEST} levels, got a deeper one.`);
  if (Array.isArray(value)) {
    for (const item of value) checkShape(item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (HOSTILE_KEYS.has(key)) throw new MessageError("badFrame", `The key "${key}" is not allowed in a frame.`);
    checkShape((value as Record<string, unknown>)[key], depth + 1);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws MessageError `badFrame` when the line is not UTF-8, not JSON, not an object, too deep or has keys that reach a prototype. */
export function decodeFrame(line: Uint8Array): object {
  let frame: unknown;
  try {
    frame = JSON.parse(utf8.decode(line));
  } catch (cause) {
    throw new MessageError("badFrame", "Expected one JSON object a line in UTF-8, got something else.", { cause });
  }
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) {
    throw new MessageError("badFrame", `Expected a JSON object, got ${Array.isArray(frame) ? "an array" : typeof frame}.`);
  }
  checkShape(frame, 1);
  return frame;
}

/**
 * Cuts a stream of bytes into frames, one at a time, so that its user decides how many to take per turn.
 * Holds at most one chunk and one frame.
 */
export class FrameDecoder {
  #chunk: Buffer = NOTHING;
  #at = 0;
  /** Start of a frame whose end has not come yet: the first `#length` bytes of `#held`. */
  #held: Buffer = NOTHING;
  #length = 0;

  /** Takes the next bytes of the stream. Call it only when `next` has returned null. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next frame; null when more bytes are needed. @throws MessageError `badFrame` or `tooLong`; the stream cannot be read on after that. */
  next(): object | null {
    if (this.#at >= this.#chunk.length) return null;
    const end = this.#chunk.indexOf(NEWLINE, this.#at);
    const part = this.#chunk.subarray(this.#at, end === -1 ? this.#chunk.length : end);
    if (this.#length + part.length > MAX_FRAME_BYTES) {
      throw new MessageError("tooLong", `Expected a frame of at most ${MAX_FRAME_BYTES} bytes, got a longer one.`);
    }
    if (end === -1) {
      this.#hold(part);
      this.#chunk = NOTHING;
      this.#at = 0;
      return null;
    }
    this.#at = end + 1;
    if (this.#length === 0) return decodeFrame(part);
    this.#hold(part);
    const line = this.#held.subarray(0, this.#length);
    this.#held = NOTHING;
    this.#length = 0;
    return decodeFrame(line);
  }

  #hold(part: Buffer): void {
    const needed = this.#length + part.length;
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.min(MAX_FRAME_BYTES, Math.max(2 * this.#held.length, needed, 1024)));
      this.#held.copy(grown, 0, 0, this.#length);
      this.#held = grown;
    }
    part.copy(this.#held, this.#length);
    this.#length = needed;
  }
}
