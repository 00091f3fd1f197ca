import * as v from "valibot";
import { minuteOfDay } from "#core/alerts/local-time";
import { isTimeZone } from "#core/session/time-zone";
import { choice, flag, optionalQuantity, plainText, quantity, type TextField, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

/** Channels that a ready-made message exists for. */
export const CHANNELS = ["ntfy", "pushover", "telegram", "homeAssistant", "homeAssistantEvent", "email", "twilio"] as const;
export type Channel = (typeof CHANNELS)[number];

const OwnTexts = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z]{1,40}$/)),
    v.strictObject({
      title: v.optional(v.pipe(v.string(), v.maxLength(200))),
      text: v.optional(v.pipe(v.string(), v.maxLength(2000))),
    }),
  ),
);
/** Texts that an owner puts in the place of ours, by alert type. */
export type OwnTexts = v.InferOutput<typeof OwnTexts>;

/** Null when it cannot be read; an empty text has none. */
export function readOwnTexts(said: string): OwnTexts | null {
  if (said.trim() === "") return {};
  const parsed = v.safeParse(OwnTexts, said);
  return parsed.success ? parsed.output : null;
}

/** Text that must mean something; `means` says whether it does. Empty means nothing is wanted. */
function meaningful(maxLength: number, initial: string, means: (said: string) => boolean, expert = false): TextField<string> {
  const field = text(maxLength, initial, { optional: true, expert });
  const schema = v.pipe(
    plainText,
    v.maxLength(maxLength),
    v.check((said) => said === "" || means(said)),
  );
  return { ...field, schema };
}

const isTime = (said: string): boolean => minuteOfDay(said) !== null;
/** Minutes, separated by commas, each later than the one before. */
export const minutesOf = (said: string): readonly number[] => (said === "" ? [] : said.split(",").map((part) => Number(part.trim())));
const areMinutes = (said: string): boolean =>
  minutesOf(said).length <= 5 && minutesOf(said).every((minutes, index, all) => minutes > (all[index - 1] ?? 0) && minutes <= 1440);
const isWebAddress = (said: string): boolean => /^https?:\/\/[^\s]+$/i.test(said);

export const UnplugAlertNode = {
  type: "unplug-alert",
  fields: {
    name: text(64, "", { optional: true }),
    /** Empty for whichever is heard. */
    chargerName: text(64, "", { optional: true }),
    level: choice(["charge", "alarms", "everything"], "charge"),
    language: choice(["en", "de"], "en"),
    channel: choice([...CHANNELS, "none"], "ntfy"),
    address: text(300, "", { optional: true }),
    escalateMin: meaningful(40, "3", areMinutes),
    nextChannel: choice([...CHANNELS, "none"], "none"),
    nextAddress: text(300, "", { optional: true }),
    answerUrl: meaningful(200, "", isWebAddress),
    armed: flag(true),
    atHome: choice(["quiet", "alarm"], "quiet"),
    quietFrom: meaningful(5, "", isTime),
    quietTo: meaningful(5, "", isTime),
    alarmsAtNight: choice(["through", "wait"], "through"),
    pluggedBy: meaningful(5, "", isTime),
    /** Empty for the computer's own. */
    zone: meaningful(64, "", isTimeZone, true),
    settleS: quantity("s", 2, 120, 2, { expert: true }),
    graceS: quantity("s", 0, 3600, 30, { expert: true }),
    interruptedMin: quantity("min", 1, 240, 5, { expert: true }),
    /** Empty for a charger that speaks on change only. */
    noNewsS: optionalQuantity("s", 15, 86_400, 120, { expert: true }),
    remindMin: optionalQuantity("min", 1, 1440, "", { expert: true }),
    remindTimes: quantity("×", 1, 20, 3, { expert: true }),
    lifeH: quantity("h", 1, 168, 12, { expert: true }),
    fullPercent: quantity("%", 50, 100, 99, { expert: true }),
    energyKwh: optionalQuantity("kWh", 0.1, 500, "", { expert: true }),
    timeH: optionalQuantity("h", 0.1, 168, "", { expert: true }),
    socPercent: optionalQuantity("%", 1, 100, "", { expert: true }),
    sunKw: optionalQuantity("kW", 0.1, 50, "", { expert: true }),
    adapter: flag(false, { expert: true }),
    texts: meaningful(8000, "", (said) => readOwnTexts(said) !== null, true),
  },
  migrations,
  face: { color: "#FBD5CF", inputs: 1, outputs: ["alert", "send", "next", "page"] },
} as const satisfies NodeSchema;
