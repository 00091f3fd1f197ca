/** Node-RED's end of the link: says hello, hears what the charger tells, asks, and says once when the line is lost. */
import { EventEmitter } from "node:events";
import { connect, type Socket } from "node:net";
import * as v from "valibot";
import { LinkLost, MessageError } from "#core/errors";
import { explain } from "./explain.ts";
import { ControllerFrame, type PanelFacts, type Reply, type Request, type WelcomeFrame } from "./frames.ts";
import { encodeFrame, FrameDecoder } from "./framing.ts";
import { type CommandMessage, type EventMessage, LINK_PROTOCOL, type StatusMessage } from "./messages.ts";
import type { SimActionMessage } from "./sim-action.ts";
import type { TruthMessage } from "./sim-truth.ts";

export interface LinkOptions {
  /** What this client calls itself in the controller's log. */
  readonly client: string;
  /** Time for the controller to welcome us, ms. */
  readonly welcomeWithinMs?: number;
  /** Time for the controller to answer a request, ms. */
  readonly answerWithinMs?: number;
  /** A controller sends a status every second; one that says nothing for so long is lost, ms. */
  readonly silentAfterMs?: number;
  /** Id of the last event already known; newer ones the controller remembers are sent again. */
  readonly seen?: string | undefined;
}

interface LinkEvents {
  /** The controller knows us; a full status follows at once. */
  welcome: [welcome: WelcomeFrame];
  status: [status: StatusMessage];
  event: [event: EventMessage];
  truth: [truth: TruthMessage];
  /** The line is gone, or never came to be. Said once, last; connect again with a new client. */
  lost: [reason: LinkLost];
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: LinkLost) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Calls back after `ms`, but not before what has arrived by then was read: a process that was blocked itself must not
 * take its own silence for the other side's.
 */
const patiently = (ms: number, then: () => void): NodeJS.Timeout => setTimeout(() => setImmediate(then), ms);

export class LinkClient extends EventEmitter<LinkEvents> {
  /** Null until the controller has welcomed us. */
  welcome: WelcomeFrame | null = null;
  /** The newest status. */
  status: StatusMessage | null = null;
  /** Id of the newest event; hand it to the next client as `seen`. */
  seen: string | undefined;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #waiting = new Map<string, Waiting>();
  readonly #answerWithin: number;
  readonly #silentAfter: number;
  #welcomeTimer: NodeJS.Timeout;
  #silenceTimer: NodeJS.Timeout;
  #heardAt = performance.now();
  #asked = 0;
  #over = false;

  constructor(path: string, options: LinkOptions) {
    super();
    const { client, welcomeWithinMs = 3_000, answerWithinMs = 3_000, silentAfterMs = 5_000, seen } = options;
    this.seen = seen;
    this.#answerWithin = answerWithinMs;
    this.#silentAfter = silentAfterMs;
    this.#socket = connect(path);
    this.#socket.on("connect", () => this.#socket.write(encodeFrame({ frame: "hello", protocol: LINK_PROTOCOL, client, seen })));
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", (cause) =>
      this.#lose(new LinkLost("noController", `No controller answers on ${path}: ${cause.message}.`, { cause })),
    );
    this.#socket.on("close", () => this.#lose(new LinkLost("hungUp", "The controller closed the link without a word; it probably died.")));
    this.#welcomeTimer = patiently(welcomeWithinMs, () =>
      this.#lose(new LinkLost("noWelcome", `Expected a welcome on ${path} within ${welcomeWithinMs} ms, got none.`)),
    );
    this.#silenceTimer = patiently(silentAfterMs, () => this.#checkSilence());
  }

  /** True between welcome and loss. */
  get isOpen(): boolean {
    return this.welcome !== null && !this.#over;
  }

  /** Resolves with the welcome. @throws LinkLost when the line is lost before. */
  opened(): Promise<WelcomeFrame> {
    if (this.#over) return Promise.reject(new LinkLost("closed", "The link was closed."));
    if (this.welcome !== null) return Promise.resolve(this.welcome);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.off("welcome", onWelcome);
        this.off("lost", onLost);
      };
      const onWelcome = (welcome: WelcomeFrame): void => {
        settle();
        resolve(welcome);
      };
      const onLost = (reason: LinkLost): void => {
        settle();
        reject(reason);
      };
      this.on("welcome", onWelcome);
      this.on("lost", onLost);
    });
  }

  /** Resolves with the controller's answer, a refusal too. @throws LinkLost when there is no line or no answer. */
  request(request: Request): Promise<Reply> {
    if (!this.isOpen) return Promise.reject(new LinkLost("notConnected", "There is no connection to the controller."));
    this.#asked += 1;
    const id = String(this.#asked);
    return new Promise((resolve, reject) => {
      const timer = patiently(this.#answerWithin, () => {
        if (!this.#waiting.delete(id)) return;
        reject(
          new LinkLost("noAnswer", `Expected an answer within ${this.#answerWithin} ms, got none; it is not known whether it was done.`),
        );
      });
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.write(encodeFrame({ ...request, id }));
    });
  }

  command(ask: CommandMessage): Promise<Reply> {
    return this.request({ frame: "command", ask });
  }

  /** Does something to the simulated car, house or hardware, `afterMs` from now. */
  sim(action: SimActionMessage, afterMs?: number): Promise<Reply> {
    return this.request(afterMs === undefined ? { frame: "sim", action } : { frame: "sim", action, afterMs });
  }

  /** Asks for one "truth" event, or one with every status from now on. */
  askTruth(follow?: boolean): Promise<Reply> {
    return this.request(follow === undefined ? { frame: "truth" } : { frame: "truth", follow });
  }

  /** Tells the front panel what others know of the charge. */
  show(facts: PanelFacts): Promise<Reply> {
    return this.request({ frame: "show", facts });
  }

  /** Hangs up. Says no "lost"; requests under way are rejected. */
  close(): void {
    this.#end(new LinkLost("closed", "The link was closed."));
  }

  #read(chunk: Buffer): void {
    if (this.#over) return;
    this.#heardAt = performance.now();
    try {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); frame !== null && !this.#over; frame = this.#decoder.next()) this.#receive(frame);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#lose(new LinkLost("badFrame", `The controller sent something that is not a frame: ${error.message}`, { cause: error }));
    }
  }

  #receive(raw: object): void {
    const parsed = v.safeParse(ControllerFrame, raw);
    if (!parsed.success) {
      this.#lose(new LinkLost("badFrame", `The controller sent a frame that this version does not know: ${explain(parsed.issues)}.`));
      return;
    }
    const frame = parsed.output;
    if (frame.frame === "bye") {
      this.#lose(new LinkLost(frame.code, frame.reason));
    } else if (this.welcome === null) {
      this.#meet(frame);
    } else if (frame.frame === "status") {
      this.status = frame.status;
      this.emit("status", frame.status);
    } else if (frame.frame === "event") {
      this.seen = frame.event.id;
      this.emit("event", frame.event);
    } else if (frame.frame === "truth") {
      this.emit("truth", frame.truth);
    } else if (frame.frame === "reply") {
      this.#settle(frame);
    }
  }

  #meet(frame: ControllerFrame): void {
    if (frame.frame !== "welcome") {
      this.#lose(new LinkLost("noWelcome", `Expected a welcome first, got "${frame.frame}".`));
    } else if (frame.protocol !== LINK_PROTOCOL) {
      this.#lose(
        new LinkLost(
          "wrongProtocol",
          `The controller speaks protocol ${frame.protocol}, this client ${LINK_PROTOCOL}; run the same version of the package on both sides.`,
        ),
      );
    } else {
      clearTimeout(this.#welcomeTimer);
      this.welcome = frame;
      this.emit("welcome", frame);
    }
  }

  #settle(frame: Extract<ControllerFrame, { frame: "reply" }>): void {
    const waiting = this.#waiting.get(frame.id);
    if (waiting === undefined) return;
    this.#waiting.delete(frame.id);
    clearTimeout(waiting.timer);
    waiting.resolve(frame.ok ? { ok: true } : { ok: false, code: frame.code, message: frame.message });
  }

  #checkSilence(): void {
    if (this.#over) return;
    const silentFor = performance.now() - this.#heardAt;
    if (silentFor >= this.#silentAfter) {
      this.#lose(new LinkLost("silent", `The controller has said nothing for ${Math.round(silentFor)} ms.`));
    } else {
      this.#silenceTimer = patiently(this.#silentAfter - silentFor + 1, () => this.#checkSilence());
    }
  }

  #lose(reason: LinkLost): void {
    if (this.#over) return;
    this.#end(reason);
    this.emit("lost", reason);
  }

  #end(reason: LinkLost): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#welcomeTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket.destroy();
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(reason);
    }
    this.#waiting.clear();
  }
}

/**
 * Connects to the controller that listens on `path`. Listen for "welcome" and "lost" at once: one of them always comes.
 * @see linkPath
 */
export const connectLink = (path: string, options: LinkOptions): LinkClient => new LinkClient(path, options);
