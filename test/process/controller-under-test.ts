/** A real controller process in a folder of its own, and a client that watches it. Everything waits on what the charger says, never on time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { connectLink, type LinkClient } from "#link/client";
import { type ControllerConfigFile, parseControllerConfig } from "#link/controller-config";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { TruthMessage } from "#link/sim-truth";
import { controllerExecArgv } from "#link/spawn-flags";
import type { CarSpec } from "#simulator/actions";
import { SPOILS } from "./trials.ts";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
/** A test that waits longer than this for something has failed, ms. */
const DEADLINE = 30_000;
/** A machine that starts a dozen processes at once takes its time for each, ms. */
const WELCOMED_WITHIN = 60_000;
/** Between two looks at what another process writes, ms. */
const LOOK_EVERY = 20;
/** News waits for the disk, but not so long, ms: what is heard this late may not be saved yet, or the machine held somebody up. */
const TOLD_WITHIN = 800;

/** A car that does everything soon, so that a test is short. */
export const QUICK_CAR: Partial<CarSpec> = {
  decideMs: 300,
  startCurrentMs: 100,
  rampUpAps: 100,
  rampDownAps: 100,
  x1ReactionMs: 500,
  plugBounceMs: 0,
};

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type ConfigPart = Partial<Omit<ControllerConfigFile, "version" | "charger" | "driver">>;

export interface ControllerOptions {
  readonly config?: ConfigPart;
  /** Text of the configuration file, instead of a good one. */
  readonly configText?: string;
  readonly args?: readonly string[];
  /** Descriptor that takes its standard error, instead of `complaints`. */
  readonly stderr?: number;
  /** What its environment has beside this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

export class ControllerUnderTest {
  readonly folder: string;
  readonly configFile: string;
  readonly child: ChildProcess;
  /** What it wrote to its standard error. */
  complaints = "";
  /** Everything it told this client, over all links. */
  readonly events: EventMessage[] = [];
  /** Settles when it has ended, and all that it complained of is here. */
  readonly ended: Promise<Ending>;
  #link: LinkClient | null = null;
  readonly #links: LinkClient[] = [];
  #toldLate = false;
  /** How late its loop has been at worst while it was watched, ms. */
  #worstLate = 0;

  private constructor(folder: string, options: ControllerOptions) {
    this.folder = folder;
    this.configFile = join(folder, "charger.json");
    const file: ControllerConfigFile = { version: 1, charger: "bay", driver: { kind: "sim", seed: 7 }, ...options.config };
    writeFileSync(this.configFile, options.configText ?? JSON.stringify(file));
    const args = [...controllerExecArgv, "--conditions=source", CLI, "controller", "--config", this.configFile, ...(options.args ?? [])];
    const env = { ...process.env, ...options.env };
    this.child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", options.stderr ?? "pipe"], env });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.complaints += text;
    });
    this.ended = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  /** Starts a controller in a new folder, or again in the folder of an older one. Does not wait for it. */
  static launch(options: ControllerOptions = {}, folder = mkdtempSync(join(tmpdir(), "j1772-process-"))): ControllerUnderTest {
    return new ControllerUnderTest(folder, options);
  }

  /** Starts a controller and waits until it welcomes us. */
  static async start(options: ControllerOptions = {}, folder?: string): Promise<ControllerUnderTest> {
    const controller = ControllerUnderTest.launch(options, folder);
    try {
      await controller.connect();
    } catch (error) {
      await controller.dispose(true);
      throw error;
    }
    return controller;
  }

  /** The newest link. */
  get link(): LinkClient {
    if (this.#link === null) throw new Error("not connected");
    return this.#link;
  }

  get status(): StatusMessage {
    const { status } = this.link;
    if (status === null) throw new Error("no status yet");
    return status;
  }

  get socket(): string {
    return parseControllerConfig(readFileSync(this.configFile, "utf8"), this.folder).socket;
  }

  get stateFile(): string {
    return join(this.folder, "safety.json");
  }

  /** Lines of the event log, parsed. */
  get logged(): Record<string, unknown>[] {
    const path = join(this.folder, "events.log");
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => JSON.parse(line));
  }

  /** What of it the newest controller in this folder has logged, from its boot on. */
  get loggedSinceBoot(): Record<string, unknown>[] {
    const { logged } = this;
    return logged.slice(logged.findLastIndex(({ type }) => type === "booted"));
  }

  /** True when its loop was late, or it told of something late: what fails then says nothing. */
  get wasHeldUp(): boolean {
    const isLate = ({ type, fault }: { readonly type?: unknown; readonly fault?: unknown }) =>
      type === "late" || fault === "ControllerLate";
    return this.#toldLate || this.#worstLate > SPOILS || this.events.some(isLate) || this.logged.some(isLate);
  }

  /** Connects, knocking until the controller is there. */
  async connect(): Promise<LinkClient> {
    const until = performance.now() + WELCOMED_WITHIN;
    const over = new Error("the controller ended before it welcomed anybody");
    let gone = false;
    void this.ended.then(() => {
      gone = true;
    });
    for (;;) {
      const link = connectLink(this.socket, { client: "test", silentAfterMs: DEADLINE, answerWithinMs: DEADLINE });
      link.on("status", ({ loopLatenessMs }) => {
        this.#worstLate = Math.max(this.#worstLate, loopLatenessMs);
      });
      link.on("event", (event) => {
        this.events.push(event);
        this.#toldLate ||= Date.now() - event.at > TOLD_WITHIN;
      });
      try {
        await link.opened();
        this.#link = link;
        this.#links.push(link);
        await this.until(() => true);
        return link;
      } catch (cause) {
        if (gone) throw new Error(`${over.message}: ${this.complaints}`, { cause });
        if (performance.now() > until) throw new Error(`no welcome: ${this.complaints}`, { cause });
        await pass(LOOK_EVERY);
      }
    }
  }

  /** Resolves with the first status, from the newest on, of which `what` holds. */
  until(what: (status: StatusMessage) => boolean, withinMs = DEADLINE): Promise<StatusMessage> {
    return this.#await("status", this.link.status === null ? [] : [this.link.status], what, withinMs);
  }

  /** Resolves with the first event, past ones included, of which `what` holds. */
  untilEvent(what: (event: EventMessage) => boolean, withinMs = DEADLINE): Promise<EventMessage> {
    return this.#await("event", this.events, what, withinMs);
  }

  /** Resolves with the first line that this controller has logged, from its boot on, of which `what` holds: also from before anybody listened. */
  async untilLogged(what: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (const until = performance.now() + DEADLINE; performance.now() < until; await pass(LOOK_EVERY)) {
      const found = this.loggedSinceBoot.find(what);
      if (found !== undefined) return found;
    }
    throw new Error(`waited ${DEADLINE} ms; expected a log line with ${what}; last: ${JSON.stringify(this.logged.slice(-8))}`);
  }

  /** Resolves when its standard error says so: that is another line than the link, and may come later. */
  async complained(what: RegExp): Promise<void> {
    for (const until = performance.now() + DEADLINE; !what.test(this.complaints); await pass(LOOK_EVERY)) {
      if (performance.now() > until) throw new Error(`waited ${DEADLINE} ms; expected a complaint like ${what}, found: ${this.complaints}`);
    }
  }

  /** The truth of the simulation now. */
  async truth(): Promise<TruthMessage> {
    const heard = once(this.link, "truth");
    await this.link.askTruth();
    const [truth] = await heard;
    return truth;
  }

  /** Plugs a quick car in, sets a limit, and waits until it draws current. */
  async charge(limitA = 16, validForMs?: number): Promise<void> {
    const limit = { command: "limit" as const, limitA };
    await this.link.command(validForMs === undefined ? limit : { ...limit, validForMs });
    await this.link.sim({ do: "plug", preset: "polite", car: QUICK_CAR });
    await this.untilCharging(limitA / 2);
  }

  /**
   * Waits until a car charges and draws more than this.
   * @throws Error at once when the loop was held up, or the hardware's process, whose senses then say nothing: the contactor rests for a minute
   */
  async untilCharging(aboveA = 0): Promise<void> {
    const names: readonly string[] = ["ControllerLate", "ProtectiveEarthLost", "ContactorSenseLost"];
    const isHeldUp = ({ faults }: StatusMessage) => faults.some(({ name }) => names.includes(name));
    const isCharging = ({ phase, currentA }: StatusMessage) => phase === "charging" && (aboveA === 0 || (currentA ?? 0) > aboveA);
    if (isHeldUp(await this.until((status) => isCharging(status) || isHeldUp(status)))) throw new Error("a process was held up");
  }

  /** Resets as a person does: again, as long as it says that the cause is still there. */
  async reset(): Promise<void> {
    for (const until = performance.now() + DEADLINE; ; await once(this.link, "status")) {
      const reply = await this.link.command({ command: "reset" });
      if (reply.ok) return;
      if (reply.code !== "causeRemains" || performance.now() > until) throw new Error(`no reset: ${reply.message}`);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends the process, whatever state it is in, and removes its folder unless it is to be used again. */
  async dispose(keepFolder = false): Promise<void> {
    for (const link of this.#links) link.close();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await this.ended;
    }
    if (!keepFolder) rmSync(this.folder, { recursive: true, force: true });
  }

  #await<Name extends "status" | "event", Message extends StatusMessage | EventMessage>(
    name: Name,
    past: readonly Message[],
    what: (message: Message) => boolean,
    withinMs: number,
  ): Promise<Message> {
    const found = past.find(what);
    if (found !== undefined) return Promise.resolve(found);
    const { link } = this;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        link.off(name as "status", look as never);
        link.off("lost", lose);
      };
      const look = (message: Message): void => {
        if (!what(message)) return;
        settle();
        resolve(message);
      };
      const fail = (why: string): void => {
        settle();
        const last = this.events.slice(-8).map(({ type, fault, reason }) => [type, fault, reason].filter(Boolean).join(" "));
        reject(new Error(`${why}; expected ${name} with ${what}; status ${JSON.stringify(link.status)}; last events: ${last.join(", ")}`));
      };
      const lose = (reason: Error): void => fail(`the link was lost (${reason.message})`);
      const timer = setTimeout(() => fail(`waited ${withinMs} ms`), withinMs);
      link.on(name as "status", look as never);
      link.on("lost", lose);
    });
  }
}
