import { quantity, reference, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const GfciNode = {
  type: "j1772-gfci",
  fields: {
    name: text(64, "", { optional: true }),
    charger: reference("j1772-charger"),
    intervalS: quantity("s", 1, 3600, 60, { expert: true }),
  },
  migrations,
  face: { color: "#FDF0C2", inputs: 1, outputs: ["gfci", "events"] },
} as const satisfies NodeSchema;
