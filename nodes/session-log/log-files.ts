/**
 * Keeps the five logs of the Python charger as files, a folder for each charger. The files follow the store: whatever is in the store and
 * not yet in a file is added to it, so they can be deleted at any time and come back, and a crash costs nothing.
 */
import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreUnavailable } from "#core/errors";
import { localDay } from "#core/session/calendar";
import type { SessionBatch } from "#core/session/record";
import { Hours, Seconds, WallTime } from "#core/units/units";
import type { Scheduler } from "../shared/scheduler.ts";
import type { StoreHandle } from "../shared/store-handle.ts";
import { LogFile } from "./log-file.ts";
import { oldLogLines, oldLogText } from "./old-log-text.ts";
import { localMoment } from "./time-range.ts";

const GROWING = ["energy.log", "events.log", "errors.log", "log.log"] as const;
type Growing = (typeof GROWING)[number];

/** What came together is written together, ms. */
const WRITE_AFTER = Seconds(5);
/** A folder that could not be written is tried again, and midnight is looked for. */
const LOOK_EVERY = Seconds(60);
/** What is in the store by now may be as much older than what is in the files. */
const OVERLAP = Hours(1);

/** Of a line, as the Python charger wrote it. */
const STAMP = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2}) /;

/** Folders whose `log.log` was begun by this process. */
const begun = new Set<string>();

export interface LogFilesHost {
  readonly folder: string;
  readonly kept: StoreHandle;
  readonly time: Scheduler;
  warn(text: string): void;
}

interface Charger {
  readonly files: Readonly<Record<Growing, LogFile>>;
  readonly folder: string;
  /** Everything before is in the files; null for nothing. */
  upTo: WallTime | null;
  dirty: boolean;
  /** Local day of the newest `EnergyStats`. */
  day: number | null;
}

export class LogFiles {
  readonly #host: LogFilesHost;
  readonly #chargers = new Map<string, Charger>();
  readonly #started: WallTime;
  #work: Promise<void> = Promise.resolve();
  #isDue = false;
  #inTrouble = false;
  #closed = false;
  #cancelWrite = (): void => {};
  #cancelLook: () => void;

  constructor(host: LogFilesHost) {
    this.#host = host;
    this.#started = host.time.wall();
    this.#cancelLook = host.time.after(LOOK_EVERY, () => this.#look());
  }

  /** Something is on its way into the store. */
  hear({ records, samples, events }: SessionBatch): void {
    const ends = records.flatMap(({ endedAt }) => endedAt ?? []);
    const earliest = Math.min(...samples.map(({ at }) => at), ...events.map(({ at }) => at), ...ends);
    if (earliest === Number.POSITIVE_INFINITY) return;
    for (const name of new Set([...records, ...events].map(({ charger }) => charger))) {
      const charger = this.#charger(name);
      charger.dirty = true;
      if (charger.upTo !== null && earliest < charger.upTo) charger.upTo = WallTime(earliest);
    }
    this.#soon();
  }

  /** Resolves when all that is under way is written, or refused. */
  written(): Promise<void> {
    return this.#work;
  }

  /** Writes what there is to write. */
  close(): Promise<void> {
    this.#cancelLook();
    this.#cancelWrite();
    this.#write();
    this.#closed = true;
    return this.written();
  }

  #charger(name: string): Charger {
    const known = this.#chargers.get(name);
    if (known !== undefined) return known;
    const folder = join(this.#host.folder, folderName(name));
    const files = Object.fromEntries(GROWING.map((log) => [log, new LogFile(join(folder, log))])) as Charger["files"];
    const charger: Charger = { files, folder, upTo: null, dirty: true, day: null };
    this.#chargers.set(name, charger);
    return charger;
  }

  #soon(): void {
    if (this.#isDue || this.#closed) return;
    this.#isDue = true;
    this.#cancelWrite = this.#host.time.after(WRITE_AFTER, () => this.#write());
  }

  /** After midnight the day's energy is another. */
  #look(): void {
    const { time, kept } = this.#host;
    this.#cancelLook = time.after(LOOK_EVERY, () => this.#look());
    const today = localDay(time.wall(), kept.timeZone);
    for (const charger of this.#chargers.values()) if (charger.day !== today) charger.dirty = true;
    if ([...this.#chargers.values()].some(({ dirty }) => dirty)) this.#soon();
  }

  #write(): void {
    this.#isDue = false;
    this.#work = this.#work.then(async () => {
      for (const [name, charger] of this.#chargers) {
        if (!charger.dirty) continue;
        charger.dirty = false;
        try {
          await this.#bringUp(name, charger);
          this.#inTrouble = false;
        } catch (error) {
          charger.dirty = true;
          if (error instanceof StoreUnavailable) continue;
          if (!this.#inTrouble) this.#host.warn(`The log files in ${charger.folder} cannot be written; they will be: ${textOf(error)}`);
          this.#inTrouble = true;
        }
      }
    });
  }

  /** From when on the file may lack something; null when nobody can tell. What is older than its newest lines is in it. */
  async #since(file: LogFile): Promise<WallTime | null> {
    const [, year, month, day, hour, minute, second] = STAMP.exec((await file.oldestKnown()) ?? "") ?? [];
    const moment = localMoment(`${year}-${month}-${day}T${hour}:${minute}:${second}`, this.#host.kept.timeZone);
    // The stamp is local time and may be an hour ahead of what it was in the night in which clocks are set back.
    return moment === null ? null : WallTime(moment + OVERLAP);
  }

  /** Adds what the store has and the files have not. */
  async #bringUp(name: string, charger: Charger): Promise<void> {
    const { kept, time } = this.#host;
    const now = time.wall();
    if (!begun.has(charger.folder)) await charger.files["log.log"].clear();
    begun.add(charger.folder);
    for (const log of GROWING) {
      const file = charger.files[log];
      const from = log === "log.log" ? WallTime(Math.max(this.#started, charger.upTo ?? 0)) : (charger.upTo ?? (await this.#since(file)));
      for await (const text of oldLogLines(log, { charger: name, from }, kept)) await file.append(text.split("\n"));
    }
    const stats = await oldLogText("EnergyStats", { charger: name, from: null }, kept, now, this.#started);
    await replaced(join(charger.folder, "EnergyStats"), stats);
    charger.day = localDay(now, kept.timeZone);
    const isAllThere = kept.health.state === "open" && kept.health.waiting === 0;
    if (isAllThere) charger.upTo = WallTime(now - OVERLAP);
    else charger.dirty = true;
  }
}

/** Whole or not at all. */
async function replaced(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A name that no file system misunderstands, and that two chargers never share. */
function folderName(charger: string): string {
  const plain = charger.replace(/[^A-Za-z0-9 _-]/g, "_").trim();
  return plain === charger && plain !== "" ? plain : `${plain || "_"}-${createHash("sha256").update(charger).digest("hex").slice(0, 12)}`;
}
