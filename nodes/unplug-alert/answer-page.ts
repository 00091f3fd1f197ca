/**
 * The page behind an answer's link. Opening it answers nothing, because mail scanners and chats open every link; its buttons do. No
 * script, nothing from anywhere else.
 */
import { createHash } from "node:crypto";
import type { AlertAnswer } from "#core/alerts/alert";
import type { Texts } from "./texts/texts.ts";
import type { Words } from "./texts/wording.ts";

const STYLE =
  ":root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1.5rem}h1{font-size:1.4rem}p{white-space:pre-line}button{font:inherit;min-height:3rem;width:100%;margin:.4rem 0;border:2px solid;border-radius:.6rem;background:none;color:inherit;cursor:pointer}button:focus-visible{outline:3px solid;outline-offset:2px}";
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** What an `http response` node sends beside the page. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? "");

function page(language: string, title: string, content: string): string {
  return `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${content}</main></body></html>`;
}

/** Asks: a button for each answer. */
export function askingPage(
  language: "en" | "de",
  words: Words,
  answers: readonly AlertAnswer[],
  texts: Texts,
  alert: string,
  key: string,
): string {
  const buttons = answers.map((answer) => `<button name="r" value="${answer}">${escaped(texts.answers[answer])}</button>`).join("");
  const hidden = `<input type="hidden" name="a" value="${escaped(alert)}"><input type="hidden" name="k" value="${escaped(key)}">`;
  return page(
    language,
    words.title,
    `<p>${escaped(words.text)}</p><form method="post" aria-label="${escaped(texts.page.heading)}">${hidden}${buttons}</form>`,
  );
}

export const thankingPage = (language: "en" | "de", texts: Texts): string =>
  page(language, texts.page.heading, `<p role="status">${escaped(texts.page.thanks)}</p>`);

/** The same for a link that is over, one that never was, and one that somebody made up. */
export const gonePage = (language: "en" | "de", texts: Texts): string =>
  page(language, texts.page.gone, `<p role="status">${escaped(texts.page.goneText)}</p>`);
