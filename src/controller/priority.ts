/**
 * Runs before others where the system allows it. On Linux a real-time policy keeps the loop's beat beside busy processes; a nice value
 * alone does not, because the kernel shares time between sessions before it looks at nice values.
 */
import { spawnSync } from "node:child_process";
import { getPriority, setPriority } from "node:os";

/** Above ordinary processes, below the kernel's own threads. What the loop may take is bounded by the kernel (95 % of a core). */
const REAL_TIME_PRIORITY = "10";
/** Nice values to try, from the best. */
const NICE_VALUES = [-20, -10, -5] as const;
/** `chrt` answers at once or is not there, ms. */
const CHRT_WITHIN = 1_000;

/** Only this thread becomes real-time: what it starts later (threads that write to the disk) must not. */
function becomeRealTime(priority: string): boolean {
  if (process.platform !== "linux") return false;
  const args = ["--reset-on-fork", "--fifo", "--pid", priority, String(process.pid)];
  return spawnSync("chrt", args, { stdio: "ignore", timeout: CHRT_WITHIN }).status === 0;
}

function becomeNicer(): number {
  for (const nice of NICE_VALUES) {
    try {
      setPriority(nice);
      break;
    } catch {
      // Not allowed; the next is more modest, and ordinary priority is no fault.
    }
  }
  return getPriority();
}

/** Raises this process as far as it may go. @param realTime among real-time processes, 1 to 99 @returns what it has then, in words: "real-time 10", "nice -20", "nice 0" (everybody's) */
export function raisePriority(realTime: string = REAL_TIME_PRIORITY): string {
  if (becomeRealTime(realTime)) return `real-time ${realTime}`;
  return `nice ${becomeNicer()}`;
}
