/** A controller without a charger: the real link, and answers that a test decides. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PanelFacts, Reply, RequestFrame, Welcome } from "#link/frames";
import { linkPath } from "#link/link-path";
import type { CommandMessage, EventMessage, StatusMessage } from "#link/messages";
import { LinkServer } from "#link/server";
import type { SimActionMessage } from "#link/sim-action";
import type { TruthMessage } from "#link/sim-truth";
import { aStatus, aTruth, aWelcome } from "../../support/link-samples.ts";
import { socketsToTurn } from "./moved-time.ts";

/** A folder that is gone after the test. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "j1772-"));
  readonly socket = linkPath(this.path, "controller");
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export class FakeController {
  welcome: Welcome = aWelcome();
  status: StatusMessage = aStatus();
  truth: TruthMessage = aTruth();
  /** What requests are answered with. */
  reply: Reply = { ok: true };
  readonly commands: CommandMessage[] = [];
  readonly actions: SimActionMessage[] = [];
  /** What a front panel was told. */
  readonly shown: PanelFacts[] = [];
  readonly #server: LinkServer;
  #heard: (() => void)[] = [];
  #events = 0;

  constructor(path: string) {
    this.#server = new LinkServer({
      path,
      host: {
        welcome: () => this.welcome,
        status: () => this.status,
        truth: () => (this.welcome.capabilities.includes("sim") ? this.truth : null),
        request: (request) => this.#request(request),
      },
    });
  }

  static async on(path: string, welcome: Partial<Welcome> = {}): Promise<FakeController> {
    const controller = new FakeController(path);
    controller.welcome = { ...controller.welcome, ...welcome };
    await controller.#server.listen();
    return controller;
  }

  get clients(): number {
    return this.#server.clients;
  }

  /** The limits it was told, in amps. */
  get limits(): readonly number[] {
    return this.commands.flatMap((command) => (command.command === "limit" ? [command.limitA] : []));
  }

  tell(status: Partial<StatusMessage>): void {
    this.status = { ...this.status, ...status };
    this.#server.publishStatus(this.status);
  }

  happen(event: Partial<EventMessage>): void {
    this.#events += 1;
    this.#server.publishEvent({ id: `e${this.#events}`, charger: "bay", at: 0, monotonicMs: 0, type: "plugged", session: null, ...event });
  }

  reveal(truth: Partial<TruthMessage>): void {
    this.truth = { ...this.truth, ...truth };
    this.#server.publishTruth(() => this.truth);
  }

  /** Resolves when `claim` holds, looked at after each request, and the answers have been read. */
  async until(claim: () => boolean): Promise<void> {
    while (!claim()) await new Promise<void>((resolve) => this.#heard.push(resolve));
    await socketsToTurn();
  }

  close(): Promise<void> {
    return this.#server.close("test");
  }

  #request(request: Exclude<RequestFrame, { frame: "truth" }>): Reply {
    if (request.frame === "command") this.commands.push(request.ask);
    else if (request.frame === "show") this.shown.push(request.facts);
    else this.actions.push(request.action);
    const heard = this.#heard;
    this.#heard = [];
    queueMicrotask(() => {
      for (const resolve of heard) resolve();
    });
    return this.reply;
  }
}
