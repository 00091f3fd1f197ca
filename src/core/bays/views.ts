/** What each is shown: passers-by the bays, members the board, visitors their channel, owners their own. Never whose anything is. */
import { type BayUse, mayUnplug } from "#core/bays/bay";
import { type BayId, type Channel, isOpen, type PersonId, type Reason } from "#core/bays/channel";
import type { Desk } from "#core/bays/desk";
import type { EndpointKind } from "#core/bays/person";
import type { Entry } from "#core/bays/queue";
import type { Answer } from "#core/bays/reply";
import type { Moment } from "#core/bays/site";
import type { TagId } from "#core/bays/tag-id";
import type { WallTime } from "#core/units/units";

/** The same for everybody who stands there. */
export interface BayView {
  readonly id: BayId;
  readonly name: string;
  readonly group: string;
  readonly use: BayUse;
  readonly since: WallTime;
  readonly okAfter: WallTime | null;
  readonly mayUnplug: boolean;
}

export function bayViews(desk: Desk, now: Moment): readonly BayView[] {
  return [...desk.yard.plans()].flatMap(({ id, name, group }) => {
    const bay = desk.yard.bay(id);
    return bay === null
      ? []
      : [{ id, name, group, use: bay.use, since: bay.since, okAfter: bay.okAfter, mayUnplug: mayUnplug(bay, now.wall) }];
  });
}

/** For members: who chose to be called what, and what they need. */
export interface BoardView {
  readonly bays: readonly (BayView & { readonly nickname: string | null })[];
  readonly groups: readonly {
    readonly group: string;
    readonly waiting: readonly PlaceView[];
    readonly longestWaitMs: number;
    readonly meanWaitMs: number;
  }[];
}

export interface PlaceView {
  readonly place: number;
  readonly nickname: string;
  readonly bay: BayId | null;
  readonly needWh: number | null;
  readonly departure: WallTime | null;
  readonly since: WallTime;
  readonly state: "waiting" | "snoozed" | "offered" | "accepted";
  readonly offeredBay: BayId | null;
  readonly until: WallTime | null;
}

export function boardView(desk: Desk, now: Moment): BoardView {
  const nameOf = (person: PersonId | null): string | null => (person === null ? null : (desk.register.person(person)?.nickname ?? null));
  return {
    bays: bayViews(desk, now).map((bay) => ({ ...bay, nickname: nameOf(desk.yard.bay(bay.id)?.occupant ?? null) })),
    groups: [...desk.yard.groups()].map((group) => {
      const { entries } = desk.yard.queue(group);
      const waits = entries.map(({ joinedAt }) => Math.max(0, now.wall - joinedAt));
      return {
        group,
        waiting: entries.map((entry, index) => placeView(entry, index, nameOf(entry.person) ?? "", now)),
        longestWaitMs: Math.max(0, ...waits),
        meanWaitMs: waits.length === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
      };
    }),
  };
}

function placeView(entry: Entry, index: number, nickname: string, now: Moment): PlaceView {
  const { bay, needWh, departure, joinedAt, offer, snoozedUntil } = entry;
  const snoozed = snoozedUntil !== null && now.wall < snoozedUntil;
  return {
    place: index + 1,
    nickname,
    bay,
    needWh,
    departure,
    since: joinedAt,
    state: offer !== null ? (offer.accepted ? "accepted" : "offered") : snoozed ? "snoozed" : "waiting",
    offeredBay: offer?.bay ?? null,
    until: offer?.until ?? (snoozed ? snoozedUntil : null),
  };
}

/** A channel as its visitor sees it. The same for a tag that is nobody's. */
export interface ChannelView {
  readonly open: boolean;
  readonly closed: Channel["closed"] | "expired";
  readonly expiresAt: WallTime;
  readonly bay: BayId | null;
  readonly wantsFreeNotice: boolean;
  readonly said: readonly (
    | { readonly by: "visitor"; readonly at: WallTime; readonly reason: Reason; readonly text: string | null }
    | { readonly by: "owner"; readonly at: WallTime; readonly answer: Answer }
  )[];
}

/** Blocking looks like an ordinary end: whoever is blocked need not know. */
export function channelView(channel: Channel, now: Moment): ChannelView {
  const open = isOpen(channel, now.wall);
  const closed = channel.closed === "blocked" ? "owner" : channel.closed;
  const said = channel.said.filter((one) => one.by === "visitor" || one.answer.answer !== "block");
  const { expiresAt, bay, wantsFreeNotice } = channel;
  return { open, closed: open ? null : (closed ?? "expired"), expiresAt, bay, wantsFreeNotice, said };
}

/** A person's own page. */
export interface OwnView {
  readonly nickname: string;
  readonly tags: readonly { readonly id: TagId; readonly label: string; readonly revoked: boolean }[];
  readonly channels: readonly (ChannelView & { readonly id: string; readonly tag: TagId })[];
  readonly bays: readonly BayView[];
  /** Bays where they were expected: "was it yours?" */
  readonly arrivals: readonly BayId[];
  readonly places: readonly (PlaceView & { readonly group: string })[];
  readonly endpoints: readonly { readonly id: string; readonly kind: EndpointKind; readonly state: "asked" | "on" | "stopped" }[];
}

export function ownView(desk: Desk, id: PersonId, now: Moment): OwnView | null {
  const person = desk.register.person(id);
  if (person === null) return null;
  const own = new Set(desk.yard.baysOf(id).map((bay) => bay.id));
  return {
    nickname: person.nickname,
    tags: desk.register.tagsOf(id).map((tag) => ({ id: tag.id, label: tag.label, revoked: tag.revokedAt !== null })),
    channels: desk.talks.ofPerson(id, now).map((channel) => ({ ...channelView(channel, now), id: channel.id, tag: channel.tag })),
    bays: bayViews(desk, now).filter((bay) => own.has(bay.id)),
    arrivals: desk.yard.arrivalsOf(id),
    places: [...desk.yard.groups()].flatMap((group) =>
      desk.yard
        .queue(group)
        .entries.flatMap((entry, index) => (entry.person === id ? [{ ...placeView(entry, index, person.nickname, now), group }] : [])),
    ),
    endpoints: person.endpoints.map(({ id: endpoint, kind, stoppedAt, confirmedAt }) => ({
      id: endpoint,
      kind,
      state: stoppedAt !== null ? "stopped" : confirmedAt === null ? "asked" : "on",
    })),
  };
}
