/** What is told to whom. Texts are made where it is sent, in the reader's language. */
import type { Reminder } from "#core/bays/bay";
import type { BayId, PersonId, Reason } from "#core/bays/channel";
import type { Answer } from "#core/bays/reply";
import type { WallTime } from "#core/units/units";

export type Notice =
  /** Somebody stands before the owner's car. `reply` is the only thing the flow sees of them. */
  | {
      readonly to: { readonly person: PersonId };
      readonly about: "visitor";
      readonly reply: string;
      readonly bay: BayId | null;
      readonly reason: Reason;
      readonly text: string | null;
    }
  | { readonly to: { readonly channel: string }; readonly about: "answer"; readonly answer: Answer }
  | { readonly to: { readonly channel: string }; readonly about: "free"; readonly bay: BayId }
  | { readonly to: { readonly person: PersonId }; readonly about: "offered"; readonly bay: BayId; readonly until: WallTime }
  | { readonly to: { readonly person: PersonId }; readonly about: "offerEnded"; readonly bay: BayId; readonly gone: boolean }
  /** A car was plugged in where they were expected: was it theirs? */
  | { readonly to: { readonly person: PersonId }; readonly about: "arrived"; readonly bay: BayId }
  | { readonly to: { readonly person: PersonId }; readonly about: "departed" }
  /** Goes to this one address: is it yours? */
  | { readonly to: { readonly person: PersonId }; readonly about: "confirm"; readonly endpoint: string }
  | { readonly to: { readonly person: PersonId }; readonly about: Reminder | "unplugged"; readonly bay: BayId };

/** A document as it is to be kept; a null body removes it. */
export interface Change {
  readonly kind: "person" | "tag" | "stop" | "channel" | "bay" | "group";
  readonly id: string;
  /** Whose it is, for export and deletion. */
  readonly person: PersonId | null;
  readonly body: object | null;
}

/** What a turn of the desk has brought about. */
export interface Effects {
  readonly changes: readonly Change[];
  readonly notices: readonly Notice[];
  /** Whose pages show something new. */
  readonly touched: { readonly board: boolean; readonly persons: ReadonlySet<PersonId>; readonly channels: ReadonlySet<string> };
}
