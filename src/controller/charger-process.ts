/**
 * One charger's controller as a process: the loop on its timer, the link to its clients, the log, and the ways it ends.
 * It ends politely when asked, at once when asked twice, and with the relay open in every case.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LOWEST_OFFER } from "#core/pilot/duty";
import { between, type Instant, Seconds } from "#core/units/units";
import type { ControllerConfig } from "#link/controller-config";
import type { PanelFacts, Reply, RequestFrame, Welcome } from "#link/frames";
import type { StatusMessage } from "#link/messages";
import { LinkServer } from "#link/server";
import type { TruthMessage } from "#link/sim-truth";
import { FrontPanel } from "#panel/front-panel";
import type { Clock } from "#ports/clock";
import type { OpenSideLine } from "#ports/side-line";
import { Announcer, type Audience } from "./announcer.ts";
import type { ConsoleLog } from "./console-log.ts";
import { EventLog } from "./event-log.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Hands } from "./hands.ts";
import { panelTime } from "./panel-time.ts";
import { Runner } from "./runner.ts";
import { SafetyFile } from "./safety-file.ts";
import { SafetyLoop } from "./safety-loop.ts";
import { makeRoomForSocket, restrictSocket } from "./socket-file.ts";
import { Watch } from "./watch.ts";

/** A polite stop takes up to 6 s for the car and some for the contactor; longer than this it is opened. @see ST-11 */
const STOP_WITHIN = Seconds(10);
/** Who asks when a button is pressed, and of whom the log speaks. */
const PANEL = "panel";
/** Time for disk and clients to take the last words, and for the board to be given back, ms. */
const PATIENCE = 2_000;

export interface ChargerProcessOptions {
  readonly config: ControllerConfig;
  readonly hands: Hands;
  /** Lines for a front panel; null where the board has none to give. */
  readonly openSideLine: OpenSideLine | null;
  readonly clock: Clock;
  readonly console: Pick<ConsoleLog, "line" | "close">;
  /** Started by Node-RED: ends itself when nobody has been connected for long and nothing charges. */
  readonly forked: boolean;
  readonly welcome: Pick<Welcome, "version" | "priority">;
}

export class ChargerProcess {
  /** Resolves when the charger is open, everything is closed and the process may end. */
  readonly ended: Promise<ExitCode>;
  readonly #options: ChargerProcessOptions;
  readonly #log: EventLog;
  readonly #store: SafetyFile;
  readonly #announcer: Announcer;
  readonly #loop: SafetyLoop;
  readonly #server: LinkServer;
  readonly #runner: Runner;
  readonly #watch: Watch;
  readonly #panel: FrontPanel | null;
  readonly #startedAt: number;
  readonly #run = randomBytes(6).toString("hex");
  #ids = 0;
  /** The limit that was logged last, to know its renewals by. */
  #lastLimit: string | null = null;
  #stoppingSince: Instant | null = null;
  #isEnding = false;
  #end: (code: ExitCode) => void = () => {};

  constructor(options: ChargerProcessOptions) {
    this.#options = options;
    const { config, hands, clock } = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#startedAt = clock.wall();
    this.#log = new EventLog({ path: join(config.stateDir, "events.log"), clock, ...config.log });
    this.#store = new SafetyFile({
      path: join(config.stateDir, "safety.json"),
      onFailed: (reason) => this.note("storeFailed", { reason: reason.message }),
      onRecovered: () => this.note("storeRecovered", {}),
      onFound: (what) => this.note("storeFound", { reason: what }),
    });
    this.#announcer = new Announcer({ clock, log: this.#log, console: options.console, store: this.#store });
    this.#loop = new SafetyLoop({
      board: hands.board,
      clock,
      store: this.#store,
      config: config.evse,
      charger: config.charger,
      calibration: config.calibration,
      random: Math.random,
      newId: () => {
        this.#ids += 1;
        return `${this.#run}-${this.#ids}`;
      },
      onEvent: (event) => this.#announcer.hear(event),
    });
    this.#server = new LinkServer({
      path: config.socket,
      host: {
        welcome: () => this.#welcome(),
        status: () => this.#loop.status(),
        truth: () => this.#truth(),
        request: (request, client) => this.#request(request, client),
      },
    });
    this.#runner = new Runner(this.#loop, clock, () => this.#afterCycle());
    this.#watch = new Watch({
      clock,
      lease: config.evse.lease.defaultFor,
      orphanGrace: options.forked ? config.orphanGrace : null,
      onClockStep: (byMs) => this.note("wallClockStepped", { byMs }),
    });
    this.#panel = this.#makePanel();
  }

  /** Claims the board, boots the machine and listens. @throws DriverUnavailable, StoreUnavailable or ConfigError; the board is safe then. */
  async start(): Promise<void> {
    const { config, hands, console, welcome } = this.#options;
    await hands.board.open();
    try {
      this.#loop.start();
      await makeRoomForSocket(config.socket);
      await this.#server.listen();
      restrictSocket(config.socket, config.access);
    } catch (error) {
      await this.#giveBoardBack();
      this.#store.close();
      await this.#log.close();
      console.close();
      throw error;
    }
    this.#runner.start();
    this.#panel?.start();
    const facts = {
      version: welcome.version,
      pid: process.pid,
      priority: welcome.priority,
      driver: hands.board.name,
      socket: config.socket,
    };
    this.note("started", { ...facts, config: config.fingerprint });
    console.line(
      `controller of "${config.charger}" on the ${hands.board.name} driver listens on ${config.socket} (pid ${process.pid}, ${welcome.priority})`,
    );
  }

  /** Asked once: lets the car stop, opens, and ends. Asked again: opens and ends. */
  stop(why: string): void {
    if (this.#stoppingSince !== null) {
      void this.#finish(EXIT.stopped, `stopped at once: ${why}`);
      return;
    }
    this.note("stopping", { reason: why });
    this.#stoppingSince = this.#options.clock.now();
    this.#loop.command({ command: "shutdown" });
  }

  /** Something in this process broke outside the loop, and nobody knows what else did: opens, remembers, and ends. */
  fail(error: unknown): void {
    this.makeSafe();
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.note("failed", { reason: message, stack });
    this.#loop.emergencyOpen(message);
    void this.#finish(EXIT.internal, message);
  }

  /** Opens without a word; for exit handlers. */
  makeSafe(): void {
    this.#options.hands.board.makeSafe();
  }

  /** Logs something about the process itself; what has a reason is also for people. */
  note(type: string, facts: Readonly<Record<string, unknown>>): void {
    this.#log.write("process", { type, ...facts });
    if (typeof facts.reason === "string") this.#options.console.line(`${type}: ${facts.reason}`);
  }

  #makePanel(): FrontPanel | null {
    const { config, clock, openSideLine } = this.#options;
    if (config.panel === null || openSideLine === null) return null;
    return new FrontPanel({
      settings: config.panel,
      open: openSideLine,
      time: panelTime(clock),
      // As a client would ask.
      ask: (command) => void this.#request({ frame: "command", id: command, ask: { command, by: PANEL } }, PANEL),
      tell: (reason) => this.note(PANEL, { reason }),
    });
  }

  get #audience(): Audience {
    return { loop: this.#loop, server: this.#server, truth: () => this.#truth(), panel: (status) => this.#showOnPanel(status) };
  }

  #showOnPanel(status: StatusMessage): void {
    const ready = this.#loop.available;
    this.#panel?.see(status, ready < LOWEST_OFFER ? null : ready, status.at);
  }

  #afterCycle(): void {
    this.#announcer.tick(this.#audience);
    const now = this.#options.clock.now();
    if (this.#stoppingSince !== null) {
      if (this.#loop.isAtRest) void this.#finish(EXIT.stopped, "stopped");
      else if (between(this.#stoppingSince, now) > STOP_WITHIN) void this.#finish(EXIT.stopped, "opened: the polite stop took too long");
    } else if (this.#watch.look(this.#server.clients, this.#loop.isAtRest)) {
      this.stop("nobody has been connected for long");
    }
  }

  #welcome(): Welcome {
    const { config, hands, welcome } = this.#options;
    return {
      ...welcome,
      charger: config.charger,
      driver: hands.board.name,
      config: config.fingerprint,
      capabilities: hands.simulation === null ? [] : ["sim"],
      pid: process.pid,
      startedAt: this.#startedAt,
      leaseMs: config.evse.lease.defaultFor,
    };
  }

  #truth(): TruthMessage | null {
    const truth = this.#options.hands.simulation?.truth();
    return truth === undefined ? null : { ...truth, contacts: [...truth.contacts], faults: [...truth.faults] };
  }

  #request(request: Exclude<RequestFrame, { frame: "truth" }>, client: string): Reply {
    // Said every few seconds, and no request of the charger.
    if (request.frame === "show") return this.#tellPanel(request.facts);
    const reply = this.#carryOut(request);
    const asked = request.frame === "command" ? request.ask : request.action;
    const isLimit = request.frame === "command" && request.ask.command === "limit";
    const line = isLimit ? JSON.stringify([client, asked, reply]) : null;
    // A limit is renewed every few seconds, day and night; the same words again are no news.
    if (line === null || line !== this.#lastLimit) this.#log.write("request", { client, asked, reply });
    if (isLimit) this.#lastLimit = line;
    return reply;
  }

  #tellPanel(facts: PanelFacts): Reply {
    if (this.#panel === null)
      return { ok: false, code: "noPanel", message: "This charger has no front panel; choose one in its settings, or tell it nothing." };
    this.#panel.learn(facts);
    return { ok: true };
  }

  #carryOut(request: Exclude<RequestFrame, { frame: "truth" | "show" }>): Reply {
    if (request.frame === "sim") {
      const { simulation } = this.#options.hands;
      if (simulation === null)
        return { ok: false, code: "notSimulated", message: "This charger is real; there is nothing simulated to change." };
      simulation.apply(request.action, request.afterMs ?? 0);
      return { ok: true };
    }
    if (request.ask.command === "shutdown") {
      this.stop("a client asked for it");
      return { ok: true };
    }
    return this.#loop.command(request.ask);
  }

  async #finish(code: ExitCode, why: string): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#runner.stop();
    this.makeSafe();
    this.#announcer.tell(this.#audience);
    this.note("ended", { code, reason: why });
    const farewell = Promise.all([this.#store.settled(), this.#server.close(why), this.#panel?.close()]).then(() => this.#log.close());
    await withPatience(farewell);
    this.#store.close();
    await this.#giveBoardBack();
    this.#options.console.close();
    this.#end(code);
  }

  /** It is safe already: a bus that hangs or fails must not keep the process, for whoever starts it anew waits for its end. */
  #giveBoardBack(): Promise<void> {
    const { hands, console } = this.#options;
    const given = hands.board.close().catch((error: Error) => console.line(`the board could not be given back: ${error.message}`));
    return withPatience(given);
  }
}

/** Waits for it, but not for ever. */
async function withPatience(what: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([what, enough]);
  clearTimeout(timer);
}
