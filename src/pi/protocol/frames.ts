/**
 * Requests and replies on the daemon's socket: 16 bytes of little-endian words (command, p1, p2, and the length of what follows),
 * then that many bytes. A reply repeats the request's words with the result in place of the length.
 */
import { dataLength } from "#pi/protocol/commands";

export const HEADER_BYTES = 16;
/** Longest extension the daemon takes. */
const LONGEST_EXTENSION = 65_536;

const NO_BYTES = new Uint8Array(0);

export interface Request {
  readonly command: number;
  readonly p1: number;
  readonly p2: number;
  readonly extension: Uint8Array;
}

export interface Reply {
  readonly command: number;
  readonly p1: number;
  readonly p2: number;
  /** What was asked for, a length, or a negative error. */
  readonly result: number;
  readonly data: Uint8Array;
}

/** Little-endian words, as parameters in an extension go. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value >>> 0, true);
  return bytes;
}

/** Words of an extension or of data; what is left over at the end is ignored. */
export function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength >> 2 }, (_, index) => view.getUint32(index * 4, true));
}

function frame(command: number, p1: number, p2: number, last: number, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + tail.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, command, true);
  view.setUint32(4, p1 >>> 0, true);
  view.setUint32(8, p2 >>> 0, true);
  view.setInt32(12, last, true);
  bytes.set(tail, HEADER_BYTES);
  return bytes;
}

export const encodeRequest = (command: number, p1 = 0, p2 = 0, extension: Uint8Array = NO_BYTES): Uint8Array =>
  frame(command, p1, p2, extension.length, extension);

/** @param data follows only where the command's result is a length. */
export const encodeReply = ({ command, p1, p2 }: Omit<Request, "extension">, result: number, data: Uint8Array = NO_BYTES): Uint8Array =>
  frame(command, p1, p2, result, data);

/** Cuts a stream of bytes into frames, however they arrive. */
class FrameReader<Frame> {
  #pending = NO_BYTES;
  readonly #tailLength: (view: DataView, at: number) => number;
  readonly #read: (view: DataView, at: number, tail: Uint8Array) => Frame;

  constructor(tailLength: (view: DataView, at: number) => number, read: (view: DataView, at: number, tail: Uint8Array) => Frame) {
    this.#tailLength = tailLength;
    this.#read = read;
  }

  /** Hands every whole frame to `take`, in order. @throws RangeError for a frame longer than the protocol has; the stream is lost then. */
  feed(bytes: Uint8Array, take: (frame: Frame) => void): void {
    let buffer = bytes;
    if (this.#pending.length > 0) {
      buffer = new Uint8Array(this.#pending.length + bytes.length);
      buffer.set(this.#pending);
      buffer.set(bytes, this.#pending.length);
    }
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    let at = 0;
    while (buffer.length - at >= HEADER_BYTES) {
      const tail = this.#tailLength(view, at);
      if (tail > LONGEST_EXTENSION) throw new RangeError(`expected at most ${LONGEST_EXTENSION} bytes after a header, got ${tail}`);
      const end = at + HEADER_BYTES + tail;
      if (end > buffer.length) break;
      take(this.#read(view, at, buffer.subarray(at + HEADER_BYTES, end)));
      at = end;
    }
    this.#pending = at === buffer.length ? NO_BYTES : new Uint8Array(buffer.subarray(at));
  }
}

/** Reads what a client sends. */
export const requestReader = (): FrameReader<Request> =>
  new FrameReader(
    (view, at) => view.getUint32(at + 12, true),
    (view, at, extension) => ({
      command: view.getUint32(at, true),
      p1: view.getUint32(at + 4, true),
      p2: view.getUint32(at + 8, true),
      extension,
    }),
  );

/** Reads what the daemon answers. */
export const replyReader = (): FrameReader<Reply> =>
  new FrameReader(
    (view, at) => dataLength(view.getUint32(at, true), view.getInt32(at + 12, true)),
    (view, at, data) => ({
      command: view.getUint32(at, true),
      p1: view.getUint32(at + 4, true),
      p2: view.getUint32(at + 8, true),
      result: view.getInt32(at + 12, true),
      data,
    }),
  );
