/** Where sessions are kept, how long, and what their times and costs mean. */
import { choice, optionalQuantity, secret, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

const expert = { expert: true } as const;

export const StoreNode = {
  type: "j1772-store",
  fields: {
    name: text(64, "Sessions"),
    kind: choice(["sqlite", "postgres"], "sqlite"),
    /** Empty: a file in the user directory. */
    file: text(400, "", { optional: true, shownWhen: { kind: "sqlite" } }),
    url: secret(1_000, { shownWhen: { kind: "postgres" } }),
    /** IANA name; empty: the system's. */
    timeZone: text(64, "", { optional: true }),
    /** ISO 4217. */
    currency: text(3, "USD"),
    thinSamplesAfterDays: optionalQuantity("d", 1, 36_500, 400, expert),
    dropSamplesAfterDays: optionalQuantity("d", 1, 36_500, "", expert),
    dropEventsAfterDays: optionalQuantity("d", 1, 36_500, 400, expert),
    dropSessionsAfterDays: optionalQuantity("d", 1, 36_500, "", expert),
  },
  migrations,
  face: null,
} as const satisfies NodeSchema;
