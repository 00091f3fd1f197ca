/** Answers, and the bodies of requests. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { BARE_SECURITY_HEADERS, type Headers } from "./security-headers.ts";

/** Shorter answers travel as fast uncompressed, bytes. */
const WORTH_COMPRESSING = 1400;

const compress = promisify(gzip);

/** What a request cannot have, said in words a person can act on. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Headers;
  constructor(status: number, code: string, message: string, headers: Headers = {}) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const takesGzip = ({ headers }: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:[,\s]|\.0*[,\s]|$))/.test(String(headers["accept-encoding"] ?? ""));

/** Sends text, compressed where it pays. What changes all the time is not kept by anybody. */
export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Headers = {},
): Promise<void> {
  const plain = Buffer.from(text);
  const isSmall = plain.length < WORTH_COMPRESSING || !takesGzip(request);
  const body = isSmall ? plain : await compress(plain);
  if (response.destroyed) return;
  response.writeHead(status, {
    ...BARE_SECURITY_HEADERS,
    "Cache-Control": "no-store",
    Vary: "Accept, Accept-Encoding, Accept-Language",
    "Content-Type": type,
    "Content-Length": body.length,
    ...(isSmall ? {} : { "Content-Encoding": "gzip" }),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

export const sendJson = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
): Promise<void> => sendText(request, response, status, "application/json; charset=utf-8", `${JSON.stringify(body)}\n`, headers);

/** `{error: {code, message}}`; the message says what to do. */
export const sendRefusal = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, headers }: Refusal,
): Promise<void> => sendJson(request, response, status, { error: { code, message } }, headers);

/** A page that stays the same for as long as this process runs. */
export interface Page {
  readonly html: string;
  readonly headers: Headers;
  /** Names this content; changes with it. */
  readonly tag: string;
}

/** Sends a page, or nothing when the browser has just this one. */
export async function sendPage(request: IncomingMessage, response: ServerResponse, page: Page): Promise<void> {
  const headers = { ...page.headers, "Cache-Control": "no-cache", ETag: `"${page.tag}"` };
  if (request.headers["if-none-match"]?.includes(headers.ETag)) {
    response.writeHead(304, headers).end();
    return;
  }
  await sendText(request, response, 200, "text/html; charset=utf-8", page.html, headers);
}

/** Express's own parser may have been at the body before: Node-RED's administration reads the JSON of every request that passes it. An empty
 * `body` alone says nothing: a parser leaves one behind for what it did not read. */
export const isRead = (request: IncomingMessage): request is IncomingMessage & { readonly body: unknown } =>
  "body" in request && (request.readableEnded || ("_body" in request && request._body === true));

/** The JSON object in a request's body. @throws Refusal wrongType, tooLong, badJson. */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new Refusal(415, "wrongType", "Expected a body of type application/json.");
  }
  const tooLong = new Refusal(413, "tooLong", `Expected at most ${mostBytes} bytes.`, { Connection: "close" });
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLong;
  if (isRead(request)) return request.body;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > mostBytes) throw tooLong;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new Refusal(400, "badJson", "Expected a JSON object, got something that is not JSON.");
  }
}
