/** For those who stand there: look, reach a driver, talk. */
import { cleanText, REASONS, type Reach, type Reason, type Refusal as Turned } from "#core/bays/channel";
import { readTagId, type TagId } from "#core/bays/tag-id";
import { bayViews, channelView } from "#core/bays/views";
import { Refusal } from "../http/answer.ts";
import { readForm } from "../http/form.ts";
import { type Chosen, homePage, scanPage, talkPage } from "./pages/visitor.ts";
import { readSubscription } from "./push.ts";
import { type Counter, LONGEST_FORM, type Route } from "./route.ts";
import type { Visit } from "./visit.ts";

const reasonOf = (text: string | undefined): Reason => REASONS.find((reason) => reason === text) ?? "other";
const textOf = (fields: ReadonlyMap<string, string>): string | null => cleanText(fields.get("text") ?? "");
const statusOf = (refused: Turned | null): number => (refused === null ? 200 : refused === "tooOften" ? 429 : 410);

const notFound = () => new Refusal(404, "notFound", "");

function tagOf(text: string): TagId {
  const reading = readTagId(text);
  if (!reading.ok) throw notFound();
  return reading.id;
}

const showHome = (visit: Visit, { keeper }: Counter, wrong: boolean) =>
  visit.show(homePage(visit.context, keeper.look(bayViews), wrong), wrong ? 404 : 200);

function showScan(visit: Visit, { keeper }: Counter, tag: TagId, refused: Turned | null): Promise<void> {
  visit.rememberVisitor();
  return visit.show(scanPage(visit.context, tag, keeper.look(bayViews), refused), statusOf(refused));
}

/** Before anything is sent, so that it says nothing of the code. */
function askBay(visit: Visit, { keeper }: Counter, tag: TagId, chosen: Chosen): Promise<void> {
  visit.rememberVisitor();
  return visit.show(scanPage(visit.context, tag, keeper.look(bayViews), "noBay", chosen), 422);
}

function showTalk(visit: Visit, { keeper }: Counter, id: string, refused: Turned | null, isSaying = false): Promise<void> {
  const now = keeper.now();
  const channel = keeper.look((desk) => desk.talks.channel(id, now));
  if (channel === null) throw notFound();
  const bay = keeper.look(bayViews).find((one) => one.id === channel.bay) ?? null;
  return visit.show(
    talkPage(visit.context, id, channelView(channel, now), bay, channel.reach?.kind === "push", refused, isSaying),
    statusOf(refused),
  );
}

async function sayFirst(visit: Visit, counter: Counter, tag: TagId): Promise<void> {
  visit.checkOrigin();
  const fields = await readForm(visit.request, LONGEST_FORM);
  const { keeper } = counter;
  const bay = fields.get("bay") || null;
  const chosen: Chosen = { reason: reasonOf(fields.get("reason")), text: textOf(fields) };
  const wantsFreeNotice = fields.get("free") === "yes";
  if (wantsFreeNotice && !keeper.look(bayViews).some(({ id }) => id === bay)) return askBay(visit, counter, tag, chosen);
  const opened = keeper.turnForStranger((desk, now) => desk.say(tag, visit.scanner(), bay, chosen.reason, chosen.text, now));
  if (!opened.ok) return showScan(visit, counter, tag, opened.why);
  const { id } = opened.channel;
  if (wantsFreeNotice) keeper.turn((desk, now) => desk.talks.wantFreeNotice(id, true, now));
  return visit.goTo(`/c/${id}`);
}

async function talkOn(visit: Visit, counter: Counter, id: string): Promise<void> {
  visit.checkOrigin();
  const fields = await readForm(visit.request, LONGEST_FORM);
  const { keeper } = counter;
  switch (fields.get("does") ?? "") {
    case "say": {
      const said = keeper.turnForStranger((desk, now) =>
        desk.talks.sayMore(id, visit.scanner(), reasonOf(fields.get("reason")), textOf(fields), now),
      );
      if (!said.ok) return showTalk(visit, counter, id, said.why);
      break;
    }
    case "free":
      keeper.turn((desk, now) => desk.talks.wantFreeNotice(id, true, now));
      break;
    case "close":
      keeper.turn((desk, now) => desk.talks.close(id, "visitor", now));
      break;
    case "push": {
      const subscription = readSubscription(fields.get("subscription") ?? "");
      if (subscription === null) throw new Refusal(400, "badSubscription", "");
      const { secrets } = keeper;
      const reach: Reach = { kind: "push", sealed: secrets.sealAddress(subscription), mark: secrets.mark("address", subscription) };
      keeper.turn((desk, now) => desk.talks.reachVisitor(id, reach, now));
    }
  }
  return visit.goTo(`/c/${id}`);
}

const CODE = "([0-9A-Za-z-]{9,40})";
const ID = "([\\w-]{8,64})";

export const VISITOR_ROUTES: readonly Route[] = [
  { method: "GET", path: /^\/$/, answer: (visit, counter) => showHome(visit, counter, false) },
  { method: "GET", path: /^\/stream$/, answer: (visit, { streams }) => streams.open("board", visit) },
  {
    method: "GET",
    path: /^\/find$/,
    answer: (visit, counter, _, query) => {
      const reading = readTagId(query.get("code") ?? "");
      return reading.ok ? visit.goTo(`/b/${reading.id}`) : showHome(visit, counter, true);
    },
  },
  {
    method: "GET",
    path: new RegExp(`^/b/${CODE}$`, "i"),
    answer: (visit, counter, [code = ""]) => showScan(visit, counter, tagOf(code), null),
  },
  { method: "POST", path: new RegExp(`^/b/${CODE}$`, "i"), answer: (visit, counter, [code = ""]) => sayFirst(visit, counter, tagOf(code)) },
  {
    method: "GET",
    path: new RegExp(`^/c/${ID}$`),
    answer: (visit, counter, [id = ""], query) => showTalk(visit, counter, id, null, query.has("say")),
  },
  { method: "POST", path: new RegExp(`^/c/${ID}$`), answer: (visit, counter, [id = ""]) => talkOn(visit, counter, id) },
  {
    method: "GET",
    path: new RegExp(`^/c/${ID}/stream$`),
    answer: (visit, { keeper, streams }, [id = ""]) => {
      if (keeper.look((desk, now) => desk.talks.channel(id, now)) === null) throw notFound();
      streams.open(`channel ${id}`, visit);
    },
  },
];
