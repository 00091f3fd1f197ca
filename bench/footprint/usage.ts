/** What a process of Linux uses, read from /proc. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Memory that the process holds in RAM, MiB. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}

function cpuSeconds(pid: number): number {
  // The second field is the program's name in brackets, which may itself hold spaces and brackets.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Share of one core that the process uses over the next `overMs`, percent. */
export async function cpuPercent(pid: number, overMs: number): Promise<number> {
  const startedAt = performance.now();
  const before = cpuSeconds(pid);
  await wait(overMs);
  return ((cpuSeconds(pid) - before) / ((performance.now() - startedAt) / 1000)) * 100;
}
