/** Answers from the history. A store is asked a few things at once and an export seldom; who comes beyond that is told to come again. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Allowance } from "#bridges/http/allowance";
import { Refusal, sendJson } from "#bridges/http/answer";
import { BARE_SECURITY_HEADERS } from "#bridges/http/security-headers";
import { csvOf } from "./csv-export.ts";
import type { History } from "./history.ts";
import type { Answer, Answers, PageHost } from "./page-host.ts";
import { historyOf, parametersOf, SESSIONS_PARAMETERS, sessionQuery, TOTALS_PARAMETERS, totalsQuery } from "./questions.ts";

/** Questions to a store that may be under way at once; more are asked to come again. */
const MOST_QUESTIONS = 12;
/** An export reads everything: a few, then one every so often, ms. */
const EXPORTS_AT_ONCE = 3;
const EXPORT_EVERY = 20_000;
const MOST_EXPORTED = 100_000;

export interface HistoryAnswers {
  readonly byPath: Answers;
  /** One charge, with its course. */
  readonly session: (id: string) => Answer;
}

export function historyAnswers({ histories, scheduler }: PageHost): HistoryAnswers {
  const exports = new Allowance(EXPORTS_AT_ONCE, EXPORT_EVERY, scheduler.wall());
  const asked = fewAtOnce(MOST_QUESTIONS);

  const totals: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", TOTALS_PARAMETERS);
    const history = historyFor(histories, query);
    const question = totalsQuery(query, history.timeZone);
    await sendJson(request, response, 200, await asked(() => history.totals(question)));
  };

  const sessions: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", SESSIONS_PARAMETERS);
    const history = historyFor(histories, query);
    const question = sessionQuery(query, history.timeZone);
    await sendJson(request, response, 200, await asked(() => history.sessions(question)));
  };

  const session =
    (id: string): Answer =>
    async (request, response) => {
      const history = historyFor(histories, parametersOf(request.url ?? "", ["history"]));
      await sendJson(request, response, 200, await asked(() => history.session(id)));
    };

  const csv: Answer = async (request, response) => {
    const query = parametersOf(request.url ?? "", [...SESSIONS_PARAMETERS, "style"]);
    const history = historyFor(histories, query);
    const question = sessionQuery(query, history.timeZone, MOST_EXPORTED);
    const limit = query.has("limit") ? question.limit : MOST_EXPORTED;
    const text = csvOf(history.records({ ...question, limit }), query.get("style"), history.timeZone);
    const wait = exports.wait(scheduler.wall());
    if (wait > 0) {
      throw new Refusal(429, "tooOften", "Too many exports; wait a moment.", { "Retry-After": String(Math.ceil(wait / 1000)) });
    }
    await asked(() => sendParts(request, response, text, `sessions${historyOf(query) === "sample" ? "-sample-data" : ""}.csv`));
  };

  return { byPath: { "/api/totals": totals, "/api/sessions": sessions, "/api/sessions.csv": csv }, session };
}

/** @returns what asks unless `most` questions are under way. @throws Refusal busy. */
function fewAtOnce(most: number): <T>(ask: () => Promise<T>) => Promise<T> {
  let questions = 0;
  return async (ask) => {
    if (questions >= most) throw new Refusal(503, "busy", "Too many questions at once; ask again.", { "Retry-After": "2" });
    questions += 1;
    try {
      return await ask();
    } finally {
      questions -= 1;
    }
  };
}

function historyFor(histories: PageHost["histories"], query: ReadonlyMap<string, string>): History {
  const which = historyOf(query);
  const history = histories[which];
  if (history === null)
    throw new Refusal(404, "noHistory", `There is no ${which === "own" ? "" : "sample "}history: choose a store in the node.`);
  return history;
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
