/** Forms as a browser without JavaScript sends them, and cookies. */
import type { IncomingMessage } from "node:http";
import { Refusal } from "./answer.ts";

/** A sender that takes longer for a form is not waited for, ms. */
const PATIENCE = 10_000;

/** The fields of a posted form; of a repeated field the last counts. @throws Refusal wrongType, tooLong, tooSlow */
export async function readForm(request: IncomingMessage, mostBytes: number): Promise<ReadonlyMap<string, string>> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) {
    throw new Refusal(415, "wrongType", "Expected a form of type application/x-www-form-urlencoded.");
  }
  const body = await readBody(request, mostBytes);
  return new Map(new URLSearchParams(body.toString("utf8")));
}

/** @throws Refusal tooLong, tooSlow; the connection is of no use afterwards */
export async function readBody(request: IncomingMessage, mostBytes: number, patienceMs = PATIENCE): Promise<Buffer> {
  const tooLong = new Refusal(413, "tooLong", `Expected at most ${mostBytes} bytes.`, { Connection: "close" });
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLong;
  const signal = AbortSignal.timeout(patienceMs);
  const parts: Buffer[] = [];
  let length = 0;
  const giveUp = () => request.destroy(new Error("too slow"));
  signal.addEventListener("abort", giveUp);
  try {
    for await (const part of request) {
      length += part.length;
      if (length > mostBytes) throw tooLong;
      parts.push(part);
    }
  } catch (error) {
    throw signal.aborted ? new Refusal(408, "tooSlow", "The rest of it did not come.", { Connection: "close" }) : error;
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
