/** One site: its bays, and the rules that hold there. */
import { BAY_RULES, type BayRules } from "#core/bays/bay";
import { type BayId, CHANNEL_RULES, type ChannelRules } from "#core/bays/channel";
import { QUEUE_RULES, type QueueRules } from "#core/bays/queue";
import type { RateLimit } from "#core/bays/rate";
import { Hours, type Instant, Minutes, type WallTime } from "#core/units/units";

export interface BayPlan {
  readonly id: BayId;
  readonly name: string;
  /** Bays of a group share a queue. */
  readonly group: string;
}

export interface SiteRules {
  readonly channel: ChannelRules;
  readonly bay: BayRules;
  readonly queue: QueueRules;
  readonly freeText: boolean;
  readonly perTag: RateLimit;
  readonly perAddressBlock: RateLimit;
  readonly perSite: RateLimit;
  /** How often anybody, and any address, is asked whether an address is theirs. */
  readonly confirmations: RateLimit;
  /** How often that is asked of anybody at all: a page that strangers may join is no way to write to a thousand telephones. */
  readonly confirmationsPerSite: RateLimit;
  /** New members by themselves, for each address block. */
  readonly registrations: RateLimit;
  /** Replies to text messages, each of which costs money: to any number, and at the site. */
  readonly textReplies: RateLimit;
  readonly textRepliesPerSite: RateLimit;
  readonly mostPersons: number;
  readonly tagsEach: number;
  readonly endpointsEach: number;
}

export const SITE_RULES: SiteRules = {
  channel: CHANNEL_RULES,
  bay: BAY_RULES,
  queue: QUEUE_RULES,
  freeText: false,
  perTag: { count: 10, per: Hours(24) },
  perAddressBlock: { count: 30, per: Minutes(10) },
  perSite: { count: 300, per: Hours(1) },
  confirmations: { count: 5, per: Hours(24) },
  confirmationsPerSite: { count: 60, per: Hours(1) },
  registrations: { count: 30, per: Hours(24) },
  textReplies: { count: 10, per: Hours(1) },
  textRepliesPerSite: { count: 300, per: Hours(1) },
  mostPersons: 10_000,
  tagsEach: 10,
  endpointsEach: 8,
};

/** Rates are measured on the monotonic clock; what outlives a restart has wall time. */
export interface Moment {
  readonly at: Instant;
  readonly wall: WallTime;
}

/** Who asks, without saying who it is: keyed hashes made at the door. */
export interface Scanner {
  readonly mark: string;
  /** Of the address, an IPv6 one by its first 64 bits. */
  readonly addressBlock: string;
}
