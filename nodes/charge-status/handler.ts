/** Who asks for what, and what they get. Reading is for everybody whom Node-RED lets in; the only thing that can be sent is a command. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal, sendJson, sendRefusal } from "#bridges/http/answer";
import type { PageHandler } from "#bridges/http/doors";
import { wantsHtml } from "#bridges/http/negotiate";
import { BARE_SECURITY_HEADERS } from "#bridges/http/security-headers";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import { historyAnswers } from "./history-answers.ts";
import { liveAnswers } from "./live-answers.ts";
import type { Answer, Answers, PageHost } from "./page-host.ts";

const COMMAND = "/api/command";
const SESSION = /^\/api\/sessions\/([A-Za-z0-9_-]{1,64})$/;

export function pageHandler(host: PageHost): PageHandler {
  const history = historyAnswers(host);
  const token: Answer = (request, response) => sendJson(request, response, 200, { token: host.control.token(request) });
  const reading: Answers = { ...liveAnswers(host), ...history.byPath, "/api/token": token };
  const command: Answer = async (request, response) => {
    await host.control.obey(request);
    await sendJson(request, response, 200, { ok: true });
  };

  function answerFor(method: string, path: string): Answer {
    if (path === COMMAND) {
      if (method !== "POST") throw wrongMethod("POST");
      return command;
    }
    const id = SESSION.exec(path)?.[1];
    const found = id !== undefined ? history.session(id) : Object.hasOwn(reading, path) ? reading[path] : undefined;
    if (found === undefined)
      throw new Refusal(404, "notHere", "There is nothing here. The page is at /, the interface at /api/openapi.json.");
    if (method !== "GET" && method !== "HEAD") throw wrongMethod("GET, HEAD");
    return found;
  }

  return (request, response, path) => {
    if (path === null && wantsHtml(request.headers.accept)) {
      redirectInside(request, response);
      return;
    }
    const answered = async (): Promise<void> => answerFor(request.method ?? "GET", path ?? "/")(request, response);
    answered().catch((error) => fail(request, response, error, host));
  };
}

/** The page's own links are relative: they need the slash. */
function redirectInside(request: IncomingMessage, response: ServerResponse): void {
  const [path = "", query] = (request.url ?? "").split("?");
  const last = path.slice(path.lastIndexOf("/") + 1);
  response
    .writeHead(308, { ...BARE_SECURITY_HEADERS, Vary: "Accept", Location: `./${last}/${query === undefined ? "" : `?${query}`}` })
    .end();
}

const wrongMethod = (allowed: string): Refusal => new Refusal(405, "wrongMethod", `Expected ${allowed}.`, { Allow: allowed });

function fail(request: IncomingMessage, response: ServerResponse, error: unknown, host: PageHost): void {
  const refusal = refusalOf(error);
  if (refusal === null) host.complain(error);
  if (response.headersSent) {
    // Half an answer must not look whole.
    response.destroy();
    return;
  }
  const told = refusal ?? new Refusal(500, "internal", "This did not work. Node-RED's log says why.");
  sendRefusal(request, response, told).catch(() => response.destroy());
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailable) {
    return new Refusal(503, "historyAway", "The history cannot be reached at the moment. It is tried again by itself.", {
      "Retry-After": "10",
    });
  }
  if (error instanceof StoreCorrupt) return new Refusal(503, "historyUnusable", error.message);
  return null;
}
