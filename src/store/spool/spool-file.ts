/**
 * A file of lines that survives a kill at any byte and a full disk. It has two halves of a fixed size that are written out once, so that
 * a line needs no new room on the disk. One half is in force: lines are added to it, each synced. To replace them all, the other half is
 * written, and then its headline, which puts it in force.
 *
 * A half begins with its headline, `j1772-spool <generation>`, and holds the lines of that generation. Each line begins with its check sum,
 * which includes the generation, so that neither a torn line nor one of an earlier generation is ever taken for good.
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

/** Room for the headline at the begin of a half. */
const HEADLINE_BYTES = 64;
const SUM_DIGITS = 8;
const LINE_FEED = 0x0a;
/** What is written at once when the file is made. */
const RESERVED_AT_ONCE = 262_144;

interface Half {
  readonly index: 0 | 1;
  readonly generation: number;
  /** Where the next line goes, from the half's begin. */
  readonly end: number;
}

interface FoundHalf {
  readonly half: Half;
  readonly lines: readonly string[];
}

const NONE_IN_FORCE: FoundHalf = { half: { index: 1, generation: 0, end: 0 }, lines: [] };

/** The line as it is in the file: check sum, blank, line, line feed. */
const framed = (line: string, generation: number): Buffer => Buffer.from(`${sumOf(line, generation)} ${line}\n`);

const sumOf = (line: string, generation: number): string => crc32(line, generation).toString(16).padStart(SUM_DIGITS, "0");

/** Null when the line is torn, or of another generation. */
function unframed(text: string, generation: number): string | null {
  const line = text.slice(SUM_DIGITS + 1);
  return text.startsWith(`${sumOf(line, generation)} `) ? line : null;
}

export class SpoolFile {
  readonly #handle: FileHandle;
  readonly #halfBytes: number;
  #half: Half;
  /** The lines that were in it when it was opened. */
  readonly found: readonly string[];

  private constructor(handle: FileHandle, halfBytes: number, { half, lines }: FoundHalf) {
    this.#handle = handle;
    this.#halfBytes = halfBytes;
    this.#half = half;
    this.found = lines;
  }

  /**
   * Opens the file; makes it, with its folder, where there is none. Without room for it on the disk it is made as far as the room goes.
   * @param halfBytes what one generation may take
   */
  static async open(path: string, halfBytes: number): Promise<SpoolFile> {
    await mkdir(dirname(path), { recursive: true });
    await (await open(path, "a", 0o600)).close();
    const handle = await open(path, "r+");
    try {
      const halves = [await readHalf(handle, 0, halfBytes), await readHalf(handle, 1, halfBytes)].filter((found) => found !== null);
      const inForce = halves.sort((a, b) => b.half.generation - a.half.generation)[0];
      const file = new SpoolFile(handle, halfBytes, inForce ?? NONE_IN_FORCE);
      await file.#reserve();
      if (inForce === undefined) await file.replace([]);
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What all lines of a generation may take together, each with its frame. */
  get capacity(): number {
    return this.#halfBytes - HEADLINE_BYTES;
  }

  /** What a line takes in the file, bytes. */
  static sizeOf(line: string): number {
    return Buffer.byteLength(line) + SUM_DIGITS + 2;
  }

  fits(line: string): boolean {
    return this.#half.end + SpoolFile.sizeOf(line) <= this.#halfBytes;
  }

  /** Adds a line that fits; it is on the disk when this resolves, and not in the file when it rejects. */
  async add(line: string): Promise<void> {
    const { index, generation, end } = this.#half;
    const bytes = framed(line, generation);
    await this.#put(bytes, this.#beginOf(index) + end);
    this.#half = { index, generation, end: end + bytes.length };
  }

  /** Puts these lines in the place of all: all of it or nothing. They must fit together. */
  async replace(lines: readonly string[]): Promise<void> {
    const index = this.#half.index === 0 ? 1 : 0;
    const generation = this.#half.generation + 1;
    const begin = this.#beginOf(index);
    const bytes = Buffer.concat(lines.map((line) => framed(line, generation)));
    if (bytes.length > 0) await this.#put(bytes, begin + HEADLINE_BYTES);
    await this.#put(framed(`j1772-spool ${generation}`, 0), begin);
    this.#half = { index, generation, end: HEADLINE_BYTES + bytes.length };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #beginOf(index: 0 | 1): number {
    return index * this.#halfBytes;
  }

  async #put(bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
    await this.#handle.datasync();
  }

  async #reserve(): Promise<void> {
    const { size } = await this.#handle.stat();
    const zeros = Buffer.alloc(RESERVED_AT_ONCE);
    try {
      for (let at = size; at < 2 * this.#halfBytes; at += zeros.length) {
        await this.#put(zeros.subarray(0, Math.min(zeros.length, 2 * this.#halfBytes - at)), at);
      }
    } catch {
      // No room: lines find out for themselves whether they have some.
    }
  }
}

/** Null for a half that has no headline, or a torn one. */
async function readHalf(handle: FileHandle, index: 0 | 1, halfBytes: number): Promise<FoundHalf | null> {
  const bytes = Buffer.alloc(halfBytes);
  const { bytesRead } = await handle.read(bytes, 0, halfBytes, index * halfBytes);
  const headline = lineAt(bytes.subarray(0, Math.min(bytesRead, HEADLINE_BYTES)), 0, 0);
  const generation = Number(/^j1772-spool (\d+)$/.exec(headline ?? "")?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(generation)) return null;
  const lines: string[] = [];
  let end = HEADLINE_BYTES;
  for (;;) {
    const line = lineAt(bytes.subarray(0, bytesRead), end, generation);
    if (line === null) return { half: { index, generation, end }, lines };
    lines.push(line);
    end += SpoolFile.sizeOf(line);
  }
}

function lineAt(bytes: Buffer, from: number, generation: number): string | null {
  const end = bytes.indexOf(LINE_FEED, from);
  return end < 0 ? null : unframed(bytes.toString("utf8", from, end), generation);
}
