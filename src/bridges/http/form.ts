/** Forms as a browser without JavaScript sends them, and cookies. */
import type { IncomingMessage } from "node:http";
import { isRead, Refusal } from "./answer.ts";

/** A sender that takes longer for a form is not waited for, ms. */
const PATIENCE = 10_000;

/** The fields of a posted form; of a repeated field the last counts. @throws Refusal wrongType, tooLong, tooSlow, cutOff */
export async function readForm(request: IncomingMessage, mostBytes: number): Promise<ReadonlyMap<string, string>> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) {
    throw new Refusal(415, "wrongType", "Expected a form of type application/x-www-form-urlencoded.");
  }
  return alreadyRead(request, mostBytes) ?? new Map(new URLSearchParams((await readBody(request, mostBytes)).toString("utf8")));
}

/** Node-RED's editor, where it is served from the same root, reads bodies before any page is asked and leaves the fields behind. */
function alreadyRead(request: IncomingMessage, mostBytes: number): ReadonlyMap<string, string> | null {
  if (!isRead(request) || typeof request.body !== "object" || request.body === null) return null;
  if (Number(request.headers["content-length"] ?? mostBytes + 1) > mostBytes) throw tooLong(mostBytes);
  const entries = Object.entries(request.body).map(([name, value]) => [name, lastOf(value)] as const);
  return new Map(entries.filter((entry): entry is readonly [string, string] => typeof entry[1] === "string"));
}

const lastOf = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value);

const tooLong = (mostBytes: number): Refusal =>
  new Refusal(413, "tooLong", `Expected at most ${mostBytes} bytes.`, { Connection: "close" });

/** @throws Refusal tooLong, tooSlow, cutOff; the connection is of no use afterwards */
export async function readBody(request: IncomingMessage, mostBytes: number, patienceMs = PATIENCE): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLong(mostBytes);
  const signal = AbortSignal.timeout(patienceMs);
  const parts: Buffer[] = [];
  let length = 0;
  const giveUp = () => request.destroy(new Error("too slow"));
  signal.addEventListener("abort", giveUp);
  try {
    for await (const part of request) {
      length += part.length;
      if (length > mostBytes) throw tooLong(mostBytes);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw signal.aborted
      ? new Refusal(408, "tooSlow", "The rest of it did not come.", { Connection: "close" })
      : new Refusal(400, "cutOff", "The rest of it did not come.", { Connection: "close" });
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
  return Buffer.concat(parts);
}

/** The value of a cookie, empty when there is none. */
export function cookieOf(request: Pick<IncomingMessage, "headers">, name: string): string {
  for (const pair of (request.headers.cookie ?? "").slice(0, 8000).split(";")) {
    const [key, value] = pair.split("=", 2);
    if (key?.trim() === name) return value?.trim() ?? "";
  }
  return "";
}

export interface CookieOptions {
  readonly path: string;
  readonly maxAgeS: number;
  readonly secure: boolean;
}

/** A cookie that no script reads and no other site's form sends. */
export const cookieHeader = (name: string, value: string, { path, maxAgeS, secure }: CookieOptions): string =>
  `${name}=${value}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
