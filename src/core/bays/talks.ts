/** The channels that are open at a site, and who may open one. */
import {
  type BayId,
  type Channel,
  closeChannel,
  isExpired,
  isOpen,
  openChannel,
  ownerAnswers,
  type PersonId,
  type Reach,
  type Reason,
  type Refusal,
  type Spoken,
  sessionEnded,
  visitorSays,
  withFreeNotice,
  withReach,
} from "#core/bays/channel";
import { Gate } from "#core/bays/gate";
import type { Outbox } from "#core/bays/outbox";
import type { Answer } from "#core/bays/reply";
import type { Moment, Scanner, SiteRules } from "#core/bays/site";
import type { TagId } from "#core/bays/tag-id";

export type Opened = { readonly ok: true; readonly channel: Channel } | { readonly ok: false; readonly why: Refusal };

/** More than this are never open at once; memory is bounded whoever floods. */
const MOST_CHANNELS = 5_000;

export class Talks {
  readonly #outbox: Outbox;
  readonly #rules: SiteRules;
  readonly #channels = new Map<string, Channel>();
  readonly #byScan = new Map<string, string>();
  readonly #ofPerson = new Map<PersonId, Set<string>>();
  readonly #perTag: Gate;
  readonly #perAddressBlock: Gate;
  readonly #perSite: Gate;

  constructor(outbox: Outbox, rules: SiteRules) {
    this.#outbox = outbox;
    this.#rules = rules;
    this.#perTag = new Gate(rules.perTag);
    this.#perAddressBlock = new Gate(rules.perAddressBlock);
    this.#perSite = new Gate(rules.perSite);
  }

  /** From the store, at start. What was said lately counts as before: a restart makes nobody's limit new. */
  restore(channel: Channel, now: Moment): void {
    this.#index(channel);
    for (const { by, at } of channel.said) {
      if (by !== "visitor") continue;
      this.#perTag.recall(channel.tag, at, now);
      this.#perSite.recall("site", at, now);
    }
  }

  /** Null for one that never was, and for one that has run out. */
  channel(id: string, now: Moment): Channel | null {
    const channel = this.#channels.get(id);
    return channel === undefined || isExpired(channel, now.wall) ? null : channel;
  }

  ofPerson(person: PersonId, now: Moment): readonly Channel[] {
    return [...(this.#ofPerson.get(person) ?? [])].flatMap((id) => this.channel(id, now) ?? []);
  }

  /**
   * A scan that has something to say. Goes the same way and costs the same whether or not the tag is anybody's.
   * @param owner who will hear; null for nobody @param newId an unguessable id
   */
  say(
    scan: {
      readonly tag: TagId;
      readonly scanner: Scanner;
      readonly owner: PersonId | null;
      readonly bay: BayId | null;
      readonly newId: () => string;
    },
    reason: Reason,
    text: string | null,
    now: Moment,
  ): Opened {
    const known = this.#channels.get(this.#byScan.get(scanKey(scan.tag, scan.scanner.mark)) ?? "");
    const open = known !== undefined && isOpen(known, now.wall) ? known : null;
    if (open === null && this.#channels.size >= MOST_CHANNELS) return { ok: false, why: "tooOften" };
    const { tag, scanner, owner, bay } = scan;
    const channel = open ?? openChannel({ id: scan.newId(), tag, owner, bay, scanner: scanner.mark }, now.wall, this.#rules.channel);
    return this.#speak({ ...channel, bay: bay ?? channel.bay }, scanner, reason, text, now);
  }

  /** The visitor says more on a channel they have. */
  sayMore(id: string, scanner: Scanner, reason: Reason, text: string | null, now: Moment): Opened {
    const channel = this.channel(id, now);
    return channel === null ? { ok: false, why: "expired" } : this.#speak(channel, scanner, reason, text, now);
  }

  /** @param person must be the one whose channel it is; a foreign one is as good as none */
  answer(id: string, person: PersonId, answer: Answer, now: Moment): Spoken {
    const channel = this.channel(id, now);
    if (channel === null || channel.owner !== person) return { ok: false, why: "expired" };
    const spoken = ownerAnswers(channel, answer, now.wall);
    if (spoken.ok && spoken.channel !== channel) {
      this.#keep(spoken.channel);
      this.#outbox.tell({ to: { channel: id }, about: "answer", answer });
    }
    return spoken;
  }

  wantFreeNotice(id: string, wanted: boolean, now: Moment): boolean {
    const channel = this.channel(id, now);
    if (channel === null || !isOpen(channel, now.wall)) return false;
    this.#keep(withFreeNotice(channel, wanted));
    return true;
  }

  /** Where the visitor wants to be told besides the page. False when the channel has ended. */
  reachVisitor(id: string, reach: Reach | null, now: Moment): boolean {
    const channel = this.channel(id, now);
    if (channel === null || !isOpen(channel, now.wall)) return false;
    this.#keep(withReach(channel, reach));
    return true;
  }

  /** Whoever has this address does not want to be written to: on no channel any more. */
  unreach(mark: string): void {
    for (const channel of this.#channels.values()) if (channel.reach?.mark === mark) this.#keep(withReach(channel, null));
  }

  /** @param by the visitor, or the person whose channel it is */
  close(id: string, by: "visitor" | PersonId, now: Moment): void {
    const channel = this.channel(id, now);
    if (channel === null || (by !== "visitor" && by !== channel.owner)) return;
    this.#keep(closeChannel(channel, by === "visitor" ? "visitor" : "owner"));
  }

  bayFreed(bay: BayId, now: Moment): void {
    for (const channel of this.#channels.values()) {
      if (channel.bay !== bay || isExpired(channel, now.wall)) continue;
      if (channel.wantsFreeNotice && isOpen(channel, now.wall)) this.#outbox.tell({ to: { channel: channel.id }, about: "free", bay });
      this.#keep(withFreeNotice(sessionEnded(channel, now.wall, this.#rules.channel), false));
    }
  }

  /** What has run out is deleted, with every word on it. */
  sweep(now: Moment): void {
    for (const channel of this.#channels.values()) if (isExpired(channel, now.wall)) this.#drop(channel);
  }

  forget(person: PersonId): void {
    for (const id of [...(this.#ofPerson.get(person) ?? [])]) {
      const channel = this.#channels.get(id);
      if (channel !== undefined) this.#drop(channel);
    }
  }

  #speak(channel: Channel, scanner: Scanner, reason: Reason, text: string | null, now: Moment): Opened {
    const gates = [
      [this.#perTag, channel.tag],
      [this.#perAddressBlock, scanner.addressBlock],
      [this.#perSite, "site"],
    ] as const;
    if (!gates.every(([gate, key]) => gate.isOpen(key, now.at))) return { ok: false, why: "tooOften" };
    const spoken = visitorSays(channel, reason, this.#rules.freeText ? text : null, now.wall, this.#rules.channel);
    if (!spoken.ok || spoken.channel.said === channel.said) return spoken;
    for (const [gate, key] of gates) gate.count(key, now.at);
    this.#keep(spoken.channel);
    const { owner, id, bay } = spoken.channel;
    if (owner !== null) {
      const said = this.#rules.freeText ? text : null;
      this.#outbox.tell({ to: { person: owner }, about: "visitor", reply: id, bay, reason, text: said });
    }
    return spoken;
  }

  /** One to nobody is kept as well, or a restart would tell which those are. One that has not changed is no news, however often it is asked to. */
  #keep(channel: Channel): void {
    if (this.#channels.get(channel.id) === channel) return;
    this.#index(channel);
    this.#outbox.keep({ kind: "channel", id: channel.id, person: channel.owner, body: channel });
    this.#outbox.touchChannel(channel.id);
    this.#outbox.touchPerson(channel.owner);
  }

  #index(channel: Channel): void {
    this.#channels.set(channel.id, channel);
    this.#byScan.set(scanKey(channel.tag, channel.scanner), channel.id);
    if (channel.owner === null) return;
    const channels = this.#ofPerson.get(channel.owner) ?? new Set();
    this.#ofPerson.set(channel.owner, channels.add(channel.id));
  }

  #drop(channel: Channel): void {
    this.#channels.delete(channel.id);
    const scan = scanKey(channel.tag, channel.scanner);
    if (this.#byScan.get(scan) === channel.id) this.#byScan.delete(scan);
    this.#outbox.touchChannel(channel.id);
    this.#outbox.keep({ kind: "channel", id: channel.id, person: channel.owner, body: null });
    if (channel.owner === null) return;
    this.#ofPerson.get(channel.owner)?.delete(channel.id);
    this.#outbox.touchPerson(channel.owner);
  }
}

const scanKey = (tag: TagId, scanner: string): string => `${tag} ${scanner}`;
