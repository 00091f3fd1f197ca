import { flag, optionalQuantity, optionalReference, quantity, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const ChargeStatusNode = {
  type: "charge-status",
  fields: {
    name: text(64, "", { optional: true }),
    /** Below Node-RED's own root for pages. */
    path: text(64, "/j1772"),
    /** Without one there is no history. */
    store: optionalReference("j1772-store"),
    /** Works only where `httpNodeAuth` is set. */
    control: flag(false),
    /** A second store, with a history that is not this charger's; shown as what it is. */
    sample: optionalReference("j1772-store", { expert: true }),
    /** Empty: a charger that speaks on change only is never taken for silent. */
    staleAfterS: optionalQuantity("s", 5, 86_400, 35, { expert: true }),
    mostClients: quantity("pages", 1, 500, 32, { expert: true }),
  },
  migrations,
  face: { color: "#D5E3F7", inputs: 1, outputs: ["commands"] },
} as const satisfies NodeSchema;
