import { optionalQuantity, quantity, reference, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const PilotNode = {
  type: "j1772-pilot",
  fields: {
    name: text(64, "", { optional: true }),
    charger: reference("j1772-charger"),
    /** Offered from deployment on, until a message says otherwise; empty offers nothing until then. @see DC-01 */
    offerA: optionalQuantity("A", 6, 80, 16),
    intervalS: quantity("s", 1, 3600, 10, { expert: true }),
  },
  migrations,
  face: { color: "#C7E9C0", inputs: 1, outputs: ["status", "events"] },
} as const satisfies NodeSchema;
