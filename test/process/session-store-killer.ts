/** Kills a process that writes sessions, again and again, and looks at what it left. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as last } from "node:timers/promises";

/** Energy that flows in ten seconds at 7.2 kW. */
export const STEP_WH = 20;
export const STEPS_A_SESSION = 40;

const VICTIM = join(import.meta.dirname, "session-store-victim.ts");

/** What one life told, by file. */
export interface Life {
  readonly found: Readonly<Record<string, { readonly step: number; readonly energyWh: number }>>;
  /** The last step that was said to be durable. */
  readonly kept: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly complaints: string;
}

export class KilledFolder {
  readonly folder = mkdtempSync(join(tmpdir(), "j1772-killed-"));

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Lets a victim live until it says a word, and `ms` longer. */
  async kill(seed: number, word: "found" | "kept", ms: number): Promise<Life> {
    const child = this.#start(`${seed}`);
    const life = this.#lived(child);
    const said = new Promise<void>((resolve) => {
      child.stdout?.on("data", (part: string) => {
        if (part.includes(word)) resolve();
      });
    });
    await Promise.race([said, life]);
    await last(ms);
    child.kill("SIGKILL");
    return life;
  }

  /** Lets a victim empty its spool and end by itself. */
  settle(): Promise<Life> {
    return this.#lived(this.#start("0", "settle"));
  }

  /** Opens a copy of a file as the kill left it, so that the next victim finds the original untouched. */
  look<T>(name: string, see: (db: DatabaseSync) => T): T | null {
    const copies = join(this.folder, "copies");
    rmSync(copies, { recursive: true, force: true });
    mkdirSync(copies);
    if (!existsSync(join(this.folder, name))) return null;
    for (const end of ["", "-wal"]) {
      if (existsSync(join(this.folder, `${name}${end}`))) copyFileSync(join(this.folder, `${name}${end}`), join(copies, `${name}${end}`));
    }
    const db = new DatabaseSync(join(copies, name));
    try {
      return see(db);
    } finally {
      db.close();
    }
  }

  #start(...args: readonly string[]): ChildProcess {
    rmSync(join(this.folder, "diary"), { force: true });
    return spawn(process.execPath, [VICTIM, this.folder, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  }

  async #lived(child: ChildProcess): Promise<Life> {
    let complaints = "";
    child.stdout?.setEncoding("utf8").resume();
    child.stderr?.setEncoding("utf8").on("data", (part: string) => {
      complaints += part;
    });
    const [code] = await once(child, "close");
    const diary = join(this.folder, "diary");
    const text = existsSync(diary) ? readFileSync(diary, "utf8") : "";
    // A line is written at once or not at all; what follows the last line feed is nothing.
    return { ...readDiary(text.split("\n").slice(0, -1)), code, complaints };
  }
}

function readDiary(lines: readonly string[]): Pick<Life, "found" | "kept" | "lines"> {
  const found: Record<string, { step: number; energyWh: number }> = {};
  const kept: Record<string, number> = {};
  for (const line of lines) {
    const [name = "", word, step, energyWh] = line.split(" ");
    if (word === "found" && step !== undefined) found[name] = { step: Number(step), energyWh: Number(energyWh) };
    if (word === "kept") kept[name] = Number(step);
  }
  return { found, kept, lines };
}
