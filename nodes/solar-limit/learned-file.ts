/** What a limiter learned of its car and meter, and what it offers, in a small file. Losing it costs a day of learning, so nothing here is fatal. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as v from "valibot";
import type { LearnedSolar } from "#core/solar/limiter";
import { isMissing, nodeFilePath, writeWhole } from "../shared/whole-file.ts";

const finite = v.pipe(v.number(), v.finite());
const unrest = v.pipe(v.array(v.pipe(finite, v.minValue(0))), v.maxLength(200));

const offer = v.pipe(finite, v.minValue(0), v.maxValue(500));

/** An offer that chargers believe until `until`, ms since 1970; `shares` is what each of several has of it. */
const InForce = v.strictObject({
  limitA: offer,
  phases: v.picklist([1, 3]),
  until: finite,
  shares: v.optional(v.record(v.pipe(v.string(), v.maxLength(200)), offer), {}),
});

const KeptText = v.pipe(
  v.string(),
  v.maxLength(65_536),
  v.parseJson(),
  v.strictObject({
    version: v.literal(1),
    observer: v.strictObject({
      car: v.strictObject({ speed: unrest, start: unrest, cap: unrest }),
      trimA: finite,
      meterLagMs: v.pipe(finite, v.minValue(0), v.maxValue(120_000)),
    }),
    importTolerance: v.pipe(finite, v.minValue(0), v.maxValue(100)),
    tempers: v.optional(v.pipe(v.array(finite), v.maxLength(100)), []),
    inForce: v.optional(v.nullable(InForce), null),
  }),
);

/** What was learned, and the offer in force when it was written; null when the car was stopped. */
export interface KeptSolar extends LearnedSolar {
  readonly inForce: v.InferOutput<typeof InForce> | null;
}

/** Beside the chargers' own folders. */
export const learnedPath = (userDir: string, id: string): string => nodeFilePath(userDir, "solar", id);

export class LearnedFile {
  readonly #path: string;
  readonly #warn: (text: string) => void;
  #saved = "";
  #writing: Promise<void> = Promise.resolve();

  /** @param warn hears of a file that is damaged or cannot be written */
  constructor(path: string, warn: (text: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** Null when nothing was learned yet, or what was cannot be read any more. */
  load(): KeptSolar | null {
    try {
      const text = readFileSync(this.#path, "utf8");
      const kept = v.parse(KeptText, text);
      this.#saved = text;
      return kept;
    } catch (error) {
      if (!isMissing(error)) this.#warn(`What was learned of the car and the meter cannot be read (${this.#path}); learning starts anew.`);
      return null;
    }
  }

  /** Writes it when it differs from what is there, whole or not at all. Resolves when it is done; never rejects. */
  save(kept: KeptSolar): Promise<void> {
    const text = JSON.stringify(kept);
    if (text === this.#saved) return this.#writing;
    this.#saved = text;
    this.#writing = this.#writing.then(() => this.#replace(text));
    return this.#writing;
  }

  /** The node is gone for good. */
  remove(): Promise<void> {
    this.#writing = this.#writing.then(() => rm(this.#path, { force: true })).catch((error) => this.#complain(error));
    return this.#writing;
  }

  async #replace(text: string): Promise<void> {
    try {
      await writeWhole(this.#path, text);
    } catch (error) {
      this.#saved = "";
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.#warn(
      `What was learned of the car and the meter cannot be kept (${this.#path}): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
