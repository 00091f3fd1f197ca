/** A virtual Pi in a process of its own, and a line to the world behind its pins. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Outputs } from "#core/evse/types";
import type { SimAction, SimTruth } from "#simulator/actions";
import type { LcdView } from "#virtual-pi/lcd";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
const START_WITHIN = 60_000;
/**
 * For a process at a real-time priority beside busy ones: V8's other threads, which compile and collect garbage, have an ordinary priority,
 * and it would wait for them.
 */
export const REAL_TIME_FLAGS: readonly string[] = ["--single-threaded"];

/** What is really so, and when that was on the machine's clock, ms. */
export interface PiTruth {
  readonly atMs: number;
  readonly truth: SimTruth;
  readonly outputs: Outputs;
  readonly display: LcdView;
  /** How much of the time each pin of the status light is high, 0 to 1; null for one that is no output. */
  readonly light: Readonly<Record<"red" | "green" | "blue", number | null>> | null;
  /** How late its process was at worst since this was last asked, ms. */
  readonly lateMs: number;
}

interface Answer {
  readonly ok: boolean;
  readonly message?: string;
}

export class VirtualPiProcess {
  readonly port: number;
  readonly controlPort: number;
  readonly child: ChildProcess;
  /** What it printed, line by line: its ports come first. */
  readonly said: readonly string[];
  readonly #control: Socket;
  readonly #waiting: ((answer: Answer) => void)[] = [];

  private constructor(child: ChildProcess, said: readonly string[], port: number, controlPort: number, control: Socket) {
    this.child = child;
    this.said = said;
    this.port = port;
    this.controlPort = controlPort;
    this.#control = control;
    control.on("error", () => {});
    createInterface({ input: control }).on("line", (line) => this.#waiting.shift()?.(JSON.parse(line)));
  }

  /** Starts one on free ports. @param args more of the command line */
  static async start(args: readonly string[] = [], { port = 0 }: { readonly port?: number } = {}): Promise<VirtualPiProcess> {
    const ports = ["--port", String(port), "--control", "0", "--json"];
    const child = spawn(process.execPath, [...REAL_TIME_FLAGS, "--conditions=source", CLI, "virtual-pi", ...ports, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // Nothing outlives who started it, however that ends.
    const end = (): void => void child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    const said: string[] = [];
    const lines = createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
    await once(lines, "line", { signal: AbortSignal.timeout(START_WITHIN) });
    const taken: { port: number; controlPort: number } = JSON.parse(said[0] ?? "");
    const control = connect({ host: "127.0.0.1", port: taken.controlPort, noDelay: true });
    await once(control, "connect");
    return new VirtualPiProcess(child, said, taken.port, taken.controlPort, control);
  }

  /** Does something to car, house or hardware, `afterMs` from now. @returns when it happens, on the machine's clock, ms */
  async apply(action: SimAction, afterMs = 0): Promise<number> {
    const { atMs } = (await this.#ask({ action, afterMs })) as Answer & Pick<PiTruth, "atMs">;
    return atMs + afterMs;
  }

  async truth(): Promise<PiTruth> {
    return (await this.#ask({ ask: "truth" })) as Answer & PiTruth;
  }

  async hold(button: string, held: boolean): Promise<void> {
    await this.#ask({ button, held });
  }

  /** Breaks the display, or mends it. */
  async trouble(display: "absent" | "hangs" | "powerCut" | "well"): Promise<void> {
    await this.#ask({ display });
  }

  /** Resolves when `what` holds. @throws Error with the last truth when that takes too long */
  async until(what: (now: PiTruth) => boolean, withinMs = 20_000): Promise<PiTruth> {
    const end = performance.now() + withinMs;
    for (;;) {
      const now = await this.truth();
      if (what(now)) return now;
      if (performance.now() > end) throw new Error(`waited ${withinMs} ms for ${what}; the truth is ${JSON.stringify(now)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#control.destroy();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, "exit");
  }

  #ask(message: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push((answer) => (answer.ok ? resolve(answer) : reject(new Error(answer.message))));
      this.#control.write(`${JSON.stringify(message)}\n`);
    });
  }
}
