import { choice, flag, optionalQuantity, quantity, reference, secret, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const BayAlertNode = {
  type: "bay-alert",
  fields: {
    /** What drivers read on every page. */
    name: text(64, "Shared charging"),
    store: reference("j1772-store"),
    /** "left, right" or "yard: left, right; street: post". A bay has its charger's name. */
    bays: text(2000, "left, right"),
    path: text(64, "/bays"),
    /** Empty: this Node-RED as it sees itself, which is good for trying only. */
    publicUrl: text(200, "", { optional: true }),
    language: choice(["en", "de"], "en"),
    registration: choice(["open", "invited"], "open"),
    graceMin: quantity("min", 0, 240, 15),
    /** Empty: nobody is reminded that others wait. */
    rotateAfterH: optionalQuantity("h", 0.5, 48, 4),
    /** Empty: a charger that speaks on change only is never taken for silent. */
    noNewsS: optionalQuantity("s", 15, 86_400, 90, { expert: true }),
    freeText: flag(false, { expert: true }),
    /** Printed on stickers; empty where no text messages are taken. */
    smsNumber: text(20, "", { optional: true, expert: true }),
    smsToken: secret(100, { expert: true }),
    /** For push services, should this server trouble them. */
    contact: text(100, "", { optional: true, expert: true }),
    trustedProxies: quantity("", 0, 5, 0, { expert: true }),
  },
  migrations,
  face: { color: "#E6E0F8", inputs: 1, outputs: ["messages", "ready", "board", "answers"] },
} as const satisfies NodeSchema;
