/** The machine as the doctor sees it: read, never changed. A test hands in its own. */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, readFile, statfs } from "node:fs/promises";
import { release } from "node:os";
import { dirname } from "node:path";
import { setTimeout as pass } from "node:timers/promises";

export interface Lateness {
  /** The latest of many wake-ups, ms. */
  readonly worstMs: number;
  /** Of a hundred wake-ups, one is later than this, ms. */
  readonly usuallyMs: number;
  /** How far the wall clock moved against the other one meanwhile, ms. */
  readonly wallStepMs: number;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
}

export interface System {
  readonly platform: string;
  readonly arch: string;
  readonly kernel: string;
  readonly nodeVersion: string;
  /** Options that Node itself was given, by command line or environment. */
  readonly nodeFlags: readonly string[];
  /** A file's text; null where it is not there or may not be read. */
  text(path: string): Promise<string | null>;
  /** Names in a folder; empty where there is none. */
  names(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Whether something could be written into this folder, or where it would be made. */
  mayWrite(folder: string): Promise<boolean>;
  /** Free space where this folder is or would be, bytes; null where nobody tells. */
  freeBytes(folder: string): Promise<number | null>;
  /** Runs a program that changes nothing; null where it is not installed or does not end. */
  run(command: string, ...args: readonly string[]): Promise<Ran | null>;
  /** Wakes up often for so long, and looks how late that was. */
  lateness(forMs: number): Promise<Lateness>;
}

const ENDS_WITHIN = 5_000;
/** As often as the safety loop. */
const WAKES_EVERY = 12;

/** The folder, or the nearest one above that is there. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const there = await access(at).then(
      () => true,
      () => false,
    );
    if (there || at === dirname(at)) return at;
  }
}

function run(command: string, ...args: readonly string[]): Promise<Ran | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: ENDS_WITHIN, windowsHide: true });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
    }
    child.once("error", () => resolve(null));
    child.once("close", (code, signal) => resolve(signal === null ? { code, out } : null));
  });
}

async function lateness(forMs: number): Promise<Lateness> {
  const late: number[] = [];
  const wallFrom = Date.now();
  const from = performance.now();
  while (performance.now() - from < forMs) {
    const due = performance.now() + WAKES_EVERY;
    await pass(WAKES_EVERY);
    late.push(performance.now() - due);
  }
  const sorted = late.toSorted((one, other) => one - other);
  return {
    worstMs: Math.max(0, sorted.at(-1) ?? 0),
    usuallyMs: Math.max(0, sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    wallStepMs: Date.now() - wallFrom - (performance.now() - from),
  };
}

/** The machine this runs on. */
export const thisSystem: System = {
  platform: process.platform,
  arch: process.arch,
  kernel: release(),
  nodeVersion: process.version,
  nodeFlags: [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/).filter((flag) => flag !== "")],
  // What the firmware tells ends in a zero.
  text: (path) =>
    readFile(path, "utf8").then(
      (text) => text.replace(/\0+$/, ""),
      () => null,
    ),
  names: (path) => readdir(path).catch(() => []),
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  mayWrite: async (folder) =>
    access(await nearest(folder), constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  freeBytes: async (folder) =>
    statfs(await nearest(folder)).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    ),
  run,
  lateness,
};
