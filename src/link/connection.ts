/** The controller's end of one client: greets, takes one frame at a time, answers, and hangs up on what it cannot trust. */
import type { Socket } from "node:net";
import * as v from "valibot";
import { MessageError } from "#core/errors";
import { explain } from "./explain.ts";
import { type ByeCode, HelloFrame, type Reply, RequestFrame, type Welcome } from "./frames.ts";
import { encodeFrame, FrameDecoder } from "./framing.ts";
import { LINK_PROTOCOL, type StatusMessage } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { RateGate } from "./rate-gate.ts";
import type { TruthMessage } from "./sim-truth.ts";

/** A client that has not said hello by then is hung up on, ms. */
const HELLO_WITHIN = 3_000;
/** Time a client is given to read the last frame before its socket is destroyed, ms. */
const FAREWELL = 1_000;
/** Answers remembered, so that a request received twice is carried out once. */
const REMEMBERED = 64;

/** What the controller does for its clients. Called synchronously; must not throw for anything a client can send. */
export interface LinkHost {
  welcome(): Welcome;
  status(): StatusMessage;
  /** Null when the board is not simulated. */
  truth(): TruthMessage | null;
  /** Carries out a command or a simulated action for `client`. */
  request(request: Exclude<RequestFrame, { frame: "truth" }>, client: string): Reply;
  /** Lines of the events after the one with this id; all that are remembered when the id is not among them. */
  eventsSince(id: string): readonly string[];
}

interface Answered {
  readonly asked: string;
  readonly line: string;
}

/** What a decoded frame may have before a schema has seen it. */
interface RawFrame {
  readonly frame?: unknown;
  readonly id?: unknown;
  readonly protocol?: unknown;
  readonly ask?: unknown;
}

/** Asking for less must get through even from a client that floods. */
function asksToStop(frame: RawFrame): boolean {
  const ask = frame.ask as { command?: unknown; limitA?: unknown } | null | undefined;
  if (typeof ask !== "object" || ask === null) return false;
  return ask.command === "pause" || ask.command === "shutdown" || (ask.command === "limit" && ask.limitA === 0);
}

export class Connection {
  /** What the client calls itself; null until it has said hello. */
  client: string | null = null;
  followsTruth = false;
  readonly #socket: Socket;
  readonly #host: LinkHost;
  readonly #decoder = new FrameDecoder();
  readonly #outbox: Outbox;
  readonly #gate = new RateGate(performance.now());
  readonly #answered = new Map<string, Answered>();
  #farewell: NodeJS.Timeout;
  #over = false;

  /**
   * @param onReadable there is something to take
   * @param onGone the socket is closed
   */
  constructor(socket: Socket, host: LinkHost, onReadable: () => void, onGone: () => void) {
    this.#socket = socket;
    this.#host = host;
    this.#outbox = new Outbox(socket);
    this.#farewell = setTimeout(() => this.hangUp("noHello", `Expected a hello within ${HELLO_WITHIN} ms.`), HELLO_WITHIN).unref();
    socket.on("readable", onReadable);
    socket.on("drain", () => {
      this.#outbox.flush();
      onReadable();
    });
    // A broken pipe is how clients usually leave; "close" follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#over = true;
      clearTimeout(this.#farewell);
      onGone();
    });
  }

  /** Takes one frame, or some more bytes. False when there is nothing to take now. */
  takeOne(): boolean {
    if (this.#over || this.#outbox.isFull) return false;
    try {
      const frame = this.#decoder.next();
      if (frame !== null) {
        this.#receive(frame);
        return true;
      }
      const chunk = this.#socket.read() as Buffer | null;
      if (chunk === null) return false;
      this.#decoder.push(chunk);
      return true;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.hangUp(error.code === "tooLong" ? "tooLong" : "badFrame", error.message);
      return false;
    }
  }

  sendStatus(line: string): void {
    if (this.client !== null && !this.#over) this.#outbox.status(line);
  }

  sendTruth(line: string): void {
    if (this.followsTruth && !this.#over) this.#outbox.truth(line);
  }

  sendEvent(line: string): void {
    if (this.client === null || this.#over) return;
    if (!this.#outbox.event(line)) this.hangUp("tooSlow", "Events were not read fast enough; connect again for a full status.");
  }

  /** Says why, ends the connection, and does not wait for a client that does not read. */
  hangUp(code: ByeCode, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#farewell);
    this.#farewell = setTimeout(() => this.#socket.destroy(), FAREWELL).unref();
    this.#socket.end(encodeFrame({ frame: "bye", code, reason }));
    // What still comes is thrown away, so that the end of the stream is seen.
    this.#socket.removeAllListeners("readable");
    this.#socket.resume();
  }

  #receive(frame: RawFrame): void {
    if (this.client === null) {
      this.#greet(frame);
      return;
    }
    const id = typeof frame.id === "string" && frame.id.length > 0 && frame.id.length <= 64 ? frame.id : null;
    if (id === null) {
      this.hangUp("badFrame", 'Expected a request with an "id" of 1 to 64 characters.');
      return;
    }
    if (!this.#gate.passes(performance.now()) && !asksToStop(frame)) {
      this.#refuse(id, "tooMany", "Too many requests; ask less often. Nothing was changed.");
      return;
    }
    const asked = JSON.stringify(frame);
    const before = this.#answered.get(id);
    if (before !== undefined) {
      if (before.asked === asked) this.#outbox.reply(before.line);
      else this.#refuse(id, "duplicateId", `The id "${id}" was used for another request; use each id once.`);
      return;
    }
    const request = v.safeParse(RequestFrame, frame);
    if (!request.success) {
      this.#refuse(id, "invalid", explain(request.issues));
      return;
    }
    const line = encodeFrame({ frame: "reply", id, ...this.#answer(request.output) });
    this.#answered.set(id, { asked, line });
    if (this.#answered.size > REMEMBERED) {
      const oldest = this.#answered.keys().next();
      if (!oldest.done) this.#answered.delete(oldest.value);
    }
    this.#outbox.reply(line);
  }

  #answer(request: RequestFrame): Reply {
    if (request.frame !== "truth") return this.#host.request(request, this.client ?? "");
    const truth = this.#host.truth();
    if (truth === null) return { ok: false, code: "notSimulated", message: "This charger is real; there is no simulation to ask." };
    if (request.follow !== undefined) this.followsTruth = request.follow;
    this.#outbox.truth(encodeFrame({ frame: "truth", truth }));
    return { ok: true };
  }

  #refuse(id: string, code: string, message: string): void {
    this.#outbox.reply(encodeFrame({ frame: "reply", id, ok: false, code, message }));
  }

  #greet(frame: RawFrame): void {
    if (frame.frame === "hello" && typeof frame.protocol === "number" && frame.protocol !== LINK_PROTOCOL) {
      this.hangUp(
        "wrongProtocol",
        `The controller speaks protocol ${LINK_PROTOCOL}, the client ${frame.protocol}; run the same version of the package on both sides.`,
      );
      return;
    }
    const hello = v.safeParse(HelloFrame, frame);
    if (!hello.success) {
      this.hangUp("noHello", `Expected a hello first: ${explain(hello.issues)}.`);
      return;
    }
    clearTimeout(this.#farewell);
    this.client = hello.output.client;
    this.#outbox.reply(encodeFrame({ frame: "welcome", protocol: LINK_PROTOCOL, ...this.#host.welcome() }));
    this.#outbox.status(encodeFrame({ frame: "status", status: this.#host.status() }));
    if (hello.output.seen !== undefined) {
      for (const line of this.#host.eventsSince(hello.output.seen)) this.#outbox.event(line);
    }
  }
}
