/** Node-RED as a child: started with our package as its palette, watched, and stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FLOWS_FILE, LOG_FILE, SETTINGS_FILE } from "./folder.ts";

/** How long Node-RED may take to answer and to start its flows, ms. A cold Raspberry Pi needs most of it. */
const START_UP = 60_000;
/** Node-RED gives each node 15 s to close. */
const CLOSING = 20_000;
const POLL = 100;

export interface NodeRedOptions {
  /** Made by `prepareFolder`. */
  readonly folder: string;
  readonly port: number;
  /** A package to load from where it stands; none when the folder has it installed. */
  readonly packageFolder?: string;
  /** Another release's `red.js`; our own development release when not given. */
  readonly program?: string;
  /** Options for Node itself. */
  readonly nodeOptions?: readonly string[];
}

export class NodeRed {
  readonly address: string;
  readonly child: ChildProcess;
  readonly #folder: string;

  constructor({ folder, port, packageFolder, program, nodeOptions = [] }: NodeRedOptions) {
    this.address = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    const red = program ?? createRequire(import.meta.url).resolve("node-red/red.js");
    const palette = packageFolder === undefined ? [] : ["-D", `nodesDir=${JSON.stringify([packageFolder])}`];
    const log = openSync(join(folder, LOG_FILE), "w");
    this.child = spawn(
      process.execPath,
      [...nodeOptions, red, "-u", folder, "-s", join(folder, SETTINGS_FILE), "-p", String(port), ...palette, FLOWS_FILE],
      { cwd: folder, stdio: ["ignore", log, log, "ipc"] },
    );
    closeSync(log);
    this.child.channel?.unref();
  }

  /** Settles when the process has ended, with its exit code. */
  async ended(): Promise<number> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, "exit");
    }
    return this.child.exitCode ?? 1;
  }

  /** Settles when the editor answers and the flows run. @throws Error with the end of the log when they do not. */
  async running(): Promise<void> {
    const deadline = performance.now() + START_UP;
    let hasEnded = false;
    void this.ended().then(() => {
      hasEnded = true;
    });
    while (!(await this.#flowsRun())) {
      if (hasEnded || performance.now() > deadline) {
        throw new Error(`Node-RED ${hasEnded ? "ended" : "did not answer"}. The end of ${LOG_FILE}:\n${this.logTail()}`);
      }
      await wait(POLL);
    }
  }

  async #flowsRun(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.address}/flows/state`, { signal: AbortSignal.timeout(5_000) });
      const { state } = (await answer.json()) as { state?: string };
      return state === "start";
    } catch {
      return false;
    }
  }

  /** The last lines of Node-RED's log. */
  logTail(): string {
    return readFileSync(join(this.#folder, LOG_FILE), "utf8").trimEnd().split("\n").slice(-12).join("\n");
  }

  /** Asks Node-RED to stop and waits until it is gone; one that does not go is killed. */
  async stop(): Promise<void> {
    if (process.platform === "win32") {
      // A signal would kill there and then; Node-RED takes this word for "stop".
      this.child.send("shutdown");
    } else {
      this.child.kill("SIGTERM");
    }
    const giveUp = setTimeout(() => this.child.kill("SIGKILL"), CLOSING);
    await this.ended();
    clearTimeout(giveUp);
  }
}
