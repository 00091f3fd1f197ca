/** Which processes of this machine belong to a folder. Linux only: it reads /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** A process that was killed is gone within this, ms. */
const GONE_WITHIN = 30_000;

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

function readOr(path: string, read: (path: string) => string): string {
  try {
    return read(path);
  } catch {
    // Gone since it was listed, or a kernel thread: either way not one of ours.
    return "";
  }
}

const text = (path: string): string => readFileSync(path, "utf8").replaceAll("\0", " ");

/** @returns each process, this one aside, whose command line, working folder or environment names `folder`. Zombies do not count. */
export function processesOf(folder: string): readonly FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => !/^State:\s+Z/m.test(readOr(`/proc/${pid}/status`, text)))
    .map((pid) => ({
      pid: Number(pid),
      command: readOr(`/proc/${pid}/cmdline`, text).trim(),
      traces: [
        readOr(`/proc/${pid}/cmdline`, text),
        readOr(`/proc/${pid}/environ`, text),
        readOr(`/proc/${pid}/cwd`, (path) => readlinkSync(path)),
      ],
    }))
    .filter(({ traces }) => traces.some((trace) => trace.includes(folder)))
    .map(({ pid, command }) => ({ pid, command }));
}

/** Kills the processes of `folder`, those that they start meanwhile too. Settles when none is left that could still write there. */
export async function endProcessesOf(folder: string): Promise<void> {
  for (const deadline = performance.now() + GONE_WITHIN; ; await wait(20)) {
    const left = processesOf(folder);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`They do not end: ${left.map(({ command }) => command).join("; ")}`);
    for (const { pid } of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone since it was listed.
      }
    }
  }
}
