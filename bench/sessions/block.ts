/** How long the loop of this process is held up. */
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface LongestBlock {
  /** By the clock: with what other processes took meanwhile. */
  readonly wallMs: number;
  /** Processor time of this thread in one turn of the loop: what the code under measurement took. */
  readonly cpuMs: number;
}

/** The longest turn of the loop while `work` goes on. */
export async function longestBlock(work: () => Promise<unknown>): Promise<LongestBlock> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let longestUs = 0;
  let isOver = false;
  let before = process.threadCpuUsage();
  const turn = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longestUs = Math.max(longestUs, user + system);
    before = process.threadCpuUsage();
    if (!isOver) setImmediate(turn);
  };
  delay.enable();
  setImmediate(turn);
  await work();
  isOver = true;
  delay.disable();
  return { wallMs: delay.max / 1e6, cpuMs: longestUs / 1000 };
}
