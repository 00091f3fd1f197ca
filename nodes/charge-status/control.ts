/** Commands from the page: only when switched on, only from somebody whom Node-RED has let in, only from our own page. */
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { Allowance } from "#bridges/http/allowance";
import { Refusal, readJson } from "#bridges/http/answer";
import { ForgeryTokens, isSameOrigin } from "#bridges/http/forgery";
import { explain } from "#link/explain";
import type { Scheduler } from "../shared/scheduler.ts";
import { type Now, PageCommand } from "./api.ts";

const LONGEST_BODY = 1024;
/** A person presses a few buttons, then waits for what comes of it. */
const AT_ONCE = 5;
const EVERY = 1000;
export const TOKEN_HEADER = "x-j1772-token";

export interface ControlOptions {
  readonly isSwitchedOn: boolean;
  /** Whether Node-RED asks for a password before it shows a page. */
  readonly isProtected: boolean;
  /** Null for a request that carries nothing Node-RED could have checked. */
  readonly userOf: (request: IncomingMessage) => string | null;
  readonly scheduler: Scheduler;
  readonly send: (command: PageCommand) => void;
}

export class Control {
  readonly #options: ControlOptions;
  readonly #tokens = new ForgeryTokens();
  readonly #allowance: Allowance;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#allowance = new Allowance(AT_ONCE, EVERY, options.scheduler.wall());
  }

  get state(): Now["control"] {
    if (!this.#options.isSwitchedOn) return "off";
    return this.#options.isProtected ? "on" : "unprotected";
  }

  /** What the page must send with each command. @throws Refusal controlOff, controlUnprotected, notAuthenticated. */
  token(request: IncomingMessage): string {
    return this.#tokens.issue(this.#user(request), this.#options.scheduler.wall());
  }

  /** @throws Refusal as `token`, and otherOrigin, badToken, tooOften, badShape. */
  async obey(request: IncomingMessage): Promise<void> {
    const user = this.#user(request);
    const now = this.#options.scheduler.wall();
    if (!isSameOrigin(request)) throw new Refusal(403, "otherOrigin", "Commands are taken from the page itself only.");
    if (!this.#tokens.accepts(request.headers[TOKEN_HEADER], user, now)) {
      throw new Refusal(403, "badToken", "Expected the page's token. Load the page again.");
    }
    const wait = this.#allowance.wait(now);
    if (wait > 0)
      throw new Refusal(429, "tooOften", "Too many commands; wait a moment.", { "Retry-After": String(Math.ceil(wait / 1000)) });
    const parsed = v.safeParse(PageCommand, await readJson(request, LONGEST_BODY));
    if (!parsed.success) throw new Refusal(400, "badShape", `command: ${explain(parsed.issues)}.`);
    this.#options.send(parsed.output);
  }

  #user(request: IncomingMessage): string {
    switch (this.state) {
      case "off":
        throw new Refusal(403, "controlOff", "This page only shows. Control is switched on in the settings of its node.");
      case "unprotected":
        throw new Refusal(403, "controlUnprotected", "Control needs a password for Node-RED's pages: set httpNodeAuth in its settings.");
      case "on": {
        const user = this.#options.userOf(request);
        if (user === null) throw new Refusal(401, "notAuthenticated", "Sign in first.");
        return user;
      }
    }
  }
}
