/** The bays of a site and the queues before them: what the chargers say, and what follows for those who wait. */
import { type Bay, type BayInput, type BayNews, newBay, stepBay } from "#core/bays/bay";
import type { BayId, PersonId } from "#core/bays/channel";
import type { Outbox } from "#core/bays/outbox";
import { EMPTY_QUEUE, type Entry, type Queue, type QueueInput, type QueueNews, stepQueue } from "#core/bays/queue";
import type { BayPlan, Moment, SiteRules } from "#core/bays/site";
import type { WallTime } from "#core/units/units";

export type Wish = Pick<Entry, "bay" | "needWh" | "departure">;

/** A group's queue, and who was lately taken to have arrived, so that "that was not my car" finds them. */
export interface Group {
  readonly queue: Queue;
  readonly arrived: readonly { readonly entry: Entry; readonly bay: BayId }[];
}

const EMPTY_GROUP: Group = { queue: EMPTY_QUEUE, arrived: [] };

export class Yard {
  readonly #outbox: Outbox;
  readonly #rules: SiteRules;
  readonly #plans = new Map<BayId, BayPlan>();
  readonly #bays = new Map<BayId, Bay>();
  readonly #groups = new Map<string, Group>();
  /** Called when a car has left a bay. */
  readonly #freed: (bay: BayId, now: Moment) => void;

  constructor(plans: readonly BayPlan[], outbox: Outbox, rules: SiteRules, now: WallTime, freed: (bay: BayId, now: Moment) => void) {
    this.#outbox = outbox;
    this.#rules = rules;
    this.#freed = freed;
    for (const plan of plans) {
      this.#plans.set(plan.id, plan);
      this.#bays.set(plan.id, newBay(plan.id, now));
      this.#groups.set(plan.group, EMPTY_GROUP);
    }
  }

  /**
   * What was kept of a bay or a group that is still planned. A charger has to speak before a bay is anything but unknown, so what was
   * known of the car stays and what it is doing does not.
   */
  restore(what: { readonly bay: Bay } | { readonly group: string; readonly kept: Group }, now: Moment): void {
    if ("bay" in what) {
      if (this.#plans.has(what.bay.id)) this.#bays.set(what.bay.id, { ...what.bay, use: "unknown" });
    } else if (this.#groups.has(what.group)) {
      // Nobody could answer while nobody asked: what ran out meanwhile is offered again, and nobody is blamed.
      const entries = what.kept.queue.entries.map((entry) =>
        entry.offer !== null && now.wall >= entry.offer.until ? { ...entry, offer: null } : entry,
      );
      this.#groups.set(what.group, { ...what.kept, queue: { entries, free: [] } });
    }
  }

  plan(id: BayId): BayPlan | null {
    return this.#plans.get(id) ?? null;
  }

  plans(): Iterable<BayPlan> {
    return this.#plans.values();
  }

  groups(): Iterable<string> {
    return this.#groups.keys();
  }

  bay(id: BayId): Bay | null {
    return this.#bays.get(id) ?? null;
  }

  queue(group: string): Queue {
    return (this.#groups.get(group) ?? EMPTY_GROUP).queue;
  }

  /** The bays that somebody said are theirs. */
  baysOf(person: PersonId): readonly Bay[] {
    return [...this.#bays.values()].filter(({ occupant }) => occupant === person);
  }

  /** Bays where this person was expected and some car was plugged in. */
  arrivalsOf(person: PersonId): readonly BayId[] {
    return [...this.#groups.values()].flatMap(({ arrived }) =>
      arrived.filter(({ entry }) => entry.person === person).map(({ bay }) => bay),
    );
  }

  /** Unknown bays are ignored: a charger may be wired that is not planned here. */
  turnBay(id: BayId, input: BayInput, now: Moment): void {
    const before = this.#bays.get(id);
    const plan = this.#plans.get(id);
    if (before === undefined || plan === undefined) return;
    const { bay, news } = stepBay(before, input, now.wall, this.#rules.bay);
    if (bay === before) return;
    this.#bays.set(id, bay);
    if (!sameButHeard(before, bay)) {
      this.#outbox.keep({ kind: "bay", id, person: bay.occupant, body: bay });
    }
    if (!looksSame(before, bay)) {
      this.#outbox.touchBoard();
      this.#outbox.touchPerson(before.occupant);
      this.#outbox.touchPerson(bay.occupant);
    }
    for (const one of news) this.#tellBayNews(id, one, now);
    const isFree = bay.use === "free";
    const isTaken = before.pluggedAt === null && bay.pluggedAt !== null;
    // Taken also while nobody looked: whoever was expected there must not lose a place they have.
    if (isTaken || isFree !== (before.use === "free")) {
      this.turnQueue(plan.group, { kind: isFree ? "freed" : isTaken ? "taken" : "lost", bay: id }, now);
    }
  }

  turnQueue(group: string, input: QueueInput, now: Moment): void {
    const before = this.#groups.get(group);
    if (before === undefined) return;
    const { queue, news } = stepQueue(before.queue, input, now.wall, this.#rules.queue);
    if (news.length === 0 && sameQueue(before.queue, queue)) return;
    this.#keepGroup(group, { ...before, queue });
    for (const one of news) this.#tellQueueNews(group, one, now);
  }

  /** Whether they wait before this bay, for it or for any of its group. */
  isWaitingFor(person: PersonId, bay: BayId): boolean {
    return this.queue(this.#plans.get(bay)?.group ?? "").entries.some((entry) => entry.person === person);
  }

  /** Where a person was expected another's car stands: they are in front again. */
  notMine(person: PersonId, bay: BayId, now: Moment): boolean {
    const group = this.#plans.get(bay)?.group ?? "";
    const kept = this.#groups.get(group);
    const arrival = kept?.arrived.find((one) => one.bay === bay && one.entry.person === person);
    if (kept === undefined || arrival === undefined) return false;
    this.#keepGroup(group, { ...kept, arrived: kept.arrived.filter((one) => one !== arrival) });
    if (this.#bays.get(bay)?.occupant === person) this.turnBay(bay, { kind: "claimed", by: null }, now);
    this.turnQueue(group, { kind: "notMine", entry: arrival.entry }, now);
    return true;
  }

  /** Where a person was expected their own car stands, as was thought. */
  confirmArrival(person: PersonId, bay: BayId): boolean {
    const group = this.#plans.get(bay)?.group ?? "";
    const kept = this.#groups.get(group);
    const arrived = kept?.arrived.filter((one) => one.bay !== bay || one.entry.person !== person);
    if (kept === undefined || arrived === undefined || arrived.length === kept.arrived.length) return false;
    this.#keepGroup(group, { ...kept, arrived });
    this.#outbox.touchPerson(person);
    return true;
  }

  tick(now: Moment): void {
    for (const plan of this.#plans.values()) {
      const othersWait = this.queue(plan.group).entries.some(({ bay }) => bay === null || bay === plan.id);
      this.turnBay(plan.id, { kind: "time", othersWait }, now);
    }
    for (const group of this.#groups.keys()) this.turnQueue(group, { kind: "time" }, now);
  }

  forget(person: PersonId, now: Moment): void {
    for (const { id } of this.baysOf(person)) this.turnBay(id, { kind: "claimed", by: null }, now);
    for (const [group, kept] of this.#groups) {
      const arrived = kept.arrived.filter(({ entry }) => entry.person !== person);
      if (arrived.length !== kept.arrived.length) this.#keepGroup(group, { ...kept, arrived });
      this.turnQueue(group, { kind: "leave", person }, now);
    }
  }

  #keepGroup(group: string, kept: Group): void {
    const before = this.queue(group);
    this.#groups.set(group, kept);
    this.#outbox.keep({ kind: "group", id: group, person: null, body: kept });
    this.#outbox.touchBoard();
    for (const { person } of [...before.entries, ...kept.queue.entries]) this.#outbox.touchPerson(person);
  }

  #tellBayNews(bay: BayId, news: BayNews, now: Moment): void {
    if (news.news === "freed") {
      this.#dropArrival(bay);
      this.#freed(bay, now);
    }
    if (news.news === "unplugged") this.#outbox.tell({ to: { person: news.occupant }, about: "unplugged", bay });
    if (news.news === "remind" && news.occupant !== null) this.#outbox.tell({ to: { person: news.occupant }, about: news.reminder, bay });
  }

  #tellQueueNews(group: string, news: QueueNews, now: Moment): void {
    if (news.news === "arrived") {
      this.#arrived(group, news.entry, news.bay, now);
      return;
    }
    const to = { person: news.person };
    if (news.news === "offered") this.#outbox.tell({ to, about: "offered", bay: news.offer.bay, until: news.offer.until });
    else if (news.news === "offerEnded") this.#outbox.tell({ to, about: "offerEnded", bay: news.bay, gone: news.gone });
    else this.#outbox.tell({ to, about: "departed" });
  }

  /** Taken to be the one expected, until they say otherwise. */
  #arrived(group: string, entry: Entry, bay: BayId, now: Moment): void {
    const kept = this.#groups.get(group) ?? EMPTY_GROUP;
    this.#keepGroup(group, { ...kept, arrived: [...kept.arrived, { entry, bay }] });
    this.turnBay(bay, { kind: "claimed", by: entry.person }, now);
    this.#outbox.tell({ to: { person: entry.person }, about: "arrived", bay });
  }

  #dropArrival(bay: BayId): void {
    const group = this.#plans.get(bay)?.group ?? "";
    const kept = this.#groups.get(group);
    if (kept?.arrived.some((one) => one.bay === bay))
      this.#keepGroup(group, { ...kept, arrived: kept.arrived.filter((one) => one.bay !== bay) });
  }
}

/** A charger repeats itself every few seconds; that alone is worth neither writing nor showing. */
const sameButHeard = (one: Bay, other: Bay): boolean =>
  one.use === other.use &&
  one.since === other.since &&
  one.pluggedAt === other.pluggedAt &&
  one.hasCharged === other.hasCharged &&
  one.restingSince === other.restingSince &&
  one.occupant === other.occupant &&
  one.okAfter === other.okAfter &&
  one.reminded.length === other.reminded.length;

/** What no page shows wakes no page. */
const looksSame = (one: Bay, other: Bay): boolean =>
  one.use === other.use && one.since === other.since && one.occupant === other.occupant && one.okAfter === other.okAfter;

const sameQueue = (one: Queue, other: Queue): boolean =>
  one === other ||
  (one.free.length === other.free.length &&
    one.free.every((bay, index) => bay === other.free[index]) &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, index) => entry === other.entries[index]));
