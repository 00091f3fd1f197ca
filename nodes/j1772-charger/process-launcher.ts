/** Starts a controller as a process of its own, which outlives a crash of Node-RED by one lease. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { DriverUnavailable } from "#core/errors";
import { fingerprintOf } from "#link/controller-config";
import type { Welcome } from "#link/frames";
import { controllerExecArgv } from "#link/spawn-flags";
import type { ControllerFiles } from "./controller-file.ts";
import type { Ending, Launched, Launcher } from "./keeper.ts";

/** Exit code of a controller that cannot use its command line or configuration. */
const REFUSED = 2;
/** Time between asking a process to end and ending it, ms. A stopped process hears only the latter. */
const MERCY = 2_000;
/** As much of what it said last as fits a log line, characters. */
const LAST_WORDS = 400;
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

export class ProcessLauncher implements Launcher {
  readonly #files: ControllerFiles;
  readonly #text: string;

  /** @param text the controller's file, already checked. */
  constructor(files: ControllerFiles, text: string) {
    this.#files = files;
    this.#text = text;
  }

  launch(): Launched {
    const { folder, config } = this.#files;
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    writeFileSync(`${config}.tmp`, this.#text, { mode: OWNER_ONLY_FILE });
    renameSync(`${config}.tmp`, config);
    const child = spawn(process.execPath, [...controllerExecArgv, ...program("controller"), "--config", config, "--forked"], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
    });
    const ended = hearOut(child);
    child.unref();
    if (child.pid === undefined) throw new DriverUnavailable("notStarted", "The system did not start the controller process.");
    return { pid: child.pid, ended };
  }

  isCurrent(welcome: Welcome): boolean {
    return welcome.config === fingerprintOf(this.#text);
  }

  end(pid: number): void {
    if (signal(pid, "SIGTERM")) setTimeout(() => signal(pid, "SIGKILL"), MERCY).unref();
  }
}

/** The command line of a command of ours: the sources where this package runs from its sources, the build otherwise. */
export function program(command: string): readonly string[] {
  const cli = fileURLToPath(import.meta.resolve("#cli/main"));
  return [...(cli.endsWith(".ts") ? ["--conditions=source"] : []), cli, command];
}

/** Listens to what the process says on standard error, for the day it ends. */
function hearOut(child: ChildProcess): Promise<Ending> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  // Listening must not keep a Node-RED alive that wants to end.
  if (child.stderr instanceof Socket) child.stderr.unref();
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ refused: false, lastWords: error.message }));
    child.once("close", (code, signal) => {
      const lastWords = said.trim().replace(/\s*\n\s*/g, " · ");
      resolve({ refused: code === REFUSED, lastWords: lastWords || `exit ${signal ?? code}` });
    });
  });
}

/** @returns false when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
