/** Links by which somebody answers from anywhere: an alert's id and a key that only we can make. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AlertAnswer } from "#core/alerts/alert";

/** Characters of a key: 132 bits. */
const KEY_LENGTH = 22;

/** A secret for a node that has none yet, 256 bits. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

export const keyOf = (secret: string, alert: string): string =>
  createHmac("sha256", secret).update(`answer ${alert}`).digest("base64url").slice(0, KEY_LENGTH);

/** Takes the same time for every wrong key. */
export function isKeyOf(secret: string, alert: string, key: string): boolean {
  const right = Buffer.from(keyOf(secret, alert));
  const said = Buffer.from(key);
  return said.length === right.length && timingSafeEqual(said, right);
}

/** @param base address of the flow's `http in` @param answer null for the page that asks */
export function answerLink(base: string, secret: string, alert: string, answer: AlertAnswer | null): string {
  const query = new URLSearchParams({ a: alert, k: keyOf(secret, alert), ...(answer === null ? {} : { r: answer }) });
  return `${base}${base.includes("?") ? "&" : "?"}${query}`;
}
