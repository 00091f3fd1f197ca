/** A controller as it ships: the built command in a process of its own, with the simulated driver, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connectLink, type LinkClient } from "#link/client";
import { CONTROLLER_CONFIG_VERSION, type ControllerConfigFile } from "#link/controller-config";
import { linkPath } from "#link/link-path";
import type { StatusMessage } from "#link/messages";
import type { SimActionMessage } from "#link/sim-action";
import { controllerExecArgv } from "#link/spawn-flags";

const COMMAND = join(import.meta.dirname, "../../dist/src/cli/main.js");
const START_WITHIN = 15_000;
const KNOCK_EVERY = 50;
const BLOCK_ON_SIGNAL = new URL("block-on-signal.ts", import.meta.url).href;

export class LiveController {
  readonly link: LinkClient;
  /** Where others reach it. */
  readonly path: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, link: LinkClient, path: string) {
    this.#child = child;
    this.path = path;
    this.#folder = folder;
    this.link = link;
  }

  /** Starts it and waits until it welcomes us. @param blockable it stands still for a second on SIGUSR2 */
  static async start(
    driver: ControllerConfigFile["driver"] = { kind: "sim" },
    settings: Partial<ControllerConfigFile> = {},
    blockable = false,
  ): Promise<LiveController> {
    const folder = mkdtempSync(join(tmpdir(), "j1772-bench-"));
    const config: ControllerConfigFile = { version: CONTROLLER_CONFIG_VERSION, charger: "bench", driver, ...settings };
    const file = join(folder, "controller.json");
    writeFileSync(file, JSON.stringify(config));
    const preload = blockable ? ["--import", BLOCK_ON_SIGNAL] : [];
    const child = spawn(process.execPath, [...controllerExecArgv, ...preload, COMMAND, "controller", "--config", file], {
      stdio: "ignore",
    });
    const path = linkPath(folder, config.charger);
    for (const deadline = performance.now() + START_WITHIN; ; await wait(KNOCK_EVERY)) {
      const link = connectLink(path, { client: "bench" });
      link.on("lost", () => undefined);
      try {
        await link.opened();
        return new LiveController(child, folder, link, path);
      } catch (reason) {
        if (performance.now() > deadline || child.exitCode !== null) {
          child.kill("SIGKILL");
          throw reason;
        }
      }
    }
  }

  get pid(): number {
    return this.link.welcome?.pid ?? 0;
  }

  async sim(action: SimActionMessage): Promise<void> {
    const reply = await this.link.sim(action);
    if (!reply.ok) {
      throw new Error(`${action.do}: ${reply.message}`);
    }
  }

  /** Offers 32 A for the whole of a bench. */
  async offer(): Promise<void> {
    await this.link.command({ command: "limit", limitA: 32, validForMs: 3_600_000 });
  }

  /** Settles when the charger is in `phase`. @throws Error with the phase it is in when that takes too long. */
  async until(phase: StatusMessage["phase"], withinMs = 30_000): Promise<void> {
    const signal = AbortSignal.timeout(withinMs);
    while (this.link.status?.phase !== phase) {
      await once(this.link, "status", { signal }).catch(() => {
        throw new Error(`expected phase "${phase}" within ${withinMs} ms, it is "${this.link.status?.phase}"`);
      });
    }
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.link.close();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGKILL");
      await once(this.#child, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
