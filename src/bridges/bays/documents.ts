/** Documents of a site as they are kept, read back through a schema: a file is a stranger, even our own. */
import * as v from "valibot";
import { REASONS } from "#core/bays/channel";
import type { Kept } from "#core/bays/desk";
import type { Change } from "#core/bays/notice";
import { ENDPOINT_KINDS } from "#core/bays/person";
import type { DocumentChange, StoredDocument } from "#ports/document-store";

const text = v.pipe(v.string(), v.maxLength(2000));
const time = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const Person = v.strictObject({
  id: text,
  nickname: text,
  language: v.picklist(["en", "de"]),
  since: time,
  endpoints: v.array(
    v.strictObject({
      id: text,
      kind: v.picklist(ENDPOINT_KINDS),
      sealed: text,
      mark: text,
      addedAt: time,
      confirmedAt: v.nullable(time),
      stoppedAt: v.nullable(time),
    }),
  ),
  keys: v.array(text),
  keyedAt: v.optional(time, 0),
});

const Tag = v.strictObject({ id: text, person: text, label: text, since: time, revokedAt: v.nullable(time), blocked: v.array(text) });

const Stop = v.strictObject({ mark: text, at: time });

const Answer = v.variant("answer", [
  v.strictObject({ answer: v.literal("back"), by: time }),
  ...(["mayUnplug", "needMore", "notMe", "block"] as const).map((answer) => v.strictObject({ answer: v.literal(answer) })),
]);

const Channel = v.strictObject({
  id: text,
  tag: text,
  owner: v.nullable(text),
  bay: v.nullable(text),
  scanner: text,
  openedAt: time,
  expiresAt: time,
  closed: v.nullable(v.picklist(["owner", "notMe", "blocked", "visitor"])),
  wantsFreeNotice: v.boolean(),
  reach: v.nullable(v.strictObject({ kind: v.picklist(["push", "sms"]), sealed: text, mark: text })),
  said: v.array(
    v.variant("by", [
      v.strictObject({ by: v.literal("visitor"), at: time, reason: v.picklist(REASONS), text: v.nullable(text) }),
      v.strictObject({ by: v.literal("owner"), at: time, answer: Answer }),
    ]),
  ),
});

const Bay = v.strictObject({
  id: text,
  use: v.picklist(["free", "plugged", "charging", "done", "outOfOrder", "unknown"]),
  since: time,
  heardAt: time,
  pluggedAt: v.nullable(time),
  hasCharged: v.boolean(),
  restingSince: v.nullable(time),
  occupant: v.nullable(text),
  okAfter: v.nullable(time),
  reminded: v.array(v.picklist(["done", "graceEnds", "rotate"])),
});

const Entry = v.strictObject({
  person: text,
  joinedAt: time,
  bay: v.nullable(text),
  needWh: v.nullable(time),
  departure: v.nullable(time),
  snoozedUntil: v.nullable(time),
  misses: count,
  missedAt: v.optional(v.nullable(time), null),
  offer: v.nullable(v.strictObject({ bay: text, accepted: v.boolean(), until: time })),
});

const Group = v.strictObject({
  queue: v.strictObject({ entries: v.array(Entry), free: v.array(text) }),
  arrived: v.array(v.strictObject({ entry: Entry, bay: text })),
});

const KINDS = { person: Person, tag: Tag, stop: Stop, channel: Channel, bay: Bay, group: Group };

/** Null for a document that is not as this version writes it. */
export function readDocument({ kind, id, body }: StoredDocument): Kept | null {
  if (!Object.hasOwn(KINDS, kind)) return null;
  const schema = KINDS[kind as keyof typeof KINDS];
  try {
    const read = v.safeParse(schema, JSON.parse(body));
    return read.success ? ({ kind, id, body: read.output } as unknown as Kept) : null;
  } catch {
    return null;
  }
}

export const writtenChange = ({ kind, id, person, body }: Change): DocumentChange => ({
  kind,
  id,
  person,
  body: body === null ? null : JSON.stringify(body),
});
