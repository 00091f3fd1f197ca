/** What a browser asks by an answer's link, and what it is given. A link that is over and one that never was look the same. */
import * as v from "valibot";
import type { AlertAnswer } from "#core/alerts/alert";
import type { UnplugNotice } from "#core/alerts/unplug/types";
import type { FlowMessage } from "../shared/red.ts";
import { isKeyOf } from "./answer-link.ts";
import { askingPage, gonePage, PAGE_HEADERS, thankingPage } from "./answer-page.ts";
import { TEXTS, type Words } from "./texts/wording.ts";

/** What stands in the link, and what the page's button adds. */
const Asked = v.object({
  a: v.pipe(v.string(), v.maxLength(80)),
  k: v.pipe(v.string(), v.maxLength(64)),
  r: v.optional(v.picklist(["yes", "no", "seen"])),
});
const Request = v.object({ method: v.string() });

export interface WebDesk {
  readonly secret: string;
  readonly language: "en" | "de";
  /** The alert, while it waits for an answer. */
  readonly open: (alert: string) => UnplugNotice | undefined;
  /** What was answered to it by a link a moment ago; null for nothing. */
  readonly justAnswered: (alert: string) => AlertAnswer | null;
  readonly words: (notice: UnplugNotice) => Words;
}

export interface WebAnswer {
  /** The answer that was given; null for none. */
  readonly input: { readonly type: "answer"; readonly alert: string; readonly answer: AlertAnswer } | null;
  readonly reply: { readonly payload: string; readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
}

/** A button is a POST; anything else only looks. One that is pressed twice counts once, and is thanked for twice. */
export function answerWeb({ req, payload }: FlowMessage, desk: WebDesk): WebAnswer {
  const { language } = desk;
  const texts = TEXTS[language];
  const reply = (statusCode: number, page: string) => ({ payload: page, statusCode, headers: { ...PAGE_HEADERS } });
  const asked = v.safeParse(Asked, payload);
  if (!asked.success || !isKeyOf(desk.secret, asked.output.a, asked.output.k))
    return { input: null, reply: reply(410, gonePage(language, texts)) };
  const { a: alert, k: key, r: answer } = asked.output;
  const isPost = v.is(Request, req) && req.method.toUpperCase() === "POST";
  if (isPost && answer !== undefined && desk.justAnswered(alert) === answer)
    return { input: null, reply: reply(200, thankingPage(language, texts)) };
  const notice = desk.open(alert);
  if (notice === undefined) return { input: null, reply: reply(410, gonePage(language, texts)) };
  if (!isPost || answer === undefined || !notice.actions.includes(answer)) {
    return { input: null, reply: reply(200, askingPage(language, desk.words(notice), notice.actions, texts, alert, key)) };
  }
  return { input: { type: "answer", alert, answer }, reply: reply(200, thankingPage(language, texts)) };
}
