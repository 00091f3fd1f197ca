/** One request at a site: who asks, in which language, and what they may be given. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Language, Person } from "#core/bays/person";
import type { Scanner } from "#core/bays/site";
import { Refusal, sendText } from "../http/answer.ts";
import { addressBlock, addressOf } from "../http/caller.ts";
import { type ForgeryTokens, isSameOrigin } from "../http/forgery.ts";
import { type CookieOptions, cookieHeader, cookieOf } from "../http/form.ts";
import { preferredLanguage } from "../http/negotiate.ts";
import type { Headers } from "../http/security-headers.ts";
import type { Keeper } from "./keeper.ts";
import { PAGE_HEADERS, type PageContext } from "./pages/shell.ts";
import { LANGUAGES } from "./words.ts";

const MEMBER_COOKIE = "bays_member";
const VISITOR_COOKIE = "bays_visitor";
/** A member's browser stays theirs for a season, s. */
const MEMBER_FOR = 90 * 86_400;
/** As long as the longest channel, s. */
const VISITOR_FOR = 2 * 3600;
const COOKIE = /^[\w-]{8,64}$/;

export interface VisitTools {
  readonly keeper: Keeper;
  readonly tokens: ForgeryTokens;
  readonly pushKey: string | null;
  /** Path of the site as browsers see it. */
  readonly base: string;
}

export class Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly member: Person | null;
  readonly language: Language;
  readonly #tools: VisitTools;
  readonly #cookies: string[] = [];

  constructor(request: IncomingMessage, response: ServerResponse, tools: VisitTools) {
    this.request = request;
    this.response = response;
    this.#tools = tools;
    const key = cookieOf(request, MEMBER_COOKIE);
    this.member = COOKIE.test(key) ? this.#holderOf(key) : null;
    this.language = this.member?.language ?? preferredLanguage(request.headers["accept-language"], LANGUAGES);
  }

  get context(): PageContext {
    return this.contextOf(this.member);
  }

  contextOf(member: Person | null): PageContext {
    const { keeper, base, pushKey, tokens } = this.#tools;
    const now = keeper.now().wall;
    const token = member === null ? "" : tokens.issue(member.id, now);
    const once = randomBytes(16).toString("base64url");
    return { site: keeper.site, language: this.language, base, isMember: member !== null, pushKey, token, now, once };
  }

  /** Who scans: known again by a cookie of two hours, else by where they are and what they use. */
  scanner(): Scanner {
    const { keeper } = this.#tools;
    const block = addressBlock(addressOf(this.request, keeper.site.trustedProxies));
    const cookie = cookieOf(this.request, VISITOR_COOKIE);
    const who = COOKIE.test(cookie) ? cookie : `${block} ${this.request.headers["user-agent"] ?? ""}`;
    return { mark: keeper.secrets.mark("scanner", who), addressBlock: keeper.secrets.mark("block", block) };
  }

  rememberVisitor(): void {
    if (!COOKIE.test(cookieOf(this.request, VISITOR_COOKIE)))
      this.#setCookie(VISITOR_COOKIE, randomBytes(16).toString("base64url"), VISITOR_FOR);
  }

  /** Makes this browser the one of the member who has the key. @returns null when nobody has it */
  becomeMember(key: string): Person | null {
    const person = COOKIE.test(key) ? this.#holderOf(key) : null;
    if (person !== null) this.#setCookie(MEMBER_COOKIE, key, MEMBER_FOR);
    return person;
  }

  leaveMembership(): void {
    this.#setCookie(MEMBER_COOKIE, "", 0);
  }

  /** @throws Refusal forged, for a form that our own page did not send */
  checkOrigin(): void {
    const own = new URL(this.#tools.keeper.site.publicUrl).origin;
    if (!isSameOrigin(this.request) && this.request.headers.origin !== own) throw new Refusal(403, "forged", "");
  }

  /** @throws Refusal forged, for a form that was not made for this member */
  checkToken(token: string | undefined): void {
    this.checkOrigin();
    const { tokens, keeper } = this.#tools;
    if (this.member === null || !tokens.accepts(token, this.member.id, keeper.now().wall)) throw new Refusal(403, "forged", "");
  }

  show(html: string, status = 200, headers: Headers = {}): Promise<void> {
    return sendText(this.request, this.response, status, "text/html; charset=utf-8", html, {
      ...PAGE_HEADERS,
      ...this.#cookieHeaders(),
      ...headers,
    });
  }

  /** @param path within the site; after a form the browser asks for it anew, so that reloading sends nothing twice */
  goTo(path: string): Promise<void> {
    const headers = { ...this.#cookieHeaders(), Location: `${this.#tools.base}${path}` };
    return sendText(this.request, this.response, 303, "text/plain; charset=utf-8", "", headers);
  }

  #holderOf(key: string): Person | null {
    const { keeper } = this.#tools;
    return keeper.look((desk) => desk.register.holderOf(keeper.secrets.mark("key", key)));
  }

  #setCookie(name: string, value: string, maxAgeS: number): void {
    const { base, keeper } = this.#tools;
    const options: CookieOptions = { path: base === "" ? "/" : base, maxAgeS, secure: keeper.site.publicUrl.startsWith("https:") };
    this.#cookies.push(cookieHeader(name, value, options));
  }

  /** Node writes a list as one header each. */
  #cookieHeaders(): Headers {
    return this.#cookies.length === 0 ? {} : ({ "Set-Cookie": this.#cookies } as unknown as Headers);
  }
}
