/**
 * The line between a waiting driver and the owner of a tag. It carries what either wants the other to know and ends by itself;
 * neither side is ever named on it. Its times are wall time, because it outlives a restart.
 */
import type { Answer } from "#core/bays/reply";
import type { TagId } from "#core/bays/tag-id";
import { Hours, type Millis, Minutes, Seconds, WallTime } from "#core/units/units";

/** What a waiting driver may say. Presets first: they need no filter, and they speak both languages. */
export const REASONS = ["needCharge", "blocked", "lightsOn", "chargingDone", "problem", "other"] as const;
export type Reason = (typeof REASONS)[number];

export interface ChannelRules {
  /** It lives no longer than this. */
  readonly longest: Millis;
  /** And no longer than this after the session it was about. */
  readonly afterSession: Millis;
  readonly messages: number;
  readonly per: Millis;
}

export const CHANNEL_RULES: ChannelRules = { longest: Hours(2), afterSession: Minutes(15), messages: 3, per: Minutes(10) };

/** A person whose tag it is, by the site's random id. */
export type PersonId = string;
export type BayId = string;

export type Said =
  | { readonly by: "visitor"; readonly at: WallTime; readonly reason: Reason; readonly text: string | null }
  | { readonly by: "owner"; readonly at: WallTime; readonly answer: Answer };

export interface Reach {
  readonly kind: "push" | "sms";
  readonly sealed: string;
  /** A keyed hash of the address, so that STOP finds it. */
  readonly mark: string;
}

export interface Channel {
  readonly id: string;
  readonly tag: TagId;
  /** Null: the tag is nobody's. The visitor is not told, or ids could be tried out. */
  readonly owner: PersonId | null;
  readonly bay: BayId | null;
  /** Whoever scanned, as a keyed hash; good for recognising, useless for finding. */
  readonly scanner: string;
  readonly openedAt: WallTime;
  readonly expiresAt: WallTime;
  /** Null while it is open. */
  readonly closed: "owner" | "notMe" | "blocked" | "visitor" | null;
  readonly wantsFreeNotice: boolean;
  /** Where the visitor wants to be told besides the page; the address encrypted. */
  readonly reach: Reach | null;
  readonly said: readonly Said[];
}

export type Refusal = "expired" | "closed" | "tooOften";
export type Spoken = { readonly ok: true; readonly channel: Channel } | { readonly ok: false; readonly why: Refusal };

/** What stays on a channel: enough for a page, too little for a diary. */
const LONGEST_TALK = 20;

export const openChannel = (
  facts: Pick<Channel, "id" | "tag" | "owner" | "bay" | "scanner">,
  now: WallTime,
  rules: ChannelRules = CHANNEL_RULES,
): Channel => ({
  ...facts,
  openedAt: now,
  expiresAt: WallTime(now + rules.longest),
  closed: null,
  wantsFreeNotice: false,
  reach: null,
  said: [],
});

export const isExpired = (channel: Channel, now: WallTime): boolean => now >= channel.expiresAt;
export const isOpen = (channel: Channel, now: WallTime): boolean => channel.closed === null && !isExpired(channel, now);

const shut = (channel: Channel, now: WallTime): Refusal | null =>
  isExpired(channel, now) ? "expired" : channel.closed === null ? null : "closed";

/** The same words again so soon are a button that was pressed twice. */
export const SAME_PRESS = Seconds(5);

/**
 * @param text what the visitor wrote, already cleaned; null where free text is off
 * @returns the channel as it was for a button that was pressed twice
 */
export function visitorSays(
  channel: Channel,
  reason: Reason,
  text: string | null,
  now: WallTime,
  rules: ChannelRules = CHANNEL_RULES,
): Spoken {
  const why = shut(channel, now);
  if (why !== null) return { ok: false, why };
  const last = channel.said.at(-1);
  const isAgain = last?.by === "visitor" && last.reason === reason && last.text === text && Math.abs(now - last.at) < SAME_PRESS;
  if (isAgain) return { ok: true, channel };
  const lately = channel.said.filter((said) => said.by === "visitor" && now - said.at < rules.per);
  if (lately.length >= rules.messages) return { ok: false, why: "tooOften" };
  return { ok: true, channel: withSaid(channel, { by: "visitor", at: now, reason, text }) };
}

/** "Not me" and "block" also close it. @returns the channel as it was for a button that was pressed twice */
export function ownerAnswers(channel: Channel, answer: Answer, now: WallTime): Spoken {
  const last = channel.said.at(-1);
  if (last?.by === "owner" && Math.abs(now - last.at) < SAME_PRESS && isSameAnswer(last.answer, answer)) return { ok: true, channel };
  const why = shut(channel, now);
  if (why !== null) return { ok: false, why };
  const closed = answer.answer === "notMe" ? "notMe" : answer.answer === "block" ? "blocked" : null;
  return { ok: true, channel: { ...withSaid(channel, { by: "owner", at: now, answer }), closed } };
}

/** A time that was reckoned from two presses differs by as much. */
const isSameAnswer = (one: Answer, other: Answer): boolean =>
  one.answer === "back" && other.answer === "back" ? Math.abs(one.by - other.by) < SAME_PRESS : one.answer === other.answer;

export const withFreeNotice = (channel: Channel, wanted: boolean): Channel =>
  channel.wantsFreeNotice === wanted ? channel : { ...channel, wantsFreeNotice: wanted };

export const withReach = (channel: Channel, reach: Reach | null): Channel =>
  channel.reach?.mark === reach?.mark ? channel : { ...channel, reach };

/** The first to close it says why. */
export const closeChannel = (channel: Channel, by: "owner" | "visitor"): Channel =>
  channel.closed === null ? { ...channel, closed: by } : channel;

/** The session it was about has ended: a little time is left to say thanks. */
export const sessionEnded = (channel: Channel, now: WallTime, rules: ChannelRules = CHANNEL_RULES): Channel => ({
  ...channel,
  expiresAt: WallTime(Math.min(channel.expiresAt, now + rules.afterSession)),
});

const withSaid = (channel: Channel, said: Said): Channel => ({ ...channel, said: [...channel.said, said].slice(-LONGEST_TALK) });

/** Longest text a visitor may add where the site allows it. */
export const LONGEST_TEXT = 200;
const LINK = /(?:https?|ftp|data|javascript|mailto|tel|sms):\S*|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/:?#]\S*)?/gi;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Free text as it may be passed on: one line, no links, no invisible signs. @returns null when nothing is left */
export function cleanText(text: string): string | null {
  const clean = text
    .slice(0, LONGEST_TEXT * 4)
    .replace(INVISIBLE, " ")
    .normalize("NFC")
    .replace(LINK, "…")
    .replace(/\s+/g, " ")
    .trim();
  const short = [...clean].slice(0, LONGEST_TEXT).join("").trim();
  return short === "" ? null : short;
}
