import { CarPresetMessage } from "#link/sim-action";
import { choice, optionalQuantity, quantity, reference, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const CarNode = {
  type: "j1772-car",
  fields: {
    name: text(64, "", { optional: true }),
    charger: reference("j1772-charger"),
    preset: choice(CarPresetMessage.options, "polite"),
    /** These three: empty for what the kind of car brings. */
    socPercent: optionalQuantity("%", 0, 100, ""),
    batteryKwh: optionalQuantity("kWh", 1, 200, ""),
    onboardChargerA: optionalQuantity("A", 6, 80, ""),
    plugInAfterS: quantity("s", 0, 3600, 0),
    houseW: quantity("W", 0, 100_000, 400, { expert: true }),
    solarW: quantity("W", 0, 100_000, 0, { expert: true }),
    intervalS: quantity("s", 1, 3600, 5, { expert: true }),
  },
  migrations,
  face: { color: "#C0DEED", inputs: 1, outputs: ["truth"] },
} as const satisfies NodeSchema;
