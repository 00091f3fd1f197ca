/** What a waiting driver sees: the bays, the way to a driver, the talk. All of it works without a script. */
import { REASONS, type Reason, type Refusal } from "#core/bays/channel";
import { shownTagId, type TagId } from "#core/bays/tag-id";
import type { BayView, ChannelView } from "#core/bays/views";
import { type Html, html } from "../../http/html.ts";
import { answerInWords, clockwork, WORDS } from "../words.ts";
import { bayList } from "./bay-list.ts";
import { act, hidden, type PageContext, page } from "./shell.ts";

/** @param wrong true when what was typed is no code */
export function homePage(context: PageContext, bays: readonly BayView[], wrong: boolean): string {
  const words = WORDS[context.language];
  const main = html`<div data-part="bays">${bayList(context, bays)}</div>
<section class="card">
<p>${words.noTag}</p>
<form class="row" method="get" action="${context.base}/find">
<label class="field"><span>${words.tagField}</span><input type="text" name="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
<button class="first">${words.tagGo}</button>
</form>
${wrong ? html`<p class="card" role="alert">${words.tagBad}</p>` : null}
</section>`;
  return page(context, { title: words.bays, main, live: `${context.base}/stream` });
}

/** What was chosen on a page that has to be filled in again. */
export interface Chosen {
  readonly reason: Reason;
  readonly text: string | null;
}

/**
 * The same for every code there could be.
 * @param problem why what was sent before was not taken; "noBay": whoever wants to be told when a bay is free has to say which
 */
export function scanPage(
  context: PageContext,
  tag: TagId,
  bays: readonly BayView[],
  problem: Refusal | "noBay" | null,
  chosen: Chosen = { reason: "needCharge", text: null },
): string {
  const words = WORDS[context.language];
  const main = html`<p>${words.scanIntro}</p>
<p class="soft">${words.tagField}: <code>${shownTagId(tag)}</code></p>
${problem === null ? null : html`<p class="card" role="alert">${problem === "noBay" ? words.sayBay : words.refusals[problem]}</p>`}
<div data-part="bays">${bayList(context, bays)}</div>
<form method="post" action="${context.base}/b/${tag}">
${reasons(context, chosen.reason)}
${freeText(context, chosen.text)}
<fieldset><legend>${words.whichBay}</legend>
${bays.map(({ id, name }) => html`<label class="pick"><input type="radio" name="bay" value="${id}"> ${name}</label>`)}
<label class="pick"><input type="radio" name="bay" value="" checked> ${words.noBay}</label>
</fieldset>
${bays.length === 0 ? null : html`<label class="pick"><input type="checkbox" name="free" value="yes"${problem === "noBay" ? html` checked` : null}> ${words.tellFree}</label>`}
<p><button class="first wide">${words.send}</button></p>
</form>
<p class="soft">${words.consent}</p>`;
  return page(context, { title: words.scanTitle, main, live: `${context.base}/stream` });
}

function reasons({ language }: PageContext, chosen: Reason): Html {
  const words = WORDS[language];
  const pick = (reason: Reason) =>
    html`<label class="pick"><input type="radio" name="reason" value="${reason}"${reason === chosen ? html` checked` : null}> ${words.reasons[reason]}</label>`;
  return html`<fieldset><legend>${words.yourReason}</legend>${REASONS.map(pick)}</fieldset>`;
}

const freeText = ({ site, language }: PageContext, text: string | null = null): Html | null =>
  site.rules.freeText
    ? html`<label class="field"><span>${WORDS[language].text}</span><textarea name="text" maxlength="200" rows="2">${text}</textarea></label>`
    : null;

/**
 * @param bay the bay it is about, as it is now; null where none was named
 * @param isReached their browser tells them besides the page
 * @param isSaying they want to say more: the page stays still meanwhile
 */
export function talkPage(
  context: PageContext,
  id: string,
  view: ChannelView,
  bay: BayView | null,
  isReached: boolean,
  refusal: Refusal | null,
  isSaying: boolean,
): string {
  const words = WORDS[context.language];
  const path = `/c/${id}`;
  const freed = bay !== null && bay.use === "free" ? html`<p class="card ok">${words.bayFree(bay.name)}</p>` : null;
  const main = html`${refusal === null ? null : html`<p class="card" role="alert">${words.refusals[refusal]}</p>`}
<p>${words.sent}</p>
<div data-part="talk" aria-live="polite">
${talk(context, view)}
${view.closed === null ? null : html`<p class="card">${words.closed[view.closed]}</p>`}
${bay === null ? null : html`<h2>${bay.name}</h2>${bayList(context, [bay])}${freed}`}
</div>
${view.open ? openTalk(context, path, view, bay, isReached, isSaying) : null}`;
  return page(context, { title: words.talkTitle, main, live: `${context.base}${path}/stream`, renews: !isSaying });
}

function openTalk(context: PageContext, path: string, view: ChannelView, bay: BayView | null, isReached: boolean, isSaying: boolean): Html {
  const words = WORDS[context.language];
  const wish =
    bay?.use === "free"
      ? null
      : view.wantsFreeNotice
        ? html`<p class="soft">${words.freeOn}</p>`
        : act(context, path, "free", words.freeOff);
  const more = isSaying
    ? html`<form method="post" action="${context.base}${path}">${hidden({ does: "say" })}
${reasons(context, "other")}${freeText(context)}<p><button class="first">${words.send}</button></p></form>`
    : html`<p><a class="button" href="${context.base}${path}?say">${words.again}</a></p>`;
  return html`${bay === null ? null : html`<div data-part="wish">${wish}</div>`}
${isReached ? html`<p class="soft">${words.notifyOn}</p>` : push(context, path)}
${more}
${act(context, path, "close", words.stopTalk)}`;
}

/** Shown by the script, where the browser can. */
export const push = (context: PageContext, path: string): Html | null =>
  context.pushKey === null
    ? null
    : html`<form method="post" action="${context.base}${path}">${hidden({ does: "push", token: context.token, subscription: "" })}<button type="button" data-tell hidden>${WORDS[context.language].notify}</button><p class="soft" role="status" data-tell-no hidden>${WORDS[context.language].notifyNo}</p></form>`;

/** What was said, oldest first. */
export function talk({ site, language, now }: PageContext, view: ChannelView, isOwner = false): Html {
  const words = WORDS[language];
  const clock = clockwork(language, site.timeZone);
  const line = (said: ChannelView["said"][number]): Html => {
    const text = said.by === "visitor" ? words.reasons[said.reason] : answerInWords(said.answer, words, clock, now);
    const more = said.by === "visitor" && said.text !== null ? html`<br>${said.text}` : null;
    const isOwn = (said.by === "owner") === isOwner;
    const who = isOwn ? words.you : said.by === "owner" ? words.driver : words.visitor;
    return html`<li class="${isOwn ? "own" : "other"}"><small>${who} · ${clock.time(said.at, now)}</small>${text}${more}</li>`;
  };
  return html`<ol class="talk">${view.said.map(line)}</ol>`;
}
