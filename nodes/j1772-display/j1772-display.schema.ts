import { choice, optionalQuantity, optionalReference, quantity, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const J1772DisplayNode = {
  type: "j1772-display",
  fields: {
    name: text(64, "", { optional: true }),
    /** Empty: the first charger that is heard. */
    charger: text(64, "", { optional: true }),
    language: choice(["en", "de"], "en"),
    /** A charger offers nothing while no car is there; this is what it would. Empty: no figure. */
    readyA: optionalQuantity("A", 6, 80, ""),
    /** Empty: pages turn by message only. */
    rotateS: optionalQuantity("s", 2, 600, 5),
    /** Empty: it says its messages and nothing more. */
    panel: optionalReference("j1772-charger", { expert: true }),
    staleAfterS: quantity("s", 5, 3600, 35, { expert: true }),
  },
  migrations,
  face: { color: "#D6EFD8", inputs: 1, outputs: ["display", "preview", "wishes"] },
} as const satisfies NodeSchema;
