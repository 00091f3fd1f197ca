/** The page around a page. */
import type { Language } from "#core/bays/person";
import type { WallTime } from "#core/units/units";
import { type Html, html, raw } from "../../http/html.ts";
import { BARE_SECURITY_HEADERS, type Headers, hashSource } from "../../http/security-headers.ts";
import type { SiteFacts } from "../site-facts.ts";
import { WORDS } from "../words.ts";
import { LIVE_SCRIPT } from "./live-script.ts";
import { STYLE } from "./style.ts";

export interface PageContext {
  readonly site: SiteFacts;
  readonly language: Language;
  /** Path of the site on this server, `/bays`. */
  readonly base: string;
  readonly isMember: boolean;
  /** Public key with which browsers are told things; null where that is not set up. */
  readonly pushKey: string | null;
  /** Ties a member's forms to their session; empty for visitors. */
  readonly token: string;
  readonly now: WallTime;
  /** Names this showing of a page: what makes a link makes the same one however often it is sent from here. */
  readonly once: string;
}

export interface PageParts {
  readonly title: string;
  readonly main: Html;
  /** Where the page hears that it has changed; null for one that does not. */
  readonly live?: string | null;
  /** Comes anew by itself also where no script runs: for pages on which nobody types. */
  readonly renews?: boolean;
}

export function page(context: PageContext, { title, main, live = null, renews = false }: PageParts): string {
  const { site, language, base, isMember, pushKey } = context;
  const words = WORDS[language];
  const refresh = renews ? html`<noscript><meta http-equiv="refresh" content="20"></noscript>` : null;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title} · ${site.name}</title>
<link rel="icon" href="data:,">
${refresh}
<style>${raw(STYLE)}</style>
</head>
<body data-live="${live ?? ""}" data-push="${pushKey === null ? "" : base}" data-key="${pushKey ?? ""}">
<header>
<strong>${site.name}</strong>
<a href="${base}/">${words.bays}</a>
${isMember ? html`<a href="${base}/board">${words.boardTitle}</a><a href="${base}/me">${words.ownTitle}</a>` : site.registration === "open" ? html`<a href="${base}/join">${words.joinTitle}</a>` : null}
</header>
<main>
<h1>${title}</h1>
${main}
</main>
<footer><p>${words.safety}</p></footer>
<script>${raw(LIVE_SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Only this script, this style, this origin; forms go nowhere else; nobody frames it. The origin is told to itself alone. */
export const PAGE_HEADERS: Headers = {
  ...BARE_SECURITY_HEADERS,
  "Referrer-Policy": "same-origin",
  "Content-Security-Policy": [
    "default-src 'none'",
    `script-src ${hashSource(LIVE_SCRIPT)}`,
    `style-src ${hashSource(STYLE)}`,
    "img-src data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-Frame-Options": "DENY",
};

/** A form that does one thing. @param does what the server is asked to do */
export const act = (
  context: PageContext,
  path: string,
  does: string,
  label: string,
  fields: Readonly<Record<string, string>> = {},
  kind = "",
): Html =>
  html`<form method="post" action="${context.base}${path}">${hidden({ does, token: context.token, ...fields })}<button class="${kind}">${label}</button></form>`;

/** Buttons side by side. */
export const acts = (...forms: readonly (Html | false | readonly Html[])[]): Html => html`<div class="acts">${forms}</div>`;

export const hidden = (fields: Readonly<Record<string, string>>): readonly Html[] =>
  Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** A page that only says something. */
export const plainPage = (context: PageContext, title: string, text: string): string =>
  page(context, { title, main: html`<p>${text}</p>` });
