/**
 * The threads that talk to the converter must be as prompt as the loop that waits for them. The controller makes only its loop's thread
 * real-time; Node's pool, which also writes files, is raised to just below it here. Where there is one processor alone it is not: a bus
 * that is polled nearly all the time would leave nothing to anybody else.
 */
import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";

/** Below the loop's own. @see src/controller/priority.ts */
const PRIORITY = "9";
/** `chrt` answers at once or is not there, ms. */
const WITHIN = 1_000;
/** How libuv calls the threads of its pool. */
const POOL = "libuv-worker";

/** Threads of the pool, which are made when something is first asked of it, as here. */
async function poolThreads(): Promise<readonly string[]> {
  const threads = await readdir("/proc/self/task");
  const names = await Promise.all(threads.map((thread) => readFile(`/proc/self/task/${thread}/comm`, "utf8").catch(() => "")));
  return threads.filter((_, index) => names[index]?.trim() === POOL);
}

/** To be called before the library takes the signals. Where the system does not allow it, nothing changes. */
export async function raisePool(): Promise<void> {
  if (process.platform !== "linux" || availableParallelism() === 1) return;
  const threads = await poolThreads().catch(() => []);
  for (const thread of threads) spawnSync("chrt", ["--fifo", "--pid", PRIORITY, thread], { stdio: "ignore", timeout: WITHIN });
}
