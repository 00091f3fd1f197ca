/** Who asks for what, and what they get. Reading is for everybody whom Node-RED lets in; the only thing that can be sent is a command. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Allowance } from "#bridges/http/allowance";
import { Refusal, sendJson, sendPage, sendRefusal, sendText } from "#bridges/http/answer";
import type { PageHandler } from "#bridges/http/doors";
import type { EventStream } from "#bridges/http/event-stream";
import { preferredLanguage, wantsHtml } from "#bridges/http/negotiate";
import { BARE_SECURITY_HEADERS } from "#bridges/http/security-headers";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import type { Scheduler } from "../shared/scheduler.ts";
import type { Curve, Now } from "./api.ts";
import type { Control } from "./control.ts";
import { csvOf } from "./csv-export.ts";
import type { History } from "./history.ts";
import { LANGUAGES, type Pages } from "./page-file.ts";
import { historyOf, parametersOf, SESSIONS_PARAMETERS, sessionQuery, TOTALS_PARAMETERS, totalsQuery } from "./questions.ts";

export interface PageHost {
  readonly scheduler: Scheduler;
  readonly stream: EventStream;
  readonly control: Control;
  readonly histories: { readonly own: History | null; readonly sample: History | null };
  now(): Now;
  /** Null for a charger that is not known. */
  curve(charger: string): Curve | null;
  /** The line of old for a charger, the first when none is named. Null for one that is not known. */
  line(charger: string | null): Promise<string | null>;
  /** @throws BrokenInvariant pageNotBuilt. */
  pages(): Pages;
  /** The interface's description. */
  description(): string;
  /** Something went wrong that is nobody's fault outside. */
  complain(error: unknown): void;
}

/** Questions to a store that may be under way at once; more are asked to come again. */
const MOST_QUESTIONS = 12;
/** An export reads everything: a few, then one every so often, ms. */
const EXPORTS_AT_ONCE = 3;
const EXPORT_EVERY = 20_000;
const MOST_EXPORTED = 100_000;

type Answer = (request: IncomingMessage, response: ServerResponse, rest: string) => Promise<void> | void;

export function pageHandler(host: PageHost): PageHandler {
  const exports = new Allowance(EXPORTS_AT_ONCE, EXPORT_EVERY, host.scheduler.wall());
  let questions = 0;

  async function asked<T>(ask: () => Promise<T>): Promise<T> {
    if (questions >= MOST_QUESTIONS) throw new Refusal(503, "busy", "Too many questions at once; ask again.", { "Retry-After": "2" });
    questions += 1;
    try {
      return await ask();
    } finally {
      questions -= 1;
    }
  }

  function historyFor(query: ReadonlyMap<string, string>): History {
    const which = historyOf(query);
    const history = host.histories[which];
    if (history === null)
      throw new Refusal(404, "noHistory", `There is no ${which === "own" ? "" : "sample "}history: choose a store in the node.`);
    return history;
  }

  const root: Answer = async (request, response) => {
    if (!wantsHtml(request.headers.accept)) return line(request, response, "");
    const query = parametersOf(request.url ?? "", ["lang", "charger", "history", "day", "month", "year", "session"]);
    const language = LANGUAGES.find((known) => known === query.get("lang"));
    await sendPage(request, response, host.pages()[language ?? preferredLanguage(request.headers["accept-language"], LANGUAGES)]);
  };

  const line: Answer = async (request, response) => {
    const charger = parametersOf(request.url ?? "", ["charger"]).get("charger") ?? null;
    const text = await host.line(charger);
    if (text === null) throw noCharger(charger);
    await sendText(request, response, 200, "text/plain; charset=utf-8", `${text}\n`);
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

  const totals: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", TOTALS_PARAMETERS);
    const history = historyFor(query);
    const question = totalsQuery(query, history.timeZone);
    await sendJson(request, response, 200, await asked(() => history.totals(question)));
  };

  const sessions: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", SESSIONS_PARAMETERS);
    const history = historyFor(query);
    const question = sessionQuery(query, history.timeZone);
    await sendJson(request, response, 200, await asked(() => history.sessions(question)));
  };

  const session: Answer = async (request, response, id) => {
    const history = historyFor(parametersOf(request.url ?? "", ["history"]));
    await sendJson(request, response, 200, await asked(() => history.session(id)));
  };

  const csv: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", [...SESSIONS_PARAMETERS, "style"]);
    const history = historyFor(query);
    const question = sessionQuery(query, history.timeZone, MOST_EXPORTED);
    const text = csvOf(
      history.records({ ...question, limit: query.has("limit") ? question.limit : MOST_EXPORTED }),
      query.get("style"),
      history.timeZone,
    );
    const wait = exports.wait(host.scheduler.wall());
    if (wait > 0) {
      throw new Refusal(429, "tooOften", "Too many exports; wait a moment.", { "Retry-After": String(Math.ceil(wait / 1000)) });
    }
    await asked(() => sendParts(request, response, text, `sessions${historyOf(query) === "sample" ? "-sample-data" : ""}.csv`));
  };

  const token: Answer = (request, response) => sendJson(request, response, 200, { token: host.control.token(request) });
  const command: Answer = async (request, response) => {
    await host.control.obey(request);
    await sendJson(request, response, 200, { ok: true });
  };
  const stream: Answer = (request, response) => {
    parametersOf(request.url ?? "", []);
    if (request.method === "HEAD") return sendText(request, response, 200, "text/event-stream; charset=utf-8", "");
    host.stream.open(request, response);
  };
  const description: Answer = (request, response) =>
    sendText(request, response, 200, "application/json; charset=utf-8", host.description());

  const READING: Readonly<Record<string, Answer>> = {
    "/": root,
    "/api/line": line,
    "/api/now": now,
    "/api/curve": curve,
    "/api/stream": stream,
    "/api/totals": totals,
    "/api/sessions": sessions,
    "/api/sessions.csv": csv,
    "/api/token": token,
    "/api/openapi.json": description,
  };

  function answerFor(method: string, path: string): readonly [Answer, string] {
    const isReading = method === "GET" || method === "HEAD";
    if (path === "/api/command") {
      if (method !== "POST") throw wrongMethod("POST");
      return [command, ""];
    }
    const detail = /^\/api\/sessions\/([A-Za-z0-9_-]{1,64})$/.exec(path)?.[1];
    const found = detail === undefined ? (Object.hasOwn(READING, path) ? READING[path] : undefined) : session;
    if (found === undefined)
      throw new Refusal(404, "notHere", "There is nothing here. The page is at /, the interface at /api/openapi.json.");
    if (!isReading) throw wrongMethod("GET, HEAD");
    return [found, detail ?? ""];
  }

  return (request, response, path) => {
    if (path === null) {
      redirectInside(request, response);
      return;
    }
    const answered = async (): Promise<void> => {
      const [answer, rest] = answerFor(request.method ?? "GET", path);
      await answer(request, response, rest);
    };
    answered().catch((error) => fail(request, response, error, host));
  };
}

/** The page's own links are relative: they need the slash. */
function redirectInside(request: IncomingMessage, response: ServerResponse): void {
  const [path = "", query] = (request.url ?? "").split("?");
  const last = path.slice(path.lastIndexOf("/") + 1);
  response.writeHead(308, { ...BARE_SECURITY_HEADERS, Location: `./${last}/${query === undefined ? "" : `?${query}`}` }).end();
}

/** Sends parts as they come, no faster than the client takes them. */
async function sendParts(request: IncomingMessage, response: ServerResponse, parts: AsyncIterable<string>, file: string): Promise<void> {
  let isBegun = false;
  for await (const part of parts) {
    if (!isBegun) {
      isBegun = true;
      response.writeHead(200, {
        ...BARE_SECURITY_HEADERS,
        "Cache-Control": "no-store",
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Content-Disposition": `attachment; filename="${file}"`,
      });
      if (request.method === "HEAD") break;
    }
    if (response.destroyed) return;
    if (!response.write(part)) await new Promise<void>((resolve) => void response.once("drain", resolve).once("close", resolve));
  }
  response.end();
}

const noCharger = (charger: string | null): Refusal =>
  charger === null
    ? new Refusal(404, "noCharger", "No charger has spoken yet. Wire the first output of a pilot node to the page's node.")
    : new Refusal(404, "noCharger", `No charger of that name has spoken yet.`);

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
