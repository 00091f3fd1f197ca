/** For members: their page, the board, their stickers; and what a link in a message opens. */
import { randomBytes } from "node:crypto";
import type { Person } from "#core/bays/person";
import { cleanNickname } from "#core/bays/register";
import { boardView, ownView } from "#core/bays/views";
import { Minutes } from "#core/units/units";
import { Refusal, sendJson } from "../http/answer.ts";
import { readForm } from "../http/form.ts";
import { wantsHtml } from "../http/negotiate.ts";
import type { Keeper } from "./keeper.ts";
import { readLink } from "./links.ts";
import { manage, takePart } from "./member-actions.ts";
import { answerPage, boardPage, joinPage, ownPage, type Remark, stickerPage } from "./pages/member.ts";
import { plainPage } from "./pages/shell.ts";
import { type Counter, LONGEST_FORM, type Route } from "./route.ts";
import type { Visit } from "./visit.ts";
import { WORDS } from "./words.ts";

/** How long a form that is sent again shows the link it made. */
const SHOWN_AGAIN = Minutes(1);

const notFound = () => new Refusal(404, "notFound", "");

/** @throws Refusal membersOnly */
function memberOf(visit: Visit): Person {
  if (visit.member === null) throw new Refusal(401, "membersOnly", "");
  return visit.member;
}

/**
 * A new key and the link that carries it. The key itself is kept by nobody but its owner.
 * @param from what it is made of: the same makes the same key
 */
export function newKey(
  keeper: Keeper,
  from = randomBytes(16).toString("base64url"),
): { readonly key: string; readonly mark: string; readonly link: string } {
  const key = keeper.secrets.mark("once", from);
  return { key, mark: keeper.secrets.mark("key", key), link: `${keeper.site.publicUrl}/o/${key}` };
}

/** The key that a form makes. One that is sent twice, by an impatient finger or by loading the page again, makes one key and shows it twice. */
function keyOfForm(keeper: Keeper, fields: ReadonlyMap<string, string>, what: string) {
  const once = fields.get("once") ?? "";
  return ONCE.test(once) ? newKey(keeper, `${once} ${what}`) : newKey(keeper);
}

function showOwn(visit: Visit, { keeper }: Counter, person: Person, remark: Remark | null): Promise<void> {
  const now = keeper.now();
  const view = keeper.look((desk) => ownView(desk, person.id, now));
  if (view === null) throw notFound();
  const status = remark !== null && "refused" in remark ? 422 : 200;
  return visit.show(ownPage(visit.contextOf(person), view, keeper.look(boardView), remark), status);
}

function open(visit: Visit, key: string): Promise<void> {
  if (visit.becomeMember(key) === null) throw notFound();
  return visit.goTo("/me");
}

/** Whoever presses the button twice sends the old key a second time, which opens nothing any more: the form itself proves whose it was. */
function renewLink(visit: Visit, counter: Counter, fields: ReadonlyMap<string, string>): Promise<void> {
  visit.checkOrigin();
  const { keeper } = counter;
  const made = keyOfForm(keeper, fields, "newLink");
  if (keeper.look((desk) => desk.register.holderOf(made.mark)) === null) {
    const { id } = memberOf(visit);
    visit.checkToken(fields.get("token"));
    keeper.turn((desk, now) => desk.register.renewKey(id, made.mark, now.wall));
  }
  return showNewLink(visit, counter, made);
}

/** A link is shown again to a finger that pressed twice, or a phone that lost the answer; not to who finds the form in a browser's history. */
function showNewLink(visit: Visit, counter: Counter, { key, mark, link }: ReturnType<typeof newKey>): Promise<void> {
  const { keeper } = counter;
  const person = keeper.look((desk) => desk.register.holderOf(mark));
  if (person === null || keeper.now().wall - person.keyedAt >= SHOWN_AGAIN) return visit.goTo("/me");
  visit.becomeMember(key);
  return showOwn(visit, counter, person, { newLink: link });
}

async function actOnOwn(visit: Visit, counter: Counter): Promise<void> {
  const fields = await readForm(visit.request, LONGEST_FORM);
  const { keeper } = counter;
  const does = fields.get("does") ?? "";
  if (does === "newLink") return renewLink(visit, counter, fields);
  const person = memberOf(visit);
  visit.checkToken(fields.get("token"));
  if (does === "leaveBrowser") {
    visit.leaveMembership();
    const words = WORDS[visit.language];
    return visit.show(plainPage(visit.contextOf(null), words.me, words.left));
  }
  if (does === "forget") {
    if (fields.get("sure") !== "DELETE") return visit.goTo("/me");
    keeper.turn((desk, now) => desk.forget(person.id, now));
    visit.leaveMembership();
    const words = WORDS[visit.language];
    return visit.show(plainPage(visit.contextOf(null), words.me, words.forgotten));
  }
  if (manage(keeper, person, does, fields)) return visit.goTo("/me");
  return showOwn(visit, counter, person, { refused: does === "addEndpoint" || does === "push" ? "address" : "wish" });
}

async function join(visit: Visit, counter: Counter): Promise<void> {
  visit.checkOrigin();
  const { keeper } = counter;
  if (keeper.site.registration === "invited") return visit.show(joinPage(visit.context, null), 403);
  const fields = await readForm(visit.request, LONGEST_FORM);
  const nickname = cleanNickname(fields.get("nickname") ?? "");
  if (nickname === null) return visit.show(joinPage(visit.context, "name"), 400);
  const made = keyOfForm(keeper, fields, `join ${nickname}`);
  if (keeper.look((desk) => desk.register.holderOf(made.mark)) === null) {
    const { addressBlock } = visit.scanner();
    const added = keeper.turn((desk, now) => desk.registerVisitor(nickname, visit.language, made.mark, addressBlock, now));
    if (!added.ok) return visit.show(joinPage(visit.context, added.why === "tooOften" ? "tooOften" : "full"), 429);
  }
  return showNewLink(visit, counter, made);
}

/** All that is kept about a member, with the addresses in the clear: it is theirs. */
function exportOf(visit: Visit, { keeper }: Counter): Promise<void> {
  const person = memberOf(visit);
  const record = keeper.look((desk, now) => desk.recordOf(person.id, now));
  const endpoints = person.endpoints.map(({ kind, sealed, addedAt, confirmedAt, stoppedAt }) => ({
    kind,
    address: keeper.secrets.openAddress(sealed),
    addedAt,
    confirmedAt,
    stoppedAt,
  }));
  const { id, nickname, language, since } = person;
  const channels = (record?.channels ?? []).map(({ scanner: _, reach: __, ...rest }) => rest);
  const { tags = [], bays = [], queues = [] } = record ?? {};
  const body = { person: { id, nickname, language, since, endpoints }, tags, channels, bays, queues };
  return sendJson(visit.request, visit.response, 200, body, { "Content-Disposition": 'attachment; filename="me.json"' });
}

function grantOf(sealed: string, { keeper }: Counter) {
  const grant = readLink(sealed, keeper.secrets, keeper.now().wall);
  const person = grant === null ? null : keeper.look((desk) => desk.register.person(grant.person));
  if (grant === null || person === null) throw notFound();
  return { grant, person };
}

function showAnswer(visit: Visit, counter: Counter, sealed: string, isRefused = false): Promise<void> {
  const { grant, person } = grantOf(sealed, counter);
  const { keeper } = counter;
  const now = keeper.now();
  const view = keeper.look((desk) => ownView(desk, person.id, now));
  if (view === null) throw notFound();
  const context = { ...visit.context, language: person.language };
  return visit.show(answerPage(context, `/a/${sealed}`, view, grant, keeper.look(boardView), isRefused), isRefused ? 409 : 200);
}

/**
 * The link itself is the permission, so a notification's button may send it from anywhere. It can do what its message offered and no more.
 * A notification has its answer at once; a browser asks for the page anew, so that loading it again says nothing twice.
 */
function answer(visit: Visit, counter: Counter, sealed: string, does: string): Promise<void> {
  const { grant, person } = grantOf(sealed, counter);
  const { keeper } = counter;
  const { channel, group, bay, endpoint } = grant;
  const asked = new Map(Object.entries({ channel: channel ?? "", group: group ?? "", bay: bay ?? "" }));
  const isDone =
    does === "confirm" && endpoint !== null
      ? keeper.turn((desk, now) => desk.register.confirmEndpoint(person.id, endpoint, now.wall))
      : takePart(keeper, person.id, does, asked);
  return isDone && wantsHtml(visit.request.headers.accept) ? visit.goTo(`/a/${sealed}`) : showAnswer(visit, counter, sealed, !isDone);
}

/** As the pages make it. */
const ONCE = /^[\w-]{22}$/;
const KEY = "([\\w-]{8,64})";
const SEALED = "([\\w-]{30,600})";

export const MEMBER_ROUTES: readonly Route[] = [
  { method: "GET", path: new RegExp(`^/o/${KEY}$`), answer: (visit, _, [key = ""]) => open(visit, key) },
  { method: "GET", path: /^\/me$/, answer: (visit, counter) => showOwn(visit, counter, memberOf(visit), null) },
  { method: "POST", path: /^\/me$/, answer: actOnOwn },
  {
    method: "GET",
    path: /^\/me\/stream$/,
    answer: (visit, { streams }) => streams.open(`person ${memberOf(visit).id}`, visit),
  },
  { method: "GET", path: /^\/me\/export$/, answer: exportOf },
  {
    method: "GET",
    path: /^\/me\/stickers$/,
    answer: (visit, { keeper }) => {
      const tags = keeper.look((desk) => desk.register.tagsOf(memberOf(visit).id)).filter(({ revokedAt }) => revokedAt === null);
      return visit.show(stickerPage(visit.context, tags));
    },
  },
  {
    method: "GET",
    path: /^\/board$/,
    answer: (visit, { keeper }) => {
      memberOf(visit);
      return visit.show(boardPage(visit.context, keeper.look(boardView)));
    },
  },
  {
    method: "GET",
    path: /^\/board\/stream$/,
    answer: (visit, { streams }) => {
      memberOf(visit);
      streams.open("board", visit);
    },
  },
  {
    method: "GET",
    path: /^\/api\/board$/,
    answer: (visit, { keeper }) => {
      memberOf(visit);
      return sendJson(visit.request, visit.response, 200, keeper.look(boardView));
    },
  },
  {
    method: "GET",
    path: /^\/join$/,
    answer: (visit) => (visit.member === null ? visit.show(joinPage(visit.context, null)) : visit.goTo("/me")),
  },
  { method: "POST", path: /^\/join$/, answer: join },
  {
    method: "GET",
    path: new RegExp(`^/a/${SEALED}(?:/[\\w-]+)?$`),
    answer: (visit, counter, [sealed = ""]) => showAnswer(visit, counter, sealed),
  },
  {
    method: "POST",
    path: new RegExp(`^/a/${SEALED}/([\\w-]{1,20})$`),
    answer: (visit, counter, [sealed = "", does = ""]) => answer(visit, counter, sealed, does),
  },
];
