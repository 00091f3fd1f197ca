/**
 * Keeps one charger's controller reachable: joins the one that runs, starts one when none does, starts it again when it
 * dies, replaces one that hangs, and stops it politely. It knows nothing of limits.
 */
import { EventEmitter } from "node:events";
import type { LinkClient } from "#link/client";
import type { Welcome } from "#link/frames";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { TruthMessage } from "#link/sim-truth";
import type { LinkState } from "../shared/charger-handle.ts";
import type { Scheduler } from "../shared/scheduler.ts";

/** Between attempts to reach a controller that is known to be starting or ending, ms. */
const KNOCK_EVERY = 100;
/** First pause before a controller is started, or a service is knocked at, once more; each pause doubles, ms. */
const FIRST_PAUSE = 500;
/** Longest pause before a controller that keeps dying is started again, ms. */
const LONGEST_PAUSE = 30_000;
/** Longest pause between attempts to reach a service, ms. */
const LONGEST_SERVICE_PAUSE = 5_000;
/** A controller that held on for so long is sound: its earlier deaths are forgotten, ms. */
const SOUND_AFTER = 60_000;
/** A controller that runs but has not spoken for so long hangs, and is ended, ms. */
const HUNG_AFTER = 15_000;
/** Time to stop charging, open and end after being asked to: a car is given its grace before the relay opens, ms. @see ST-10 */
const STOP_WITHIN = 20_000;
/** Time for a controller that has hung up to write its last words and end, ms. */
const FAREWELL = 5_000;

export interface Ending {
  /** True when it will not run with these settings, so that trying again would not help. */
  readonly refused: boolean;
  readonly lastWords: string;
}

/** A controller process that this Node-RED started. */
export interface Launched {
  readonly pid: number;
  /** Resolves once, when the process is gone. Never rejects. */
  readonly ended: Promise<Ending>;
}

export interface Launcher {
  /** Starts a controller. @throws StoreUnavailable, DriverUnavailable */
  launch(): Launched;
  /** True when the controller that welcomed us runs with the settings this launcher would give it. */
  isCurrent(welcome: Welcome): boolean;
  /** Ends a controller that does not do so when asked. */
  end(pid: number): void;
}

export interface KeeperOptions {
  readonly connect: (seen: string | undefined) => LinkClient;
  /** Null for a controller that someone else runs. */
  readonly launcher: Launcher | null;
  readonly scheduler: Scheduler;
}

interface KeeperEvents {
  link: [state: LinkState];
  /** What happened to the controller, for the log. */
  news: [text: string, level: "info" | "warning"];
  welcome: [welcome: Welcome];
  status: [status: StatusMessage];
  event: [event: EventMessage];
  truth: [truth: TruthMessage];
}

const nothing = (): void => {};

export class Keeper extends EventEmitter<KeeperEvents> {
  readonly #options: KeeperOptions;
  #link: LinkState = "stopped";
  #line: LinkClient | null = null;
  #child: Launched | null = null;
  /** Process of the controller that was last heard or started. */
  #pid: number | null = null;
  #seen: string | undefined;
  /** Starts, and knocks in vain, since a controller was last sound. */
  #failures = 0;
  #lastNews = "";
  #cancelKnock = nothing;
  #cancelSound = nothing;
  #cancelHung: (() => void) | null = null;
  #whenStopped: (() => void)[] = [];
  /** What the newest start waits for; null when it waits for nothing. */
  #waitsFor: Promise<void> | null = null;

  constructor(options: KeeperOptions) {
    super();
    this.#options = options;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** The open line; null while there is none. */
  get line(): LinkClient | null {
    return this.#line?.isOpen ? this.#line : null;
  }

  /** Joins or starts the controller once `before` has resolved, and goes on doing so until `stop`. */
  start(before: Promise<void> = Promise.resolve()): void {
    if (this.#link !== "stopped") return;
    this.#waitsFor = before;
    this.#say("starting");
    before.then(() => {
      if (this.#waitsFor !== before) return;
      this.#waitsFor = null;
      if (this.#link === "starting" && this.#line === null) this.#knock();
    }, nothing);
  }

  /** Stops the controller politely, or only hangs up on one that someone else runs. Resolves when it is gone. */
  stop(): Promise<void> {
    this.#waitsFor = null;
    this.#say("stopped");
    this.#cancelKnock();
    if (this.#options.launcher === null) {
      this.#line?.close();
      this.#line = null;
    }
    if (this.#line === null) {
      this.#endChild();
      return this.#childGone();
    }
    if (this.#line.isOpen) this.#askToStop(this.#line);
    return new Promise((resolve) => this.#whenStopped.push(resolve));
  }

  #knock(): void {
    this.#cancelKnock();
    const line = this.#options.connect(this.#seen);
    this.#line = line;
    line.on("welcome", (welcome) => this.#welcomed(line, welcome));
    line.on("status", (status) => this.emit("status", status));
    line.on("event", (event) => this.emit("event", event));
    line.on("truth", (truth) => this.emit("truth", truth));
    line.on("lost", (reason) => this.#lost(line, reason.code, reason.message));
  }

  #welcomed(line: LinkClient, welcome: Welcome): void {
    this.#stopWatching();
    this.#pid = welcome.pid;
    const { launcher, scheduler } = this.#options;
    const isOutdated = launcher !== null && !launcher.isCurrent(welcome);
    if (isOutdated)
      this.#tell(`The running controller (process ${welcome.pid}) has older settings; it is stopped and started again.`, "info");
    if (isOutdated || this.#link === "stopped" || this.#waitsFor !== null) {
      this.#askToStop(line);
      return;
    }
    this.#cancelSound = scheduler.after(SOUND_AFTER, () => {
      this.#failures = 0;
    });
    this.#tell(`Connected to the controller of "${welcome.charger}" (${welcome.driver}, process ${welcome.pid}).`, "info");
    this.#say("connected");
    this.emit("welcome", welcome);
  }

  #lost(line: LinkClient, code: string, message: string): void {
    this.#seen = line.seen ?? this.#seen;
    this.#line = null;
    this.#cancelSound();
    for (const resolve of this.#whenStopped.splice(0)) this.#childGone().then(resolve, resolve);
    if (this.#link === "stopped") {
      this.#options.scheduler.after(FAREWELL, () => this.#endChild());
      return;
    }
    if (this.#link === "refused" || this.#waitsFor !== null) return;
    if (code !== "noController") this.#tell(message);
    if (this.#link === "connected") this.#say("lost");
    if (this.#options.launcher === null || (code === "noController" && this.#child === null)) this.#tryAgain();
    else {
      this.#watchForHanging();
      this.#knockAfter(KNOCK_EVERY);
    }
  }

  /** Nothing runs: start a controller, or knock at the service again, after the pause that earlier failures have earned. */
  #tryAgain(): void {
    const { launcher, scheduler } = this.#options;
    const longest = launcher ? LONGEST_PAUSE : LONGEST_SERVICE_PAUSE;
    const pause = this.#failures === 0 ? 0 : Math.min(longest, FIRST_PAUSE * 2 ** (this.#failures - 1));
    this.#failures += 1;
    this.#stopWatching();
    this.#cancelKnock = scheduler.after(pause, () => (launcher ? this.#launch(launcher) : this.#knock()));
  }

  #launch(launcher: Launcher): void {
    try {
      this.#child = launcher.launch();
    } catch (error) {
      this.#tell(`The controller could not be started: ${error instanceof Error ? error.message : String(error)}`);
      this.#tryAgain();
      return;
    }
    const child = this.#child;
    this.#pid = child.pid;
    child.ended.then((ending) => this.#ended(child, ending), nothing);
    this.#watchForHanging();
    this.#knockAfter(KNOCK_EVERY);
  }

  #ended(child: Launched, { refused, lastWords }: Ending): void {
    if (child !== this.#child) return;
    this.#child = null;
    // Its number may be another process's soon.
    this.#pid = null;
    this.#stopWatching();
    if (this.#link === "stopped") return;
    this.#tell(`The controller ended: ${lastWords}`);
    if (refused) {
      this.#cancelKnock();
      this.#say("refused");
    }
  }

  #watchForHanging(): void {
    if (this.#cancelHung) return;
    this.#cancelHung = this.#options.scheduler.after(HUNG_AFTER, () => {
      this.#cancelHung = null;
      if (this.#pid === null) return;
      this.#tell(`The controller (process ${this.#pid}) does not answer; it is ended.`);
      this.#options.launcher?.end(this.#pid);
    });
  }

  #stopWatching(): void {
    this.#cancelHung?.();
    this.#cancelHung = null;
  }

  /** Asks, and insists when that does not help. The line is lost when the controller has ended; that is where it goes on. */
  #askToStop(line: LinkClient): void {
    const { launcher, scheduler } = this.#options;
    const insist = (): void => {
      if (line !== this.#line || this.#pid === null) return;
      this.#tell(`The controller (process ${this.#pid}) does not stop when asked; it is ended.`);
      launcher?.end(this.#pid);
    };
    line.command({ command: "shutdown" }).then((reply) => {
      if (reply.ok) scheduler.after(STOP_WITHIN, insist);
      else insist();
    }, insist);
  }

  /** A child that is not to run, and that no line reaches. */
  #endChild(): void {
    if (this.#child && this.#link === "stopped") this.#options.launcher?.end(this.#child.pid);
  }

  async #childGone(): Promise<void> {
    await this.#child?.ended;
  }

  #knockAfter(ms: number): void {
    this.#cancelKnock();
    this.#cancelKnock = this.#options.scheduler.after(ms, () => this.#knock());
  }

  /** What goes on happening is told once. */
  #tell(text: string, level: "info" | "warning" = "warning"): void {
    if (text === this.#lastNews) return;
    this.#lastNews = text;
    this.emit("news", text, level);
  }

  #say(link: LinkState): void {
    if (link === this.#link) return;
    this.#link = link;
    this.emit("link", link);
  }
}
