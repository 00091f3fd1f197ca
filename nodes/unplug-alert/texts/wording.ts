/** From an alert to its title and text, in the owner's language. */
import type { AlertAnswer, AlertEvidence } from "#core/alerts/alert";
import { localTimeOf } from "#core/alerts/local-time";
import type { UnplugNotice } from "#core/alerts/unplug/types";
import { WallTime } from "#core/units/units";
import type { OwnTexts } from "../unplug-alert.schema.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { type Blanks, type FaultText, fill, plainText, type Texts, titleLine } from "./texts.ts";

export const TEXTS: Readonly<Record<"en" | "de", Texts>> = { en, de };

export interface Wording {
  readonly language: "en" | "de";
  readonly zone: string;
  readonly adapter: boolean;
  readonly own: OwnTexts;
}

export interface Words {
  readonly title: string;
  readonly text: string;
}

/** What a person reads. A reminder says that it is one; the title never breaks a line. */
export function wordsOf(notice: UnplugNotice, wording: Wording): Words {
  const texts = TEXTS[wording.language];
  const blanks = blanksOf(notice, wording, texts);
  const mine = own(wording.own, notice.type);
  const { title, text } = texts.alerts[notice.type];
  const again = notice.reminder > 0 || (notice.step > 0 && notice.actions.length > 0) ? `${texts.reminder} ` : "";
  return { title: titleLine(fill(mine?.title ?? title, blanks)), text: plainText(again + fill(mine?.text ?? text, blanks)) };
}

/** Words of the charger for somebody who may stop a charge and has no name. */
const NAMELESS: ReadonlySet<string> = new Set(["flow", "off", "paused", "user"]);

/** The word on a button. */
export const answerWord = (answer: AlertAnswer, language: Wording["language"]): string => TEXTS[language].answers[answer];

function blanksOf(notice: UnplugNotice, wording: Wording, texts: Texts): Blanks {
  const { evidence, charger, type, actions } = notice;
  const number = (name: string): number | null => (typeof evidence[name] === "number" ? evidence[name] : null);
  const said = (name: string): string => (typeof evidence[name] === "string" ? evidence[name] : "");
  const clock = (wall: number): string => clockAt(wall, wording.zone);
  const amount = (value: number | null, unit: string, scale = 1, digits = 1): string =>
    value === null ? "" : `${(value / scale).toFixed(digits).replace(".", texts.decimal)} ${unit}`;
  const fault = faultText(said("fault"), texts);
  const reason = said("pausedBy");
  const isUnplugging = type.startsWith("unplugged");
  return {
    charger: charger || texts.anyCharger,
    time: clock(notice.at),
    since: clock(notice.at - (number("silentMs") ?? 0)),
    current: amount(number("currentA"), "A"),
    energy: energyOf(number("energyWh"), amount),
    charging: duration(number("chargingMs")),
    rested: duration(number("restedMs")),
    plugged: duration(number("pluggedForMs")),
    away: duration(number("awayMs")),
    lasted: duration(number("lastedMs")),
    silent: duration(number("silentMs")),
    soc: amount(number("socPercent"), "%", 1, 0),
    surplus: amount(number("surplusW"), "kW", 1000),
    needed: amount(number("neededW"), "kW", 1000),
    bounces: number("bounces")?.toString() ?? "",
    reason: reason === "" ? "" : (own(texts.reasons, reason) ?? fill(texts.otherReason, { name: reason })),
    by: NAMELESS.has(said("stoppedBy")) ? "" : said("stoppedBy"),
    limit: own(texts.limits, said("limit")) ?? "",
    measured: measuredOf(evidence, number, amount),
    fault: fault[0],
    faultMeans: fault[1],
    faultTodo: fault[2],
    consent: own(texts.consents, said("consent")) ?? "",
    answer: evidence.ownerSaysNo === true ? texts.ownerSaysNo : "",
    said: own(texts.said, said("answer")) ?? "",
    outage: evidence.outage === true ? texts.outage : "",
    question: actions.includes("yes") ? texts.question : "",
    adapter: wording.adapter && isUnplugging ? texts.adapter : "",
  };
}

type Amount = (value: number | null, unit: string, scale?: number, digits?: number) => string;

const energyOf = (wh: number | null, amount: Amount): string => (wh === null || wh < 50 ? "" : amount(wh, "kWh", 1000));

function measuredOf(evidence: AlertEvidence, number: (name: string) => number | null, amount: Amount): string {
  switch (evidence.limit) {
    case "energy":
      return amount(number("energyWh"), "kWh", 1000);
    case "time":
      return duration(number("chargingMs"));
    default:
      return amount(number("socPercent"), "%", 1, 0);
  }
}

const own = <T>(words: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(words, key) ? words[key] : undefined);

/** The fault's three lines; one that nobody has words for goes by its own name. */
function faultText(name: string, texts: Texts): FaultText {
  if (name === "") return ["", "", ""];
  const known = own(texts.faults, name);
  if (known !== undefined) return known;
  const [what, means, todo] = texts.otherFault;
  return [fill(what, { name }), means, todo];
}

function clockAt(wall: number, zone: string): string {
  const { minute } = localTimeOf(WallTime(wall), zone);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** "40 s", "12 min", "2 h 5 min": as fine as a person wants to know. */
function duration(ms: number | null): string {
  if (ms === null) return "";
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
