/** Twilio's webhook for text messages: whose it is, whether it is new, and how it is answered. */
import { createHmac } from "node:crypto";
import { escapeHtml } from "../http/escape.ts";
import { isSame } from "./secrets.ts";

/**
 * `X-Twilio-Signature`: base64 of HMAC-SHA1 with the account's token over the public address and each field's name and value, sorted by name.
 * @see https://www.twilio.com/docs/usage/security
 */
export function twilioSignature(authToken: string, url: string, fields: ReadonlyMap<string, string>): string {
  const signed = [...fields].toSorted(([one], [other]) => (one < other ? -1 : 1)).reduce((text, [name, value]) => text + name + value, url);
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}

export const isFromTwilio = (signature: string | undefined, authToken: string, url: string, fields: ReadonlyMap<string, string>): boolean =>
  signature !== undefined && isSame(signature, twilioSignature(authToken, url, fields));

/** An answer for Twilio; empty text answers nothing. */
export const twiml = (text: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${text === "" ? "" : `<Message>${escapeHtml(text)}</Message>`}</Response>`;

/** Messages seen lately, by the network's id: it sends again what it thinks was lost. */
export class SeenMessages {
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most = 2000) {
    this.#most = most;
  }

  /** True the first time. */
  isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > this.#most) for (const oldest of this.#seen) return this.#seen.delete(oldest);
    return true;
  }
}
