/** Whom a site knows, and how they are reached. Nothing of it ever crosses to the other party. */
import type { PersonId } from "#core/bays/channel";
import type { TagId } from "#core/bays/tag-id";
import type { WallTime } from "#core/units/units";

export type Language = "en" | "de";

/** flow: the flow author's own wires, addressed by whatever name they chose. */
export const ENDPOINT_KINDS = ["flow", "push", "sms", "mail", "ntfy", "telegram"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

export interface Endpoint {
  readonly id: string;
  readonly kind: EndpointKind;
  /** The address, encrypted; opaque to the rules. */
  readonly sealed: string;
  /** A keyed hash of the address, to know it again when it writes to us. */
  readonly mark: string;
  readonly addedAt: WallTime;
  /** When whoever reads there said that it is theirs; null until then, and nothing but that question is sent. */
  readonly confirmedAt: WallTime | null;
  /** When its owner said STOP there; null while it may be written to. */
  readonly stoppedAt: WallTime | null;
}

export interface Person {
  readonly id: PersonId;
  /** Their own choice; the only name the board shows. */
  readonly nickname: string;
  readonly language: Language;
  readonly since: WallTime;
  readonly endpoints: readonly Endpoint[];
  /** Keyed hashes of the magic links that open their page. */
  readonly keys: readonly string[];
  /** When the newest of them was made. */
  readonly keyedAt: WallTime;
}

/** An address whose owner said STOP. It outlives the endpoint, so that nobody who takes it off and adds it again is written to for that. */
export interface Stop {
  readonly mark: string;
  readonly at: WallTime;
}

export interface Tag {
  readonly id: TagId;
  readonly person: PersonId;
  /** What it is stuck to, for its owner only. */
  readonly label: string;
  readonly since: WallTime;
  readonly revokedAt: WallTime | null;
  /** Keyed hashes of scanners its owner does not want to hear from. */
  readonly blocked: readonly string[];
}
