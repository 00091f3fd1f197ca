/** Node-RED as a child: started with our package as its palette, watched, and stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FLOWS_FILE, LOG_FILE, SETTINGS_FILE } from "./folder.ts";

/** How long Node-RED may take to answer and to start its flows, ms. A cold Raspberry Pi needs most of it. */
const START_UP = 60_000;
/** Node-RED gives each node 15 s to close. */
const CLOSING = 20_000;
const POLL = 100;

export class NodeRed {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  /** Starts Node-RED in `folder` on `port`, with the package in `project` as palette. */
  constructor(project: string, folder: string, port: number) {
    this.address = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    const program = createRequire(join(project, "package.json")).resolve("node-red/red.js");
    const log = openSync(join(folder, LOG_FILE), "w");
    this.#child = spawn(
      process.execPath,
      [
        program,
        "-u",
        folder,
        "-s",
        join(folder, SETTINGS_FILE),
        "-p",
        String(port),
        "-D",
        `nodesDir=${JSON.stringify([project])}`,
        FLOWS_FILE,
      ],
      { cwd: folder, stdio: ["ignore", log, log] },
    );
  }

  /** Settles when the process has ended, with its exit code. */
  async ended(): Promise<number> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, "exit");
    }
    return this.#child.exitCode ?? 1;
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
    this.#child.kill("SIGTERM");
    const giveUp = setTimeout(() => this.#child.kill("SIGKILL"), CLOSING);
    await this.ended();
    clearTimeout(giveUp);
  }
}
