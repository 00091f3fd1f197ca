/** What must not be forgotten over a restart: what was seen of each plug, which alerts wait for an answer, what was still to be sent. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as v from "valibot";
import { isMissing, nodeFilePath, writeWhole } from "../shared/whole-file.ts";
import { type Kept, KeptText } from "./kept-schema.ts";

/** Beside the chargers' own folders. */
export const keptPath = (userDir: string, id: string): string => nodeFilePath(userDir, "alerts", id);

export class KeptFile {
  readonly #path: string;
  readonly #warn: (text: string) => void;
  #writing: Promise<void> = Promise.resolve();
  #next: string | null = null;

  /** @param warn hears of a file that is damaged or cannot be written */
  constructor(path: string, warn: (text: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** Null when there is nothing yet, or what there is cannot be read any more. */
  load(): Kept | null {
    try {
      return v.parse(KeptText, readFileSync(this.#path, "utf8"));
    } catch (error) {
      if (!isMissing(error)) this.#warn(`What was known of the plug cannot be read (${this.#path}); watching starts anew.`);
      return null;
    }
  }

  /** Writes it whole or not at all; of several that wait only the newest. Resolves when it, or a newer one, is written; never rejects. */
  save(kept: Kept): Promise<void> {
    const waiting = this.#next !== null;
    this.#next = JSON.stringify(kept);
    if (!waiting) this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** The node is gone for good. */
  remove(): Promise<void> {
    this.#writing = this.#writing.then(() => rm(this.#path, { force: true })).catch((error) => this.#complain(error));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = this.#next;
    this.#next = null;
    if (text === null) return;
    try {
      await writeWhole(this.#path, text);
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.#warn(`What is known of the plug cannot be kept (${this.#path}): ${error instanceof Error ? error.message : String(error)}`);
  }
}
