/** For members: their page, the board, their stickers; and what a link in a message opens. */
import { randomBytes } from "node:crypto";
import type { Person } from "#core/bays/person";
import { cleanNickname } from "#core/bays/register";
import { boardView, ownView } from "#core/bays/views";
import { Refusal, sendJson } from "../http/answer.ts";
import { readForm } from "../http/form.ts";
import type { Keeper } from "./keeper.ts";
import { readLink } from "./links.ts";
import { manage, takePart } from "./member-actions.ts";
import { answerPage, boardPage, joinPage, ownPage, type Remark, stickerPage } from "./pages/member.ts";
import { plainPage } from "./pages/shell.ts";
import { type Counter, LONGEST_FORM, type Route } from "./route.ts";
import type { Visit } from "./visit.ts";
import { WORDS } from "./words.ts";

const notFound = () => new Refusal(404, "notFound", "");

/** @throws Refusal membersOnly */
function memberOf(visit: Visit): Person {
  if (visit.member === null) throw new Refusal(401, "membersOnly", "");
  return visit.member;
}

/** A new key and the link that carries it. The key itself is kept by nobody but its owner. */
export function newKey(keeper: Keeper): { readonly key: string; readonly mark: string; readonly link: string } {
  const key = randomBytes(16).toString("base64url");
  return { key, mark: keeper.secrets.mark("key", key), link: `${keeper.site.publicUrl}/o/${key}` };
}

function showOwn(visit: Visit, { keeper }: Counter, person: Person, remark: Remark | null): Promise<void> {
  const now = keeper.now();
  const view = keeper.look((desk) => ownView(desk, person.id, now));
  if (view === null) throw notFound();
  const status = remark !== null && "refused" in remark ? 422 : 200;
  return visit.show(ownPage(visit.context, view, keeper.look(boardView), remark), status);
}

function open(visit: Visit, key: string): Promise<void> {
  if (visit.becomeMember(key) === null) throw notFound();
  return visit.goTo("/me");
}

async function actOnOwn(visit: Visit, counter: Counter): Promise<void> {
  const person = memberOf(visit);
  const fields = await readForm(visit.request, LONGEST_FORM);
  visit.checkToken(fields.get("token"));
  const { keeper } = counter;
  const does = fields.get("does") ?? "";
  if (does === "newLink") {
    const { key, mark, link } = newKey(keeper);
    keeper.turn((desk) => desk.register.renewKey(person.id, mark));
    visit.becomeMember(key);
    return showOwn(visit, counter, person, { newLink: link });
  }
  if (does === "forget") {
    if (fields.get("sure") !== "DELETE") return visit.goTo("/me");
    keeper.turn((desk, now) => desk.forget(person.id, now));
    visit.leaveMembership();
    const words = WORDS[visit.language];
    return visit.show(plainPage({ ...visit.context, isMember: false }, words.me, words.forgotten));
  }
  if (manage(keeper, person, does, fields)) return visit.goTo("/me");
  return showOwn(visit, counter, person, { refused: does === "addEndpoint" || does === "push" ? "address" : "wish" });
}

async function join(visit: Visit, counter: Counter): Promise<void> {
  visit.checkOrigin();
  const { keeper } = counter;
  if (keeper.site.registration === "invited") return visit.show(joinPage(visit.context, null), 403);
  const nickname = cleanNickname((await readForm(visit.request, LONGEST_FORM)).get("nickname") ?? "");
  if (nickname === null) return visit.show(joinPage(visit.context, "name"), 400);
  const { key, mark, link } = newKey(keeper);
  const { addressBlock } = visit.scanner();
  const added = keeper.turn((desk, now) => desk.registerVisitor(nickname, visit.language, mark, addressBlock, now));
  if (!added.ok) return visit.show(joinPage(visit.context, "full"), 429);
  visit.becomeMember(key);
  const now = keeper.now();
  const view = keeper.look((desk) => ownView(desk, added.value.id, now));
  if (view === null) throw notFound();
  return visit.show(ownPage(visit.contextOf(added.value), view, keeper.look(boardView), { newLink: link }));
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
  const body = { person: { id, nickname, language, since, endpoints }, tags: record?.tags ?? [], channels, bays: record?.bays ?? [] };
  return sendJson(visit.request, visit.response, 200, body, { "Content-Disposition": 'attachment; filename="me.json"' });
}

function grantOf(sealed: string, { keeper }: Counter) {
  const grant = readLink(sealed, keeper.secrets, keeper.now().wall);
  const person = grant === null ? null : keeper.look((desk) => desk.register.person(grant.person));
  if (grant === null || person === null) throw notFound();
  return { grant, person };
}

function showAnswer(visit: Visit, counter: Counter, sealed: string): Promise<void> {
  const { grant, person } = grantOf(sealed, counter);
  const { keeper } = counter;
  const now = keeper.now();
  const view = keeper.look((desk) => ownView(desk, person.id, now));
  if (view === null) throw notFound();
  const context = { ...visit.context, language: person.language };
  return visit.show(answerPage(context, `/a/${sealed}`, view, grant, keeper.look(boardView)));
}

/** The link itself is the permission, so a notification's button may send it from anywhere. It can do what its message offered and no more. */
async function answer(visit: Visit, counter: Counter, sealed: string, does: string): Promise<void> {
  const { grant, person } = grantOf(sealed, counter);
  const { keeper } = counter;
  if (does === "confirm") {
    const { endpoint } = grant;
    if (endpoint === null || !keeper.turn((desk, now) => desk.register.confirmEndpoint(person.id, endpoint, now.wall))) throw notFound();
    const words = WORDS[person.language];
    return visit.show(plainPage(visit.context, words.channels, words.confirmed));
  }
  const { channel, group, bay } = grant;
  takePart(keeper, person.id, does, new Map(Object.entries({ channel: channel ?? "", group: group ?? "", bay: bay ?? "" })));
  return showAnswer(visit, counter, sealed);
}

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
  { method: "GET", path: /^\/join$/, answer: (visit) => visit.show(joinPage(visit.context, null)) },
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
