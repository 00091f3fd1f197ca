/**
 * The desk of a shared site: everything that drivers, owners, chargers and time can ask of it, decided in one place and done elsewhere.
 * Each turn's effects are taken with `take()`. Nothing here knows a number, a mail address or the network.
 */
import type { Bay, ChargerSays } from "#core/bays/bay";
import { type BayId, type Channel, type PersonId, type Reason, type Refusal, SAME_PRESS } from "#core/bays/channel";
import { Gate } from "#core/bays/gate";
import type { Effects } from "#core/bays/notice";
import { Outbox } from "#core/bays/outbox";
import type { Endpoint, Language, Person, Stop, Tag } from "#core/bays/person";
import type { Entry } from "#core/bays/queue";
import { Register, type Registered } from "#core/bays/register";
import type { Answer } from "#core/bays/reply";
import { type BayPlan, type Moment, type Scanner, SITE_RULES, type SiteRules } from "#core/bays/site";
import { newTagId, type TagId } from "#core/bays/tag-id";
import { type Opened, Talks } from "#core/bays/talks";
import { type Group, type Wish, Yard } from "#core/bays/yard";
import type { WallTime } from "#core/units/units";

/** Unguessable: 128 bits as text, or raw bytes. */
export interface Chance {
  id(): string;
  bytes(count: number): Uint8Array;
}

export type NewEndpoint = Omit<Endpoint, "addedAt" | "stoppedAt">;

/** A document of the store, as it was kept. */
export type Kept =
  | { readonly kind: "person"; readonly body: Person }
  | { readonly kind: "tag"; readonly body: Tag }
  | { readonly kind: "stop"; readonly body: Stop }
  | { readonly kind: "channel"; readonly body: Channel }
  | { readonly kind: "bay"; readonly body: Bay }
  | { readonly kind: "group"; readonly id: string; readonly body: Group };

/** What the site knows of a person, for them to take along. */
export interface PersonalRecord {
  readonly person: Person;
  readonly tags: readonly Tag[];
  readonly channels: readonly Channel[];
  readonly bays: readonly BayId[];
  /** Their place in each queue, and what they said they need. */
  readonly queues: readonly (Entry & { readonly group: string })[];
}

const tooOften = { ok: false, why: "tooOften" } as const;
export type TooOften = typeof tooOften;

export class Desk {
  readonly #outbox = new Outbox();
  readonly #chance: Chance;
  readonly #confirmations: Gate;
  readonly #confirmationsPerSite: Gate;
  readonly #registrations: Gate;
  readonly register: Register;
  readonly talks: Talks;
  readonly yard: Yard;

  constructor(plans: readonly BayPlan[], chance: Chance, now: Moment, rules: SiteRules = SITE_RULES) {
    this.#chance = chance;
    this.#confirmations = new Gate(rules.confirmations);
    this.#confirmationsPerSite = new Gate(rules.confirmationsPerSite);
    this.#registrations = new Gate(rules.registrations);
    this.register = new Register(this.#outbox, rules);
    this.talks = new Talks(this.#outbox, rules);
    this.yard = new Yard(plans, this.#outbox, rules, now.wall, (bay, then) => this.talks.bayFreed(bay, then));
  }

  /** What the last turns have brought about; each effect is given out once. */
  take(): Effects {
    return this.#outbox.take();
  }

  restore(kept: Kept, now: Moment): void {
    switch (kept.kind) {
      case "person":
        for (const endpoint of kept.body.endpoints) this.#recallConfirmation(kept.body.id, endpoint, now);
        return void this.register.restore({ person: kept.body });
      case "tag":
        return void this.register.restore({ tag: kept.body });
      case "stop":
        return void this.register.restore({ stop: kept.body });
      case "channel":
        return void this.talks.restore(kept.body, now);
      case "bay":
        return void this.yard.restore({ bay: kept.body }, now);
      case "group":
        return void this.yard.restore({ group: kept.id, kept: kept.body }, now);
    }
  }

  /** Time has passed: reminders, offers that run out, channels that end. Once a second is enough. */
  tick(now: Moment): void {
    this.talks.sweep(now);
    this.yard.tick(now);
  }

  heard(bay: BayId, says: ChargerSays, now: Moment): void {
    this.yard.turnBay(bay, { kind: "heard", says }, now);
  }

  /** A scan with something to say. @param bay one of this site, or it counts as not given */
  say(tag: TagId, scanner: Scanner, bay: BayId | null, reason: Reason, text: string | null, now: Moment): Opened {
    const owner = this.register.ownerOf(tag, scanner.mark);
    const known = bay !== null && this.yard.plan(bay) !== null ? bay : null;
    return this.talks.say({ tag, scanner, owner, bay: known, newId: () => this.#chance.id() }, reason, text, now);
  }

  /** The owner of a channel answers. What it means for their bay follows by itself. */
  answer(channel: string, person: PersonId, answer: Answer, now: Moment): Refusal | null {
    const spoken = this.talks.answer(channel, person, answer, now);
    if (!spoken.ok) return spoken.why;
    if (answer.answer === "block") this.register.block(spoken.channel.tag, spoken.channel.scanner);
    if (answer.answer === "mayUnplug") this.#allowUnplugging(person, spoken.channel.bay, now);
    return null;
  }

  /** The channel that an answer means which names none: the one on which they were last spoken to. Two may share an address. */
  newestChannelOf(persons: readonly PersonId[], now: Moment): Channel | null {
    const heardAt = ({ said, openedAt }: Channel) => said.findLast(({ by }) => by === "visitor")?.at ?? openedAt;
    const open = persons.flatMap((person) => this.talks.ofPerson(person, now)).filter((channel) => channel.closed === null);
    return open.toSorted((one, other) => heardAt(one) - heardAt(other)).at(-1) ?? null;
  }

  addPerson(nickname: string, language: Language, key: string, now: Moment): Registered<Person> {
    return this.register.add({ id: this.#chance.id(), nickname, language, key }, now.wall);
  }

  /** Somebody registers on the spot. One address block makes no more members a day than join from behind one on the day a site opens. */
  registerVisitor(nickname: string, language: Language, key: string, addressBlock: string, now: Moment): Registered<Person> | TooOften {
    if (!this.#registrations.isOpen(addressBlock, now.at)) return tooOften;
    const added = this.addPerson(nickname, language, key, now);
    if (added.ok) this.#registrations.count(addressBlock, now.at);
    return added;
  }

  addTag(person: PersonId, label: string, now: Moment): Registered<Tag> {
    let id = newTagId((count) => this.#chance.bytes(count));
    while (this.register.isTaken(id)) id = newTagId((count) => this.#chance.bytes(count));
    return this.register.addTag(id, person, label, now.wall);
  }

  /**
   * An address at which a person wants to be told. One that somebody else might read is asked first, unless it was, and said yes.
   * "tooOften" keeps a page from being used to pester a stranger's phone.
   */
  addEndpoint(person: PersonId, endpoint: NewEndpoint, now: Moment): Registered<Person> | TooOften {
    const known = this.register.person(person);
    const before = known?.endpoints.find(({ kind, mark }) => kind === endpoint.kind && mark === endpoint.mark);
    const isAgain = before !== undefined && (before.confirmedAt !== null || Math.abs(now.wall - before.addedAt) < SAME_PRESS);
    if (known !== null && isAgain) return { ok: true, value: known };
    const asks = endpoint.confirmedAt === null;
    const keys = [person, endpoint.mark];
    const mayAsk = this.#confirmationsPerSite.isOpen("site", now.at) && keys.every((key) => this.#confirmations.isOpen(key, now.at));
    if (asks && !mayAsk) return tooOften;
    const added = this.register.addEndpoint(person, endpoint, now.wall);
    if (!added.ok || !asks) return added;
    for (const key of keys) this.#confirmations.count(key, now.at);
    this.#confirmationsPerSite.count("site", now.at);
    this.#outbox.tell({ to: { person }, about: "confirm", endpoint: endpoint.id });
    return added;
  }

  /** That is my car, there: its driver waits for no bay of that group any more. Taken from whoever said so before only with their leave: false when somebody else did. */
  claim(bay: BayId, person: PersonId, now: Moment): boolean {
    const found = this.yard.bay(bay);
    if (found === null || found.pluggedAt === null || (found.occupant !== null && found.occupant !== person)) return false;
    this.yard.turnBay(bay, { kind: "claimed", by: person }, now);
    this.leave(this.yard.plan(bay)?.group ?? "", person, now);
    return true;
  }

  unclaim(bay: BayId, person: PersonId, now: Moment): boolean {
    if (this.yard.bay(bay)?.occupant !== person) return false;
    this.yard.turnBay(bay, { kind: "claimed", by: null }, now);
    return true;
  }

  /** @param at from when on their car may be unplugged; null takes it back. False when the bay is not theirs. */
  allowUnplugging(bay: BayId, person: PersonId, at: WallTime | null, now: Moment): boolean {
    if (this.yard.bay(bay)?.occupant !== person) return false;
    this.yard.turnBay(bay, { kind: "okAfter", at }, now);
    return true;
  }

  /** Joining again changes the wish. False for a group or bay that is none, or without a registered person. */
  join(group: string, person: PersonId, wish: Wish, now: Moment): boolean {
    const known = [...this.yard.groups()].includes(group) && (wish.bay === null || this.yard.plan(wish.bay)?.group === group);
    if (!known || this.register.person(person) === null) return false;
    this.yard.turnQueue(group, { kind: "join", person, wish }, now);
    return true;
  }

  leave(group: string, person: PersonId, now: Moment): void {
    this.yard.turnQueue(group, { kind: "leave", person }, now);
  }

  /** False when nothing was on offer any more. */
  accept(group: string, person: PersonId, now: Moment): boolean {
    this.yard.turnQueue(group, { kind: "accept", person }, now);
    return this.yard.queue(group).entries.some((entry) => entry.person === person && entry.offer?.accepted === true);
  }

  snooze(group: string, person: PersonId, until: WallTime, now: Moment): void {
    this.yard.turnQueue(group, { kind: "snooze", person, until }, now);
  }

  recordOf(person: PersonId, now: Moment): PersonalRecord | null {
    const found = this.register.person(person);
    if (found === null) return null;
    return {
      person: found,
      tags: this.register.tagsOf(person),
      channels: this.talks.ofPerson(person, now),
      bays: this.yard.baysOf(person).map(({ id }) => id),
      queues: [...this.yard.groups()].flatMap((group) =>
        this.yard.queue(group).entries.flatMap((entry) => (entry.person === person ? [{ group, ...entry }] : [])),
      ),
    };
  }

  /** An address that is no more: of a browser that has let go of it. */
  forgetAddress(mark: string): void {
    this.register.forgetAddress(mark);
    this.talks.unreach(mark);
  }

  /** Deletes a person and everything about them. */
  forget(person: PersonId, now: Moment): void {
    this.yard.forget(person, now);
    this.talks.forget(person);
    this.register.forget(person);
  }

  /** A browser is never asked: it was confirmed as it was added. */
  #recallConfirmation(person: PersonId, { kind, mark, addedAt }: Endpoint, now: Moment): void {
    if (kind === "push") return;
    for (const key of [person, mark]) this.#confirmations.recall(key, addedAt, now);
    this.#confirmationsPerSite.recall("site", addedAt, now);
  }

  /** Their car at the bay that was asked about, or their only one. Of two cars it is never the other one that is given away. */
  #allowUnplugging(person: PersonId, asked: BayId | null, now: Moment): void {
    const own = this.yard.baysOf(person).map(({ id }) => id);
    const meant = own.find((id) => id === asked) ?? (own.length === 1 ? own[0] : undefined);
    if (meant !== undefined) this.yard.turnBay(meant, { kind: "okAfter", at: now.wall }, now);
  }
}
