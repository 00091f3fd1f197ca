/** What members see: their own page, the board, the stickers, and how one becomes a member. */
import { shownTagId, type TagId } from "#core/bays/tag-id";
import type { BayView, BoardView, OwnView, PlaceView } from "#core/bays/views";
import { type Html, html } from "../../http/html.ts";
import type { Grant } from "../links.ts";
import { placeValue } from "../places.ts";
import { clockwork, LANGUAGES, WORDS, type Words } from "../words.ts";
import { bayLine, bayList } from "./bay-list.ts";
import { qrCode } from "./qr.ts";
import { act, acts, hidden, type PageContext, page } from "./shell.ts";
import { push, talk } from "./visitor.ts";

/** Minutes an owner can be back in, by a tap. */
const BACK_IN = [10, 20, 40] as const;
/** Ways to be told that a person types in; a browser adds itself. */
const OWN_KINDS = ["ntfy", "mail", "telegram", "sms", "flow"] as const;

/** What is shown once, above everything else: a link that was just made, or that the last wish was refused. */
export type Remark = { readonly newLink: string } | { readonly refused: "wish" | "address" };

export function ownPage(context: PageContext, view: OwnView, board: BoardView, remark: Remark | null): string {
  const words = WORDS[context.language];
  const main = html`${remark === null ? null : remarkCard(words, remark)}
<div data-part="urgent" aria-live="polite">${view.arrivals.map((bay) => arrival(context, board, bay))}${view.places.map((place) => offer(context, board, place))}</div>
<h2>${words.visitors}</h2>
<div data-part="talks" aria-live="polite">
${view.channels.length === 0 ? html`<p class="soft">${words.noVisitors}</p>` : view.channels.map((channel) => ownTalk(context, channel, board))}
</div>
<h2>${words.queue}</h2>
<div data-part="queue">${view.places.map((place) => ownPlace(context, place))}${joinForm(context, view, board)}</div>
<h2>${words.myBay}</h2>
<div data-part="bays">${ownBays(context, board, view)}</div>
<h2>${words.tags}</h2>
${ownTags(context, view)}
<h2>${words.channels}</h2>
${ownEndpoints(context, view)}
<h2>${words.me}</h2>
${aboutMe(context, view)}`;
  return page(context, { title: words.ownTitle, main, live: `${context.base}/me/stream` });
}

const remarkCard = (words: Words, remark: Remark): Html =>
  "newLink" in remark
    ? html`<p class="card">${words.keepLink}<br><code>${remark.newLink}</code></p>`
    : html`<p class="card" role="alert">${remark.refused === "address" ? words.refusedAddress : words.refused}</p>`;

const bayName = (board: BoardView, id: string): string => board.bays.find((bay) => bay.id === id)?.name ?? id;

function arrival(context: PageContext, board: BoardView, bay: string): Html {
  const words = WORDS[context.language];
  return html`<section class="card"><p>${words.wasItYou(bayName(board, bay))}</p>${acts(act(context, "/me", "mine", words.yes, { bay }, "first"), act(context, "/me", "notMine", words.no, { bay }))}</section>`;
}

/** "left is held for you until 14:30"; null while nothing is. */
function offerLine({ site, language, now }: PageContext, board: BoardView, { state, offeredBay, until }: PlaceView): Html | null {
  if (offeredBay === null || until === null) return null;
  const words = WORDS[language];
  const when = clockwork(language, site.timeZone).time(until, now);
  const name = bayName(board, offeredBay);
  return html`<p><b>${state === "accepted" ? words.held(name, when) : words.offered(name, when)}</b></p>`;
}

function offer(context: PageContext, board: BoardView, place: OwnView["places"][number]): Html | null {
  const line = offerLine(context, board, place);
  if (line === null) return null;
  const words = WORDS[context.language];
  const { group, state } = place;
  return html`<section class="card">${line}
${acts(
  state === "offered" && act(context, "/me", "accept", words.accept, { group }, "first"),
  act(context, "/me", "snooze", words.snooze, { group }),
  act(context, "/me", "leave", words.leave, { group }),
)}</section>`;
}

function ownTalk(context: PageContext, channel: OwnView["channels"][number], board: BoardView): Html {
  const words = WORDS[context.language];
  const fields = { channel: channel.id };
  const say = (does: string, label: string, kind = "") => act(context, "/me", does, label, fields, kind);
  return html`<section class="card">
<h3>${channel.bay === null ? null : words.atBay(bayName(board, channel.bay))} <span class="soft">${shownTagId(channel.tag)}</span></h3>
${talk(context, channel, true)}
${
  channel.open
    ? html`${acts(BACK_IN.map((minutes) => say(`back-${minutes}`, words.back(minutes))))}
<form class="row" method="post" action="${context.base}/me">${hidden({ does: "backAt", token: context.token, ...fields })}<label class="field"><span>${words.backAt}</span><input type="time" name="time" required></label><button>${words.send}</button></form>
${acts(say("mayUnplug", words.mayUnplug, "first"), say("needMore", words.needMore), say("notMe", words.notMe), say("block", words.block))}`
    : html`<p class="soft">${channel.closed === null ? null : words.closed[channel.closed]}</p>`
}
</section>`;
}

function ownPlace(context: PageContext, { group, place }: OwnView["places"][number]): Html {
  const words = WORDS[context.language];
  return html`<section class="card"><p><b>${words.place(place)}</b> <span class="soft">${group}</span></p>${act(context, "/me", "leave", words.leave, { group })}</section>`;
}

/** One form for all queues the member is not in yet, however many there are. */
function joinForm(context: PageContext, { places }: OwnView, { groups, bays }: BoardView): Html | null {
  const words = WORDS[context.language];
  const open = groups.filter(({ group }) => !places.some((place) => place.group === group));
  if (open.length === 0) return null;
  const waiting = open.reduce((sum, group) => sum + group.waiting.length, 0);
  const longest = Math.max(...open.map(({ longestWaitMs }) => longestWaitMs));
  const choices = open.map(({ group }) => {
    const own = bays.filter((bay) => bay.group === group);
    const options = own.length < 2 ? null : own.map(({ id, name }) => html`<option value="${placeValue(group, id)}">${name}</option>`);
    return html`<optgroup label="${group}"><option value="${placeValue(group, "")}">${words.anyBay}</option>${options}</optgroup>`;
  });
  const isOneChoice = open.length === 1 && bays.length < 2;
  return html`<form class="card" method="post" action="${context.base}/me">${hidden({ does: "join", token: context.token })}
<p>${waiting === 0 ? words.nobodyWaits : words.waits(waiting, words.minutes(Math.round(longest / 60_000)))}</p>
<label class="field"><span>${words.need}</span><input type="number" name="needKwh" min="1" max="200" step="1" inputmode="numeric"></label>
<label class="field"><span>${words.departure}</span><input type="time" name="departure"></label>
${isOneChoice ? hidden({ place: placeValue(open[0]?.group ?? "", "") }) : html`<label class="field"><span>${words.whichBay}</span><select name="place">${choices}</select></label>`}
<button class="first">${words.join}</button></form>`;
}

function ownBays(context: PageContext, board: BoardView, view: OwnView): Html {
  const words = WORDS[context.language];
  const own = new Set(view.bays.map(({ id }) => id));
  const others = board.bays.filter(
    ({ id, use, nickname }) => !own.has(id) && nickname === null && ["plugged", "charging", "done"].includes(use),
  );
  const claim = html`<form class="row" method="post" action="${context.base}/me">${hidden({ does: "claim", token: context.token })}
<label class="field"><span>${words.whichBay}</span><select name="bay">${others.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></label><button>${words.claim}</button></form>`;
  const list = own.size === 0 ? null : bayList(context, view.bays, (bay) => ownBay(context, bay));
  return html`${list}${others.length === 0 ? (own.size === 0 ? html`<p class="soft">${words.noCarHere}</p>` : null) : claim}`;
}

function ownBay(context: PageContext, bay: BayView): Html {
  const words = WORDS[context.language];
  return html`<form class="row" method="post" action="${context.base}/me">${hidden({ does: "allow", token: context.token, bay: bay.id })}
<label class="field"><span>${words.allowFrom}</span><input type="time" name="time" required></label><button>${words.allow}</button></form>
${acts(
  bay.okAfter !== null && act(context, "/me", "disallow", words.disallow, { bay: bay.id }),
  act(context, "/me", "unclaim", words.unclaim, { bay: bay.id }),
)}`;
}

function ownTags(context: PageContext, { tags }: OwnView): Html {
  const words = WORDS[context.language];
  const row = ({ id, label, revoked }: OwnView["tags"][number]) =>
    html`<li><code>${shownTagId(id)}</code> ${label} ${revoked ? html`<span class="soft">${words.revoked}</span>` : act(context, "/me", "revoke", words.revoke, { tag: id })}</li>`;
  return html`${tags.length === 0 ? html`<p class="soft">${words.noTags}</p>` : html`<ul class="list">${tags.map(row)}</ul><p><a class="button" href="${context.base}/me/stickers">${words.print}</a></p>`}
<form class="row" method="post" action="${context.base}/me">${hidden({ does: "newTag", token: context.token })}
<label class="field"><span>${words.newTag}</span><input type="text" name="label" maxlength="40"></label><button>${words.make}</button></form>`;
}

function ownEndpoints(context: PageContext, { endpoints }: OwnView): Html {
  const words = WORDS[context.language];
  const state = { asked: words.asked, on: null, stopped: words.stopped };
  const row = (endpoint: OwnView["endpoints"][number]) =>
    html`<li>${words.kinds[endpoint.kind]} <span class="soft">${state[endpoint.state]}</span> ${act(context, "/me", "removeEndpoint", words.remove, { endpoint: endpoint.id })}</li>`;
  return html`${endpoints.length === 0 ? html`<p class="soft">${words.noChannels}</p>` : html`<ul class="list">${endpoints.map(row)}</ul>`}
${push(context, "/me")}
<form class="row" method="post" action="${context.base}/me">${hidden({ does: "addEndpoint", token: context.token })}
<label class="field"><span>${words.channel}</span><select name="kind">${OWN_KINDS.map((kind) => html`<option value="${kind}">${words.kinds[kind]}</option>`)}</select></label>
<label class="field"><span>${words.address}</span><input type="text" name="address" required maxlength="200" autocomplete="off"></label><button>${words.add}</button></form>`;
}

function aboutMe(context: PageContext, { nickname }: OwnView): Html {
  const words = WORDS[context.language];
  const names = { en: "English", de: "Deutsch" };
  return html`<form class="row" method="post" action="${context.base}/me">${hidden({ does: "rename", token: context.token })}
<label class="field"><span>${words.nickname}</span><input type="text" name="nickname" value="${nickname}" required maxlength="24"></label>
<label class="field"><span>${words.language}</span><select name="language">${LANGUAGES.map((one) => html`<option value="${one}"${one === context.language ? html` selected` : null}>${names[one]}</option>`)}</select></label>
<button>${words.save}</button></form>
${acts(act(context, "/me", "newLink", words.newLink, { once: context.once }), act(context, "/me", "leaveBrowser", words.leaveBrowser))}
<p><a href="${context.base}/me/export">${words.exportMine}</a></p>
<form class="row" method="post" action="${context.base}/me">${hidden({ does: "forget", token: context.token })}
<label class="field"><span>${words.forgetSure}</span><input type="text" name="sure" required pattern="DELETE" autocomplete="off"></label><button>${words.forgetMe}</button></form>`;
}

export function boardPage(context: PageContext, board: BoardView): string {
  const words = WORDS[context.language];
  const main = html`<div data-part="board">
<ul class="bays">${board.bays.map((bay) => html`<li>${bayLine(context, bay)} ${bay.nickname === null ? null : html`<span>${bay.nickname}</span>`}</li>`)}</ul>
${board.groups.map(({ group, waiting, longestWaitMs }) => html`<h2>${words.waiting} <span class="soft">${group}</span></h2>${waitingTable(context, board, waiting, longestWaitMs)}`)}
</div>`;
  return page(context, { title: words.boardTitle, main, live: `${context.base}/board/stream`, renews: true });
}

function waitingTable(context: PageContext, board: BoardView, waiting: readonly PlaceView[], longestWaitMs: number): Html {
  const { site, language, now } = context;
  const words = WORDS[language];
  const { time } = clockwork(language, site.timeZone);
  if (waiting.length === 0) return html`<p class="soft">${words.nobodyWaits}</p>`;
  const row = ({ place, nickname, needWh, departure, state, offeredBay }: PlaceView) => html`<tr><td>${place}</td><td>${nickname}</td>
<td>${needWh === null ? "–" : `${Math.round(needWh / 1000)} kWh`}</td><td>${departure === null ? "–" : time(departure, now)}</td>
<td>${words.states[state]}${offeredBay === null ? null : ` · ${bayName(board, offeredBay)}`}</td></tr>`;
  return html`<p class="soft">${words.waits(waiting.length, words.minutes(Math.round(longestWaitMs / 60_000)))}</p>
<table><thead>${heads(words)}</thead><tbody>${waiting.map(row)}</tbody></table>`;
}

const heads = (words: Words): Html =>
  html`<tr><th>#</th><th>${words.nickname}</th><th>${words.need}</th><th>${words.departure}</th><th>${words.waiting}</th></tr>`;

/** A sheet to print, a sticker for each tag. */
export function stickerPage(context: PageContext, tags: readonly { readonly id: TagId; readonly label: string }[]): string {
  const words = WORDS[context.language];
  const { publicUrl, smsNumber } = context.site;
  const typed = publicUrl.replace(/^https?:\/\//, "");
  const sticker = ({ id, label }: { readonly id: TagId; readonly label: string }) => html`<div class="sticker">
<div>${words.sticker}</div><code>${shownTagId(id)}</code>
${qrCode(`${publicUrl}/b/${id}`.toUpperCase(), shownTagId(id))}
<div>${words.stickerAt} <b>${typed}</b></div>${smsNumber === null ? null : html`<div>${words.stickerSms} ${smsNumber}</div>`}
<small>${label}</small></div>`;
  const main = html`<p class="noprint">${words.sheetHow}</p><div class="sheet">${tags.map(sticker)}</div>`;
  return page(context, { title: words.sheetTitle, main });
}

export function joinPage(context: PageContext, problem: "full" | "tooOften" | "name" | null): string {
  const words = WORDS[context.language];
  if (context.site.registration === "invited") return page(context, { title: words.joinTitle, main: html`<p>${words.joinClosed}</p>` });
  const main = html`<p>${words.joinIntro}</p>
${problem === null ? null : html`<p class="card" role="alert">${words.notJoined[problem]}</p>`}
<form method="post" action="${context.base}/join">${hidden({ once: context.once })}
<label class="field"><span>${words.nickname}</span><input type="text" name="nickname" required maxlength="24" autocomplete="nickname"></label>
<button class="first">${words.joinGo}</button></form>`;
  return page(context, { title: words.joinTitle, main });
}

/** What a link of a message opens: what can be answered, and nothing else of its owner. */
export function answerPage(
  context: PageContext,
  path: string,
  view: OwnView,
  grant: Omit<Grant, "person" | "until">,
  board: BoardView,
  isRefused: boolean,
): string {
  const words = WORDS[context.language];
  const button = (does: string, label: string, kind = "") =>
    html`<form method="post" action="${context.base}${path}/${does}"><button class="wide ${kind}">${label}</button></form>`;
  const channel = view.channels.find(({ id }) => id === grant.channel);
  const place = view.places.find(({ group }) => group === grant.group);
  const asked = grant.bay !== null && view.arrivals.includes(grant.bay) ? grant.bay : null;
  const bay = board.bays.find(({ id }) => id === grant.bay);
  const endpoint = view.endpoints.find(({ id }) => id === grant.endpoint);
  const isNothing = channel === undefined && place === undefined && asked === null && endpoint === undefined;
  const main = html`<div data-part="answer">
${isRefused ? html`<p class="card" role="alert">${words.refused}</p>` : null}
${channel === undefined ? null : html`${talk(context, channel, true)}${channel.open ? html`${BACK_IN.map((minutes) => button(`back-${minutes}`, words.back(minutes)))}${button("mayUnplug", words.mayUnplug, "first")}${button("needMore", words.needMore)}${button("notMe", words.notMe)}${button("block", words.block)}` : null}`}
${asked === null ? null : html`<p>${words.wasItYou(bayName(board, asked))}</p>${button("mine", words.yes, "first")}${button("notMine", words.no)}`}
${place === undefined ? null : html`${offerLine(context, board, place)}<p>${words.place(place.place)}</p>${place.state === "offered" ? button("accept", words.accept, "first") : null}${button("snooze", words.snooze)}${button("leave", words.leave)}`}
${endpoint === undefined ? null : endpoint.state === "on" ? html`<p>${words.confirmed}</p>` : html`<p>${words.notices.confirm(context.site.name).text}</p>${button("confirm", words.confirm, "first")}`}
${isNothing ? html`<p>${words.nothingToAnswer}</p>` : null}
${bay === undefined || channel !== undefined ? null : bayList(context, [bay])}
</div>`;
  const title = channel !== undefined ? words.visitors : endpoint !== undefined ? words.channels : isNothing ? words.bays : words.queue;
  return page(context, { title, main });
}
