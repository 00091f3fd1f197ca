import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Memory, SiteReady } from "./messages.ts";

/** One of the bench's processes: the built package, as it ships. */
export class Child {
  readonly ready: SiteReady;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, ready: SiteReady) {
    this.#process = child;
    this.ready = ready;
  }

  static async start(file: string, args: readonly string[] = []): Promise<Child> {
    const child = fork(join(import.meta.dirname, file), args, { execArgv: ["--expose-gc"] });
    const [ready] = (await once(child, "message")) as [SiteReady];
    return new Child(child, ready);
  }

  async memory(): Promise<number> {
    this.#process.send("memory");
    const [{ residentMiB }] = (await once(this.#process, "message")) as [Memory];
    return residentMiB;
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.disconnect();
    await gone;
  }
}
