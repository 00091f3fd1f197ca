/** From a notice to what is sent: in the reader's language, with links that answer. */
import type { BayId } from "#core/bays/channel";
import type { Desk } from "#core/bays/desk";
import type { Notice } from "#core/bays/notice";
import type { EndpointKind, Language } from "#core/bays/person";
import type { Moment } from "#core/bays/site";
import { Hours } from "#core/units/units";
import { linkOf } from "./links.ts";
import type { Secrets } from "./secrets.ts";
import type { SiteFacts } from "./site-facts.ts";
import { answerInWords, clockwork, WORDS } from "./words.ts";

/** One message to one address. */
export interface Delivery {
  readonly kind: EndpointKind;
  readonly address: string;
  readonly language: Language;
  readonly about: Notice["about"];
  readonly title: string;
  readonly text: string;
  /** Opens the page on which it can be answered. */
  readonly url: string;
  readonly actions: readonly { readonly label: string; readonly url: string }[];
  /** The channel it is about, for replies that come by wire; null where there is none. */
  readonly reply: string | null;
}

/** A link to answer with outlives what it is about by nothing; this is the most for those without an end. */
const LINK_LIFE = Hours(24);

interface Message {
  readonly title: string;
  readonly text: string;
}

/** Empty when its reader has no address that may be written to: the page still shows it. */
export function deliveriesOf(notice: Notice, desk: Desk, site: SiteFacts, secrets: Secrets, now: Moment): readonly Delivery[] {
  return "channel" in notice.to
    ? toVisitor(notice.to.channel, notice, desk, site, secrets, now)
    : toPerson(notice.to.person, notice, desk, site, secrets, now);
}

function toVisitor(id: string, notice: Notice, desk: Desk, site: SiteFacts, secrets: Secrets, now: Moment): readonly Delivery[] {
  const reach = desk.talks.channel(id, now)?.reach ?? null;
  const address = reach === null ? null : secrets.openAddress(reach.sealed);
  if (reach === null || address === null) return [];
  const message = inWords(notice, desk, site, site.language, now);
  if (message.text === "") return [];
  const { kind } = reach;
  return [
    { kind, address, language: site.language, about: notice.about, ...message, url: `${site.publicUrl}/c/${id}`, actions: [], reply: null },
  ];
}

function toPerson(id: string, notice: Notice, desk: Desk, site: SiteFacts, secrets: Secrets, now: Moment): readonly Delivery[] {
  const person = desk.register.person(id);
  if (person === null) return [];
  const { language } = person;
  const message = inWords(notice, desk, site, language, now);
  const reply = notice.about === "visitor" ? notice.reply : null;
  const bay = "bay" in notice ? notice.bay : null;
  const group = bay === null ? null : (desk.yard.plan(bay)?.group ?? null);
  const asked = notice.about === "confirm" ? notice.endpoint : null;
  const grant = { person: id, channel: reply, group: reply === null ? group : null, bay, endpoint: asked, until: now.wall + LINK_LIFE };
  const url = `${site.publicUrl}/a/${linkOf(grant, secrets)}`;
  const actions = actionsOf(notice, language).map(({ label, does }) => ({ label, url: `${url}/${does}` }));
  return person.endpoints.flatMap(({ id: endpoint, kind, sealed, stoppedAt, confirmedAt }) => {
    const isMeant = stoppedAt === null && (asked === null ? confirmedAt !== null : asked === endpoint);
    const address = isMeant ? secrets.openAddress(sealed) : null;
    return address === null ? [] : [{ kind, address, language, about: notice.about, ...message, url, actions, reply }];
  });
}

/** The most a notification shows is three. */
function actionsOf(notice: Notice, language: Language): readonly { readonly label: string; readonly does: string }[] {
  const words = WORDS[language];
  switch (notice.about) {
    case "visitor":
      return [
        { label: words.back(10), does: "back-10" },
        { label: words.mayUnplug, does: "mayUnplug" },
        { label: words.needMore, does: "needMore" },
      ];
    case "offered":
      return [
        { label: words.accept, does: "accept" },
        { label: words.snooze, does: "snooze" },
        { label: words.leave, does: "leave" },
      ];
    case "confirm":
      return [{ label: words.confirm, does: "confirm" }];
    case "arrived":
      return [{ label: words.no, does: "notMine" }];
    default:
      return [];
  }
}

function inWords(notice: Notice, desk: Desk, site: SiteFacts, language: Language, { wall }: Moment): Message {
  const words = WORDS[language];
  const { time } = clockwork(language, site.timeZone);
  const nameOf = (bay: BayId) => desk.yard.plan(bay)?.name ?? bay;
  const { notices } = words;
  switch (notice.about) {
    case "visitor": {
      const bay = notice.bay === null ? "" : ` ${words.atBay(nameOf(notice.bay))}`;
      const { title, text } = notices.visitor(words.reasons[notice.reason], bay);
      return { title, text: notice.text === null ? text : `${text}: ${notice.text}` };
    }
    case "answer":
      return { title: notices.answer.title, text: answerInWords(notice.answer, words, { time }, wall) };
    case "offered":
      return notices.offered(nameOf(notice.bay), time(notice.until, wall));
    case "offerEnded":
      return notices.offerEnded(nameOf(notice.bay), notice.gone);
    case "departed":
      return notices.departed;
    case "confirm":
      return notices.confirm(site.name);
    default:
      return notices[notice.about](nameOf(notice.bay));
  }
}
