/** A text file of lines that only grows. What a crash left half-written is cut off; a line that is there already is not written again. */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Lines of the end of the file that are remembered, so that what is written again is recognised. */
const REMEMBERED_BYTES = 262_144;
const MOST_REMEMBERED = 10_000;
const LINE_FEED = 10;

export class LogFile {
  readonly path: string;
  /** The newest lines in the file, oldest first; null before it was looked at. */
  #known: Set<string> | null = null;

  /** The file has older lines than those. */
  #isCut = false;

  constructor(path: string) {
    this.path = path;
  }

  /** The oldest line that would be recognised; null when all would be. Rejects when the file cannot be had. */
  async oldestKnown(): Promise<string | null> {
    this.#known ??= await this.#look();
    return this.#isCut ? (this.#known.values().next().value ?? null) : null;
  }

  /** Writes those of `lines` that are not among the newest in the file, in one go. Rejects when that cannot be done; nothing is lost then. */
  async append(lines: readonly string[]): Promise<void> {
    const known = this.#known ?? (await this.#look());
    const fresh = [...new Set(lines)].filter((line) => line !== "" && !known.has(line));
    this.#known = known;
    if (fresh.length === 0) return;
    try {
      const handle = await open(this.path, "a", 0o644);
      try {
        await handle.appendFile(`${fresh.join("\n")}\n`);
      } finally {
        await handle.close();
      }
    } catch (error) {
      // Part of it may have been written: the next one looks.
      this.#known = null;
      throw error;
    }
    for (const line of fresh) known.add(line);
    for (const oldest of known) {
      if (known.size <= MOST_REMEMBERED) break;
      known.delete(oldest);
      this.#isCut = true;
    }
  }

  /** Begins anew. */
  async clear(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const handle = await open(this.path, "w", 0o644);
    await handle.close();
    this.#known = new Set();
    this.#isCut = false;
  }

  /** The newest lines that are whole; a line without an end is cut off. */
  async #look(): Promise<Set<string>> {
    await mkdir(dirname(this.path), { recursive: true });
    const handle = await open(this.path, "a+", 0o644);
    try {
      const { size } = await handle.stat();
      const from = Math.max(0, size - REMEMBERED_BYTES);
      const bytes = Buffer.alloc(size - from);
      await handle.read(bytes, 0, bytes.length, from);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end < bytes.length) await handle.truncate(from + end);
      const lines = bytes.toString("utf8", 0, end).split("\n");
      this.#isCut = from > 0;
      // The first one may have begun before.
      return new Set(from > 0 ? lines.slice(1) : lines);
    } finally {
      await handle.close();
    }
  }
}
