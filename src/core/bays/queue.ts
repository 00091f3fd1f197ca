/**
 * Who is next. First come, first served, for a group of bays: a freed bay is offered to the first who waits for it, held while they
 * decide and walk, and offered on. A cable cannot tell whose car it is, so the queue asks instead of guessing.
 */
import type { BayId, PersonId } from "#core/bays/channel";
import { type Millis, Minutes, WallTime } from "#core/units/units";

export interface QueueRules {
  /** An offer nobody answers goes on to the next. */
  readonly unansweredFor: Millis;
  /** An accepted bay is held this long. */
  readonly heldFor: Millis;
  /** Offers in a row without an answer after which somebody is taken to have gone. */
  readonly missesUntilGone: number;
}

export const QUEUE_RULES: QueueRules = { unansweredFor: Minutes(2), heldFor: Minutes(15), missesUntilGone: 3 };

export interface Entry {
  readonly person: PersonId;
  readonly joinedAt: WallTime;
  /** Null: any bay of the group. */
  readonly bay: BayId | null;
  readonly needWh: number | null;
  readonly departure: WallTime | null;
  /** Passed over until then; the place is kept. */
  readonly snoozedUntil: WallTime | null;
  readonly misses: number;
  /** When the last of them ended. */
  readonly missedAt: WallTime | null;
  readonly offer: Offer | null;
}

export interface Offer {
  readonly bay: BayId;
  readonly accepted: boolean;
  readonly until: WallTime;
}

export interface Queue {
  /** First come first. */
  readonly entries: readonly Entry[];
  /** Bays that are free; an offered one stays in here until it is taken. */
  readonly free: readonly BayId[];
}

export const EMPTY_QUEUE: Queue = { entries: [], free: [] };

export type QueueInput =
  | { readonly kind: "join"; readonly person: PersonId; readonly wish: Pick<Entry, "bay" | "needWh" | "departure"> }
  | { readonly kind: "leave" | "accept"; readonly person: PersonId }
  | { readonly kind: "snooze"; readonly person: PersonId; readonly until: WallTime }
  /** lost: nobody can use it or say what it does; an offer of it ends without blame. */
  | { readonly kind: "freed" | "taken" | "lost"; readonly bay: BayId }
  /** Of the one for whom the bay was held: that was not my car. Puts them back in front. */
  | { readonly kind: "notMine"; readonly entry: Entry }
  | { readonly kind: "time" };

export type QueueNews =
  | { readonly news: "offered"; readonly person: PersonId; readonly offer: Offer }
  /** The offer has run out, or was given up: the place in the queue stays unless `gone`. */
  | { readonly news: "offerEnded"; readonly person: PersonId; readonly bay: BayId; readonly gone: boolean }
  /** A car was plugged in where this person was expected. Their entry, so that "not mine" can bring it back. */
  | { readonly news: "arrived"; readonly entry: Entry; readonly bay: BayId }
  | { readonly news: "departed"; readonly person: PersonId };

export interface QueueStep {
  readonly queue: Queue;
  readonly news: readonly QueueNews[];
}

export function stepQueue(queue: Queue, input: QueueInput, now: WallTime, rules: QueueRules = QUEUE_RULES): QueueStep {
  const asked = obey(queue, input, now, rules);
  const timed = runOut(asked.queue, now, rules);
  const offered = offerFreeBays(timed.queue, now, rules);
  return { queue: offered.queue, news: [...asked.news, ...timed.news, ...offered.news] };
}

const quiet = (queue: Queue): QueueStep => ({ queue, news: [] });
const without = (queue: Queue, person: PersonId): Queue => ({
  ...queue,
  entries: queue.entries.filter((entry) => entry.person !== person),
});
const changed = (queue: Queue, person: PersonId, change: (entry: Entry) => Entry): Queue => ({
  ...queue,
  entries: queue.entries.map((entry) => (entry.person === person ? change(entry) : entry)),
});

function obey(queue: Queue, input: QueueInput, now: WallTime, rules: QueueRules): QueueStep {
  switch (input.kind) {
    case "join":
      return quiet(joined(queue, input.person, input.wish, now));
    case "leave":
      return quiet(without(queue, input.person));
    case "accept":
      return quiet(changed(queue, input.person, (entry) => accepted(entry, now, rules)));
    case "snooze":
      return snoozed(queue, input.person, input.until);
    case "freed":
      return quiet(queue.free.includes(input.bay) ? queue : { ...queue, free: [...queue.free, input.bay] });
    case "taken":
      return taken(queue, input.bay);
    case "lost":
      return lost(queue, input.bay);
    case "notMine":
      return quiet({
        ...without(queue, input.entry.person),
        entries: [{ ...input.entry, misses: 0, missedAt: null, offer: null }, ...without(queue, input.entry.person).entries],
      });
    case "time":
      return quiet(queue);
  }
}

/** Joining again changes the wish and keeps the place. */
function joined(queue: Queue, person: PersonId, wish: Pick<Entry, "bay" | "needWh" | "departure">, now: WallTime): Queue {
  if (queue.entries.some((entry) => entry.person === person)) {
    return changed(queue, person, (entry) => ({ ...entry, ...wish, snoozedUntil: null }));
  }
  const entry: Entry = { person, joinedAt: now, ...wish, snoozedUntil: null, misses: 0, missedAt: null, offer: null };
  return { ...queue, entries: [...queue.entries, entry] };
}

const accepted = (entry: Entry, now: WallTime, rules: QueueRules): Entry =>
  entry.offer === null || entry.offer.accepted || now >= entry.offer.until
    ? entry
    : { ...entry, misses: 0, missedAt: null, offer: { ...entry.offer, accepted: true, until: WallTime(now + rules.heldFor) } };

function snoozed(queue: Queue, person: PersonId, until: WallTime): QueueStep {
  const bay = queue.entries.find((entry) => entry.person === person)?.offer?.bay;
  return {
    queue: changed(queue, person, (entry) => ({ ...entry, snoozedUntil: until, misses: 0, missedAt: null, offer: null })),
    news: bay === undefined ? [] : [{ news: "offerEnded", person, bay, gone: false }],
  };
}

function taken(queue: Queue, bay: BayId): QueueStep {
  const rest: Queue = { ...queue, free: queue.free.filter((free) => free !== bay) };
  const entry = rest.entries.find(({ offer }) => offer?.bay === bay);
  return entry === undefined ? quiet(rest) : { queue: without(rest, entry.person), news: [{ news: "arrived", entry, bay }] };
}

function lost(queue: Queue, bay: BayId): QueueStep {
  const holder = queue.entries.find(({ offer }) => offer?.bay === bay)?.person;
  const rest: Queue = { ...queue, free: queue.free.filter((free) => free !== bay) };
  if (holder === undefined) return quiet(rest);
  return {
    queue: changed(rest, holder, (entry) => ({ ...entry, offer: null })),
    news: [{ news: "offerEnded", person: holder, bay, gone: false }],
  };
}

function runOut(before: Queue, now: WallTime, rules: QueueRules): QueueStep {
  let queue = before;
  const news: QueueNews[] = [];
  for (const { person, departure, offer, misses } of before.entries) {
    if (departure !== null && now >= departure) {
      queue = without(queue, person);
      news.push({ news: "departed", person });
    } else if (offer !== null && now >= offer.until) {
      const gone = offer.accepted || misses + 1 >= rules.missesUntilGone;
      queue = gone
        ? without(queue, person)
        : changed(queue, person, (entry) => ({ ...entry, misses: misses + 1, missedAt: now, offer: null }));
      news.push({ news: "offerEnded", person, bay: offer.bay, gone });
    }
  }
  return { queue, news };
}

/** Who has missed an offer waits until those who stood behind them then have had theirs; who joins later does not overtake them. */
const yields = (one: Entry, other: Entry): boolean =>
  one.missedAt !== null && other.joinedAt < one.missedAt && (other.missedAt === null || other.missedAt < one.missedAt);

function offerFreeBays(before: Queue, now: WallTime, rules: QueueRules): QueueStep {
  let queue = before;
  const news: QueueNews[] = [];
  for (const bay of before.free) {
    if (queue.entries.some(({ offer }) => offer?.bay === bay)) continue;
    const waiting = queue.entries.filter(
      (entry) =>
        entry.offer === null && (entry.bay === null || entry.bay === bay) && (entry.snoozedUntil === null || now >= entry.snoozedUntil),
    );
    const next = waiting.find((one) => !waiting.some((other) => yields(one, other)));
    if (next === undefined) continue;
    const offer: Offer = { bay, accepted: false, until: WallTime(now + rules.unansweredFor) };
    queue = changed(queue, next.person, (entry) => ({ ...entry, offer }));
    news.push({ news: "offered", person: next.person, offer });
  }
  return { queue, news };
}
