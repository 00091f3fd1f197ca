/** Against requests that another site makes a browser send: tokens that only our own page can read, and where a request comes from. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A page that was open overnight may still be used in the morning, ms. */
const VALID_FOR = 24 * 3_600_000;
const LONGEST_TOKEN = 100;

/** Tokens of one process and one user: what another run, another user or nobody made is refused. */
export class ForgeryTokens {
  readonly #secret = randomBytes(32);

  /** @param user whom the token is for @param nowMs wall time */
  issue(user: string, nowMs: number): string {
    const expires = Math.floor(nowMs + VALID_FOR).toString(36);
    return `${expires}.${this.#seal(user, expires)}`;
  }

  accepts(token: unknown, user: string, nowMs: number): boolean {
    if (typeof token !== "string" || token.length > LONGEST_TOKEN) return false;
    const [expires = "", seal = ""] = token.split(".");
    const expected = Buffer.from(this.#seal(user, expires));
    const given = Buffer.from(seal);
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    return isOurs && nowMs < Number.parseInt(expires, 36);
  }

  #seal(user: string, expires: string): string {
    return createHmac("sha256", this.#secret).update(`${expires}\n${user}`).digest("base64url");
  }
}

/** Whether the browser says that a page of this very origin sends the request. One that says nothing is no browser of today. */
export function isSameOrigin(request: Pick<IncomingMessage, "headers">): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined) return false;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
