/** A site's pages: finds the address that was asked for, answers, and turns every failure into words. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Gate } from "#core/bays/gate";
import { Refusal, sendRefusal, sendText } from "../http/answer.ts";
import { ForgeryTokens } from "../http/forgery.ts";
import { readForm } from "../http/form.ts";
import { BARE_SECURITY_HEADERS } from "../http/security-headers.ts";
import { takeText } from "./inbound.ts";
import type { Keeper } from "./keeper.ts";
import { PUSH_WORKER } from "./pages/live-script.ts";
import { plainPage } from "./pages/shell.ts";
import { type Counter, LONGEST_FORM, type Route } from "./route.ts";
import { MEMBER_ROUTES } from "./routes-member.ts";
import { VISITOR_ROUTES } from "./routes-visitor.ts";
import { isFromTwilio, SeenMessages, twiml } from "./twilio.ts";
import { Visit } from "./visit.ts";
import { WORDS } from "./words.ts";

/** Longer addresses are nobody's. */
const LONGEST_ADDRESS = 1000;

export class SitePages {
  readonly #counter: Counter;
  readonly #tokens = new ForgeryTokens();
  readonly #seen = new SeenMessages();
  readonly #replies: Gate;
  readonly #repliesPerSite: Gate;
  readonly #base: string;
  readonly #problem: (error: unknown) => void;
  readonly #routes: readonly Route[];

  /** @param problem hears of errors that are ours */
  constructor(counter: Counter, problem: (error: unknown) => void) {
    const { publicUrl, rules } = counter.keeper.site;
    this.#counter = counter;
    this.#replies = new Gate(rules.textReplies);
    this.#repliesPerSite = new Gate(rules.textRepliesPerSite);
    this.#base = new URL(publicUrl).pathname.replace(/\/+$/, "");
    this.#problem = problem;
    this.#routes = [...VISITOR_ROUTES, ...MEMBER_ROUTES, ...this.#machineRoutes()];
  }

  get keeper(): Keeper {
    return this.#counter.keeper;
  }

  /** @param path what comes after the site's own path on this server, beginning with a slash */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { keeper, push } = this.#counter;
    const visit = new Visit(request, response, { keeper, tokens: this.#tokens, pushKey: push?.publicKey ?? null, base: this.#base });
    try {
      await this.#answer(visit, path);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else await this.#refuse(visit, error);
    }
  }

  async #answer(visit: Visit, path: string): Promise<void> {
    const { method = "GET", url = "" } = visit.request;
    const asked = method === "HEAD" ? "GET" : method;
    const found = path.length > LONGEST_ADDRESS ? [] : this.#routes.filter((route) => route.path.test(path));
    const route = found.find((one) => one.method === asked);
    if (route === undefined) {
      if (found.length === 0) throw new Refusal(404, "notFound", "");
      throw new Refusal(405, "wrongMethod", "", { Allow: found.map((one) => one.method).join(", ") });
    }
    const [, ...parts] = route.path.exec(path) ?? [];
    await route.answer(visit, this.#counter, parts, new URLSearchParams(url.split("?")[1] ?? ""));
  }

  /** The same page for everything that is not there, so that nothing can be found out by asking. */
  async #refuse(visit: Visit, error: unknown): Promise<void> {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "failed", "");
    if (!(error instanceof Refusal)) this.#problem(error);
    const words = WORDS[visit.language];
    const { status, headers } = refusal;
    if (status === 401) return visit.show(plainPage(visit.context, words.boardTitle, words.membersOnly), status);
    if (status === 403) return visit.show(plainPage(visit.context, words.title, words.forbidden), status);
    if (status === 503) return sendRefusal(visit.request, visit.response, refusal);
    return visit.show(plainPage(visit.context, words.notFound, words.notFoundHelp), status, headers);
  }

  #machineRoutes(): readonly Route[] {
    return [
      { method: "POST", path: /^\/sms$/, answer: (visit) => this.#takeSms(visit) },
      {
        method: "GET",
        path: /^\/sw\.js$/,
        answer: ({ request, response }) =>
          sendText(request, response, 200, "text/javascript; charset=utf-8", PUSH_WORKER, { ...BARE_SECURITY_HEADERS }),
      },
    ];
  }

  /** Twilio's call. One that is not signed with the account's token is as good as none. */
  async #takeSms({ request, response }: Visit): Promise<void> {
    const { keeper, smsToken } = this.#counter;
    if (smsToken === null) throw new Refusal(404, "notFound", "");
    const fields = await readForm(request, LONGEST_FORM);
    const signature = [request.headers["x-twilio-signature"]].flat()[0];
    if (!isFromTwilio(signature, smsToken, `${keeper.site.publicUrl}/sms`, fields)) throw new Refusal(403, "forged", "");
    const address = fields.get("From") ?? "";
    const isNew = this.#seen.isNew(fields.get("MessageSid") ?? "");
    const outcome = isNew ? takeText(keeper, { address, kind: "sms", text: fields.get("Body") ?? "", reply: null }) : null;
    const text = outcome === null || outcome.understood === "keyword" ? "" : outcome.text;
    const reply = text !== "" && this.#mayReply(keeper.secrets.mark("address", address)) ? text : "";
    await sendText(request, response, 200, "text/xml; charset=utf-8", twiml(reply));
  }

  #mayReply(mark: string): boolean {
    const { at } = this.#counter.keeper.now();
    if (!this.#replies.isOpen(mark, at) || !this.#repliesPerSite.isOpen("site", at)) return false;
    this.#replies.count(mark, at);
    this.#repliesPerSite.count("site", at);
    return true;
  }
}
