/** HTML made of text that is escaped unless it was made here. */
import { escapeHtml } from "./escape.ts";

declare const markup: unique symbol;
/** Text that is markup already. Only `html` and `raw` make it. */
export type Html = { readonly [markup]: true; readonly text: string };

type Part = Html | string | number | null | false | undefined | readonly Part[];

/** Our own markup, style or script, never anything that came from outside. */
export const raw = (text: string): Html => ({ text }) as Html;

const isHtml = (part: object): part is Html => "text" in part;

function written(part: Part): string {
  if (part === null || part === false || part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return isHtml(part) ? part.text : part.map(written).join("");
}

/** A template whose parts are escaped; null, false and undefined leave nothing; lists are joined. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  raw(strings.map((text, index) => text + (index < parts.length ? written(parts[index]) : "")).join(""));
