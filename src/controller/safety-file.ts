/**
 * The safety store on a file that is whole at every instant: a new version is written beside it, synced, and renamed over it.
 * Syncing a memory card can take longer than the loop may be late, so it happens behind the loop's back, in order, newest wins.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { PersistedSafety } from "#core/evse/types";
import { Millis } from "#core/units/units";
import type { SafetyStore } from "#ports/safety-store";
import { decodeSafety, encodeSafety } from "./safety-record.ts";

/** Pause before a failed save is tried again. */
const RETRY = Millis(1_000);
/** Damaged files kept for inspection; older ones are removed. */
const MOST_CORRUPT = 5;

export interface SafetyFileOptions {
  readonly path: string;
  /** Pause before a failed save is tried again; a second when left out. */
  readonly retryAfter?: Millis;
  /** Hears of a save that failed; it is tried again until it succeeds. */
  readonly onFailed: (reason: StoreUnavailable) => void;
  /** Hears of the first save that succeeds after that. */
  readonly onRecovered: () => void;
  /** Hears of what `load` found besides the state: a half-written newer one, or a damaged one put aside. */
  readonly onFound: (what: string) => void;
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export class SafetyFile implements SafetyStore {
  readonly #options: SafetyFileOptions;
  #newest: string | null = null;
  #writing: Promise<void> | null = null;
  #failed = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: SafetyFileOptions) {
    this.#options = options;
  }

  /** True while something is on its way to the disk and may be there soon; false when it is there, or cannot get there now. */
  get isSaving(): boolean {
    return this.#writing !== null && !this.#failed;
  }

  /**
   * @returns null when nothing was ever saved.
   * @throws StoreCorrupt when the file is damaged: it is put aside, so that the next start finds what is saved after this; or when one was
   * put aside and nothing has been saved since;
   * ConfigError when a newer release has written it; StoreUnavailable when it cannot be read.
   */
  load(): PersistedSafety | null {
    const { path, onFound } = this.#options;
    let text: string;
    try {
      if (existsSync(`${path}.tmp`)) {
        onFound(`${path}.tmp was left by a controller that was stopped while saving; the state before it is used.`);
        rmSync(`${path}.tmp`);
      }
      text = readFileSync(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return this.#nothingSaved();
      throw new StoreUnavailable("stateUnavailable", `Cannot read ${path}: ${(error as Error).message}.`, { cause: error });
    }
    try {
      return decodeSafety(text);
    } catch (error) {
      if (error instanceof StoreCorrupt) this.#putAside(error);
      throw error;
    }
  }

  save(safety: PersistedSafety): void {
    this.#newest = encodeSafety(safety);
    this.#go();
  }

  /** Resolves when everything handed to `save` is durable, or could not be made so. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Gives up what could not be saved. */
  close(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #go(): void {
    if (this.#writing !== null || this.#newest === null || this.#retry !== null) return;
    const text = this.#newest;
    this.#newest = null;
    this.#writing = this.#write(text).then(
      () => {
        this.#writing = null;
        if (this.#failed) this.#options.onRecovered();
        this.#failed = false;
        this.#go();
      },
      (cause: Error) => {
        this.#writing = null;
        this.#newest ??= text;
        if (!this.#failed) {
          this.#options.onFailed(
            new StoreUnavailable("stateUnavailable", `Cannot save ${this.#options.path}: ${cause.message}; trying again.`, { cause }),
          );
        }
        this.#failed = true;
        this.#retry = setTimeout(() => {
          this.#retry = null;
          this.#go();
        }, this.#options.retryAfter ?? RETRY).unref();
      },
    );
  }

  async #write(text: string): Promise<void> {
    const { path } = this.#options;
    const handle = await open(`${path}.tmp`, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.tmp`, path);
    await syncFolder(dirname(path));
  }

  /** There is no file: a charger's first start, unless a damaged one was put aside and the controller ended before it could save another. */
  #nothingSaved(): null {
    const damaged = this.#putAsideBefore().at(-1);
    if (damaged === undefined) return null;
    throw new StoreCorrupt("stateCorrupt", `The state was damaged and put aside as ${damaged}, and nothing was saved since.`);
  }

  get #asidePrefix(): string {
    return `${basename(this.#options.path)}.corrupt-`;
  }

  /** Names of the damaged files that were kept, oldest first. */
  #putAsideBefore(): string[] {
    return readdirSync(dirname(this.#options.path))
      .filter((name) => name.startsWith(this.#asidePrefix))
      .sort();
  }

  #putAside(reason: StoreCorrupt): void {
    const { path, onFound } = this.#options;
    const folder = dirname(path);
    const aside = `${this.#asidePrefix}${new Date().toISOString().replaceAll(":", "-")}`;
    try {
      renameSync(path, join(folder, aside));
      for (const name of this.#putAsideBefore().slice(0, -MOST_CORRUPT)) rmSync(join(folder, name));
    } catch (cause) {
      throw new StoreUnavailable("stateUnavailable", `${path} is damaged and cannot be put aside: ${(cause as Error).message}.`, { cause });
    }
    onFound(`${path} is damaged (${reason.message}) and was put aside as ${aside}.`);
  }
}
