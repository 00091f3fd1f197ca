/** Answers about what is so now: the page itself, the line of old, the chargers and how they change. */
import { Refusal, sendJson, sendPage, sendText } from "#bridges/http/answer";
import { preferredLanguage, wantsHtml } from "#bridges/http/negotiate";
import { LANGUAGES } from "./page-file.ts";
import type { Answer, Answers, PageHost } from "./page-host.ts";
import { parametersOf } from "./questions.ts";

export function liveAnswers(host: PageHost): Answers {
  const line: Answer = async (request, response) => {
    const charger = parametersOf(request.url ?? "", ["charger"]).get("charger") ?? null;
    const text = await host.line(charger);
    if (text === null) throw noCharger(charger);
    await sendText(request, response, 200, "text/plain; charset=utf-8", `${text}\n`);
  };

  /** The page for a browser, the line for anybody else. */
  const root: Answer = async (request, response) => {
    if (!wantsHtml(request.headers.accept)) return line(request, response);
    const query = parametersOf(request.url ?? "", ["lang", "charger", "history", "day", "month", "year", "session"]);
    const language = LANGUAGES.find((known) => known === query.get("lang"));
    await sendPage(request, response, host.pages()[language ?? preferredLanguage(request.headers["accept-language"], LANGUAGES)]);
  };

  const now: Answer = (request, response) => {
    parametersOf(request.url ?? "", []);
    return sendJson(request, response, 200, host.now());
  };

  const curve: Answer = (request, response) => {
    const charger = parametersOf(request.url ?? "", ["charger"]).get("charger") ?? host.now().chargers[0]?.charger ?? null;
    const found = charger === null ? null : host.curve(charger);
    if (found === null) throw noCharger(charger);
    return sendJson(request, response, 200, found);
  };

  const stream: Answer = (request, response) => {
    parametersOf(request.url ?? "", []);
    if (request.method === "HEAD") return sendText(request, response, 200, "text/event-stream; charset=utf-8", "");
    host.stream.open(request, response);
  };

  const description: Answer = (request, response) =>
    sendText(request, response, 200, "application/json; charset=utf-8", host.description());

  return {
    "/": root,
    "/api/line": line,
    "/api/now": now,
    "/api/curve": curve,
    "/api/stream": stream,
    "/api/openapi.json": description,
  };
}

const noCharger = (charger: string | null): Refusal =>
  charger === null
    ? new Refusal(404, "noCharger", "No charger has spoken yet. Wire the first output of a pilot node to the page's node.")
    : new Refusal(404, "noCharger", "No charger of that name has spoken yet.");
