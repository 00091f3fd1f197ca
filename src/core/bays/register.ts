/** Persons and their tags. */
import { type PersonId, SAME_PRESS } from "#core/bays/channel";
import type { Outbox } from "#core/bays/outbox";
import type { Endpoint, Language, Person, Stop, Tag } from "#core/bays/person";
import type { SiteRules } from "#core/bays/site";
import type { TagId } from "#core/bays/tag-id";
import type { WallTime } from "#core/units/units";

export type Registered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: "full" | "unknown" };

const full = { ok: false, why: "full" } as const;
const unknown = { ok: false, why: "unknown" } as const;
const done = <T>(value: T): Registered<T> => ({ ok: true, value });

const LONGEST_NICKNAME = 24;
/** Blocked scanners a tag remembers. */
const MOST_BLOCKED = 100;
/** Addresses whose STOP is remembered. */
const MOST_STOPPED = 10_000;

/** A name fit for a board: one line, no invisible signs. Null when nothing is left. */
export function cleanNickname(name: string): string | null {
  const visible = name
    .slice(0, 200)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .trim();
  return [...visible].slice(0, LONGEST_NICKNAME).join("").trim() || null;
}

export class Register {
  readonly #outbox: Outbox;
  readonly #rules: SiteRules;
  readonly #persons = new Map<PersonId, Person>();
  readonly #tags = new Map<TagId, Tag>();
  readonly #tagsOf = new Map<PersonId, Set<TagId>>();
  readonly #byKey = new Map<string, PersonId>();
  readonly #byMark = new Map<string, readonly PersonId[]>();
  readonly #stopped = new Map<string, WallTime>();

  constructor(outbox: Outbox, rules: SiteRules) {
    this.#outbox = outbox;
    this.#rules = rules;
  }

  /** From the store, at start: kept already, news to nobody. */
  restore(what: { readonly person: Person } | { readonly tag: Tag } | { readonly stop: Stop }): void {
    if ("person" in what) this.#index(what.person);
    else if ("tag" in what) this.#indexTag(what.tag);
    else this.#stopped.set(what.stop.mark, what.stop.at);
  }

  person(id: PersonId): Person | null {
    return this.#persons.get(id) ?? null;
  }

  persons(): Iterable<Person> {
    return this.#persons.values();
  }

  /** @param key the keyed hash of a magic link */
  holderOf(key: string): Person | null {
    return this.person(this.#byKey.get(key) ?? "");
  }

  /** Whose address wrote to us: who said yes there, or else who only named it. @param mark its keyed hash */
  whoWrites(mark: string): readonly Person[] {
    const holders = this.#holdersOf(mark);
    const sure = holders.filter(({ endpoints }) => endpoints.some((one) => one.mark === mark && one.confirmedAt !== null));
    return sure.length > 0 ? sure : holders;
  }

  tagsOf(person: PersonId): readonly Tag[] {
    return [...(this.#tagsOf.get(person) ?? [])].flatMap((id) => this.#tags.get(id) ?? []);
  }

  /** Who hears of a scan of this tag. Null for one that is unknown, revoked, or whose owner blocked the scanner. */
  ownerOf(tag: TagId, scanner: string): PersonId | null {
    const found = this.#tags.get(tag);
    return found === undefined || found.revokedAt !== null || found.blocked.includes(scanner) ? null : found.person;
  }

  add(
    facts: { readonly id: PersonId; readonly nickname: string; readonly language: Language; readonly key: string },
    now: WallTime,
  ): Registered<Person> {
    if (this.#persons.size >= this.#rules.mostPersons) return full;
    const { id, nickname, language, key } = facts;
    return done(this.#keep({ id, nickname, language, since: now, endpoints: [], keys: [key], keyedAt: now }));
  }

  rename(id: PersonId, nickname: string, language: Language): Registered<Person> {
    const person = this.#persons.get(id);
    return person === undefined ? unknown : done(this.#keep({ ...person, nickname, language }));
  }

  /** A new magic link; the ones before stop working, as when one was lost. */
  renewKey(id: PersonId, key: string, now: WallTime): Registered<Person> {
    const person = this.#persons.get(id);
    return person === undefined ? unknown : done(this.#keep({ ...person, keys: [key], keyedAt: now }));
  }

  /** The same address again replaces itself; one that said STOP stays stopped. Whether another has it, too, is nobody's business. */
  addEndpoint(id: PersonId, endpoint: Omit<Endpoint, "addedAt" | "stoppedAt">, now: WallTime): Registered<Person> {
    const person = this.#persons.get(id);
    if (person === undefined) return unknown;
    const others = person.endpoints.filter(({ mark }) => mark !== endpoint.mark);
    const stoppedAt = this.#stopped.get(endpoint.mark) ?? null;
    if (others.length >= this.#rules.endpointsEach) return full;
    return done(this.#keep({ ...person, endpoints: [...others, { ...endpoint, addedAt: now, stoppedAt }] }));
  }

  /** False for an endpoint that is no more. */
  confirmEndpoint(id: PersonId, endpoint: string, now: WallTime): boolean {
    const person = this.#persons.get(id);
    if (!person?.endpoints.some((one) => one.id === endpoint)) return false;
    const endpoints = person.endpoints.map((one) => (one.id === endpoint ? { ...one, confirmedAt: one.confirmedAt ?? now } : one));
    this.#keep({ ...person, endpoints });
    return true;
  }

  removeEndpoint(id: PersonId, endpoint: string): Registered<Person> {
    const person = this.#persons.get(id);
    if (person === undefined) return unknown;
    return done(this.#keep({ ...person, endpoints: person.endpoints.filter((one) => one.id !== endpoint) }));
  }

  isStopped(mark: string): boolean {
    return this.#stopped.has(mark);
  }

  /** STOP and START, as the owner of that address said. */
  setStopped(mark: string, stopped: boolean, now: WallTime): void {
    if (stopped && !this.#stopped.has(mark)) this.#keepStop({ mark, at: now });
    if (!stopped && this.#stopped.has(mark)) this.#dropStop(mark);
    for (const person of this.#holdersOf(mark)) {
      const endpoints = person.endpoints.map((one) =>
        one.mark === mark ? { ...one, stoppedAt: stopped ? (one.stoppedAt ?? now) : null } : one,
      );
      this.#keep({ ...person, endpoints });
    }
  }

  /** An address that is no more. */
  forgetAddress(mark: string): void {
    for (const person of this.#holdersOf(mark)) this.#keep({ ...person, endpoints: person.endpoints.filter((one) => one.mark !== mark) });
  }

  /** @returns the code just made, for a button that was pressed twice */
  addTag(id: TagId, person: PersonId, label: string, now: WallTime): Registered<Tag> {
    if (!this.#persons.has(person)) return unknown;
    const live = this.tagsOf(person).filter(({ revokedAt }) => revokedAt === null);
    const again = live.find((tag) => tag.label === label && Math.abs(now - tag.since) < SAME_PRESS);
    if (again !== undefined) return done(again);
    if (live.length >= this.#rules.tagsEach) return full;
    return done(this.#keepTag({ id, person, label, since: now, revokedAt: null, blocked: [] }));
  }

  /** Only its owner can. A revoked id is never given out again and answers like one that never was. */
  revokeTag(id: TagId, person: PersonId, now: WallTime): Registered<Tag> {
    const tag = this.#tags.get(id);
    if (tag === undefined || tag.person !== person) return unknown;
    return done(this.#keepTag({ ...tag, revokedAt: tag.revokedAt ?? now }));
  }

  isTaken(id: TagId): boolean {
    return this.#tags.has(id);
  }

  block(id: TagId, scanner: string): void {
    const tag = this.#tags.get(id);
    if (tag === undefined || tag.blocked.includes(scanner)) return;
    this.#keepTag({ ...tag, blocked: [...tag.blocked, scanner].slice(-MOST_BLOCKED) });
  }

  /** Everything about a person goes. */
  forget(id: PersonId): void {
    const person = this.#persons.get(id);
    if (person === undefined) return;
    for (const tag of this.#tagsOf.get(id) ?? []) {
      this.#tags.delete(tag);
      this.#outbox.keep({ kind: "tag", id: tag, person: id, body: null });
    }
    this.#tagsOf.delete(id);
    this.#unindex(person);
    this.#persons.delete(id);
    this.#outbox.keep({ kind: "person", id, person: id, body: null });
    this.#outbox.touchPerson(id);
  }

  #keep(person: Person): Person {
    const before = this.#persons.get(person.id);
    if (before !== undefined) this.#unindex(before);
    this.#index(person);
    this.#outbox.keep({ kind: "person", id: person.id, person: person.id, body: person });
    this.#outbox.touchPerson(person.id);
    return person;
  }

  #keepTag(tag: Tag): Tag {
    this.#indexTag(tag);
    this.#outbox.keep({ kind: "tag", id: tag.id, person: tag.person, body: tag });
    this.#outbox.touchPerson(tag.person);
    return tag;
  }

  #keepStop(stop: Stop): void {
    const [oldest] = this.#stopped.keys();
    if (oldest !== undefined && this.#stopped.size >= MOST_STOPPED) this.#dropStop(oldest);
    this.#stopped.set(stop.mark, stop.at);
    this.#outbox.keep({ kind: "stop", id: stop.mark, person: null, body: stop });
  }

  #dropStop(mark: string): void {
    this.#stopped.delete(mark);
    this.#outbox.keep({ kind: "stop", id: mark, person: null, body: null });
  }

  #holdersOf(mark: string): readonly Person[] {
    return (this.#byMark.get(mark) ?? []).flatMap((id) => this.person(id) ?? []);
  }

  #index(person: Person): void {
    this.#persons.set(person.id, person);
    for (const key of person.keys) this.#byKey.set(key, person.id);
    for (const { mark } of person.endpoints) this.#byMark.set(mark, [...(this.#byMark.get(mark) ?? []), person.id]);
  }

  #unindex(person: Person): void {
    for (const key of person.keys) this.#byKey.delete(key);
    for (const { mark } of person.endpoints) {
      const others = (this.#byMark.get(mark) ?? []).filter((id) => id !== person.id);
      if (others.length === 0) this.#byMark.delete(mark);
      else this.#byMark.set(mark, others);
    }
  }

  #indexTag(tag: Tag): void {
    this.#tags.set(tag.id, tag);
    const tags = this.#tagsOf.get(tag.person) ?? new Set();
    this.#tagsOf.set(tag.person, tags.add(tag.id));
  }
}
