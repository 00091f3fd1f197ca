/** Texts that come in from outside: an answer, a keyword, or a waiting driver's scan by hand. A sender can be forged, so a text never changes an account. */
import { cleanText } from "#core/bays/channel";
import { readReply } from "#core/bays/reply";
import type { Scanner } from "#core/bays/site";
import { readTagId, type TagId } from "#core/bays/tag-id";
import type { Keeper } from "./keeper.ts";
import { nextTimeOfDay } from "./time-of-day.ts";
import { WORDS } from "./words.ts";

export interface Inbound {
  /** As the network writes it, e.g. `+15550100`. */
  readonly address: string;
  readonly kind: "sms" | "flow";
  readonly text: string;
  /** The channel it answers, where the wire knows; null: their newest. */
  readonly reply: string | null;
}

/** keyword: the network itself confirms those. */
export interface InboundOutcome {
  readonly understood: "keyword" | "answer" | "scan" | "nothing";
  /** What to send back, in words. */
  readonly text: string;
}

/** Nine signs from the start of a word to the end of one, however they are spaced. Codes may overlap: only the check tells which is one. */
const CODE = /(?<![0-9A-Za-z])(?=([0-9A-Za-z](?:[\s-]?[0-9A-Za-z]){8})(?![0-9A-Za-z]))/g;

export function takeText(keeper: Keeper, { address, kind, text, reply }: Inbound): InboundOutcome {
  const { site, secrets } = keeper;
  const mark = secrets.mark("address", address);
  const known = keeper.look((desk) => desk.register.whoWrites(mark));
  const words = WORDS[known[0]?.language ?? site.language];
  const read = keeper.look((_, now) => readReply(text, now.wall, (hour, minute) => nextTimeOfDay(now.wall, hour, minute, site.timeZone)));
  if (read.kind === "keyword") {
    if (read.keyword === "help") return { understood: "keyword", text: words.smsHelp(site.name) };
    const isStop = read.keyword === "stop";
    keeper.turn((desk, now) => {
      desk.register.setStopped(mark, isStop, now.wall);
      if (isStop) desk.talks.unreach(mark);
    });
    return { understood: "keyword", text: isStop ? words.smsStopped(site.name) : words.smsStarted(site.name) };
  }
  if (read.kind === "answer" && known.length > 0) {
    const persons = known.map(({ id }) => id);
    const meant = keeper.look((desk, now) => (reply === null ? desk.newestChannelOf(persons, now) : desk.talks.channel(reply, now)));
    const owner = persons.find((id) => id === meant?.owner);
    const refused =
      meant === null || owner === undefined ? "expired" : keeper.turn((desk, now) => desk.answer(meant.id, owner, read.answer, now));
    return { understood: "answer", text: refused === null ? "" : words.refusals[refused] };
  }
  const found = scanIn(text);
  if (found === null) return { understood: "nothing", text: known.length === 0 ? words.smsUnclear(site.name) : words.smsHelp(site.name) };
  const scanner: Scanner = { mark: secrets.mark("scanner", address), addressBlock: mark };
  const opened = keeper.turn((desk, now) => {
    const result = desk.say(found.tag, scanner, null, "other", cleanText(found.rest), now);
    if (result.ok && kind === "sms" && !desk.register.isStopped(mark))
      desk.talks.reachVisitor(result.channel.id, { kind, sealed: secrets.sealAddress(address), mark }, now);
    return result;
  });
  return { understood: "scan", text: opened.ok ? words.smsSent(site.name) : words.refusals[opened.why] };
}

/** The first code in a text whose check is right, and what else was said. */
function scanIn(text: string): { readonly tag: TagId; readonly rest: string } | null {
  for (const [, code = ""] of text.slice(0, 500).matchAll(CODE)) {
    const reading = readTagId(code);
    if (reading.ok) return { tag: reading.id, rest: text.replace(code, " ") };
  }
  return null;
}
