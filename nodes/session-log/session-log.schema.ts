import { choice, flag, optionalQuantity, quantity, reference, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

export const SessionLogNode = {
  type: "session-log",
  fields: {
    name: text(64, "", { optional: true }),
    store: reference("j1772-store"),
    /** For messages that name no charger. */
    charger: text(64, "", { optional: true }),
    gridSign: choice(["buying", "selling"], "buying"),
    /** Empty: prices come by message, or there are none. */
    price: optionalQuantity("/kWh", -1000, 100_000, ""),
    sunPrice: optionalQuantity("/kWh", -1000, 100_000, ""),
    csv: choice(["standard", "spreadsheet"], "standard"),
    logFiles: flag(false),
    /** Empty: `j1772/logs` in Node-RED's folder. */
    folder: text(1024, "", { optional: true }),
    attribution: choice(["houseFirst", "carFirst", "proportional"], "houseFirst", { expert: true }),
    batterySign: choice(["charging", "discharging"], "charging", { expert: true }),
    co2GPerKwh: optionalQuantity("g/kWh", 0, 5000, "", { expert: true }),
    /** For chargers that tell amps only: the phases' voltages together. */
    volts: optionalQuantity("V", 100, 1500, "", { expert: true }),
    mostKw: quantity("kW", 1, 1000, 50, { expert: true }),
    sampleS: quantity("s", 1, 900, 60, { expert: true }),
    newsS: quantity("s", 1, 3600, 60, { expert: true }),
    rowsPerMessage: quantity("rows", 1, 10_000, 500, { expert: true }),
  },
  migrations,
  face: { color: "#D5E3F7", inputs: 1, outputs: ["answers", "news"] },
} as const satisfies NodeSchema;
