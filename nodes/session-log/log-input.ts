/** What a wire brings, read into what the ledger is told or what somebody asks. Nothing is guessed. */
import { MessageError } from "#core/errors";
import type { ChargerReport, SiteReading, TariffSlot } from "#core/session/observation";
import type { LoggedEvent } from "#core/session/record";
import type { WallTime } from "#core/units/units";
import {
  FIGURES,
  type Figure,
  foreignReportOf,
  isForeignReport,
  leftOutOf,
  nothingSaid,
  ownEventOf,
  ownReportOf,
} from "../shared/charger-report.ts";
import { momentOf } from "../shared/moment.ts";
import type { FlowMessage } from "../shared/red.ts";
import { shown } from "../shared/shown.ts";
import { askOf, isQuestion, type Question, type QuestionContext, readQuestion } from "./question-input.ts";
import { type SitePart, type SiteSigns, sitePower, siteReadingOf, tariffOf, telemetryReading } from "./site-input.ts";

export type LogInput = { readonly is: "question"; readonly question: Question } | Told;

export type Told =
  | { readonly is: "report"; readonly report: ChargerReport; readonly leftOut: readonly Figure[] }
  | { readonly is: "event"; readonly event: LoggedEvent }
  | { readonly is: "site"; readonly reading: SiteReading }
  | { readonly is: "tariff"; readonly slots: readonly TariffSlot[] }
  /** A sensor that is not available, a surplus that nobody knows: nobody's mistake. */
  | { readonly is: "nothing" };

export interface InputContext extends QuestionContext, SiteSigns {
  /** Of messages that name none. */
  readonly charger: string;
  /** What the chargers draw at the moment, W. */
  readonly carsW: number;
}

type Subject = { readonly about: SitePart } | { readonly about: "site" | "tariff" | "user" };

const SUBJECTS: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ["grid", { about: "gridW" }],
  ["sun", { about: "sunW" }],
  ["pv", { about: "sunW" }],
  ["solar", { about: "sunW" }],
  ["battery", { about: "batteryW" }],
  ["site", { about: "site" }],
  ["price", { about: "tariff" }],
  ["prices", { about: "tariff" }],
  ["tariff", { about: "tariff" }],
  ["user", { about: "user" }],
]);

/** A day of prices is a few kilobytes. */
const LONGEST_TEXT = 65_536;
const LONGEST_NAME = 64;

/** @throws MessageError unknownMessage, and as what the message is about. */
export function readInput(msg: FlowMessage, context: InputContext): LogInput {
  const payload = unpacked(msg.payload);
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  const told = isObject ? knownObject(payload, context) : null;
  if (told !== null) return told;
  const subject = subjectOf(msg.topic);
  if (subject !== null) return about(subject, payload, msg, context);
  if (isQuestion(payload) || askOf(msg.topic) !== null) {
    return { is: "question", question: readQuestion(msg.topic, payload, context) };
  }
  if (isObject && isForeignReport(payload)) {
    return { is: "report", report: foreignReportOf(payload, context.charger, context.now), leftOut: leftOutOf(payload) };
  }
  throw new MessageError(
    "unknownMessage",
    `expected a charger's status or event, a question such as "sessions", or grid, sun, battery, site or price as topic; got ${shown(msg.payload)} with topic ${shown(msg.topic)}.`,
  );
}

/** What is known by its shape: our own chargers, and a solar limiter. */
function knownObject(payload: object, { carsW }: InputContext): LogInput | null {
  const report = ownReportOf(payload);
  if (report !== null) return { is: "report", report, leftOut: [] };
  const event = ownEventOf(payload);
  if (event !== null) return { is: "event", event };
  const reading = telemetryReading(payload, carsW);
  if (reading === undefined) return null;
  return reading === null ? { is: "nothing" } : { is: "site", reading };
}

const subjectOf = (topic: unknown): Subject | null =>
  typeof topic === "string" && topic.length <= LONGEST_NAME ? (SUBJECTS.get(topic.trim().toLowerCase()) ?? null) : null;

function about({ about: what }: Subject, payload: unknown, msg: FlowMessage, context: InputContext): LogInput {
  switch (what) {
    case "tariff":
      return { is: "tariff", slots: tariffOf(payload, context.now) };
    case "user":
      return { is: "report", report: { ...nothingSaid(context.charger), user: nameOf(payload) }, leftOut: FIGURES };
    case "site":
      return { is: "site", reading: siteReadingOf(payload, stampOf(msg), context) };
    case "gridW":
    case "sunW":
    case "batteryW": {
      const reading = sitePower(what, payload, stampOf(msg), context);
      return reading === null ? { is: "nothing" } : { is: "site", reading };
    }
  }
}

function nameOf(payload: unknown): string {
  const name = typeof payload === "string" ? payload.trim() : "";
  if (name === "" || name.length > LONGEST_NAME) {
    throw new MessageError("badShape", `user: expected a name of 1 to ${LONGEST_NAME} characters, got ${shown(payload)}.`);
  }
  return name;
}

const stampOf = ({ timestamp }: FlowMessage): WallTime | null =>
  timestamp === undefined || timestamp === null || timestamp === "" ? null : momentOf("msg.timestamp", timestamp);

/** Text that is an object or a list, as it comes from MQTT or a file, becomes that. */
function unpacked(payload: unknown): unknown {
  const plain = Buffer.isBuffer(payload) ? payload.toString("utf8", 0, LONGEST_TEXT) : payload;
  if (typeof plain !== "string" || !/^\s*[{[]/.test(plain)) return plain;
  if (plain.length > LONGEST_TEXT) {
    throw new MessageError("tooLong", `msg.payload: expected at most ${LONGEST_TEXT} characters of JSON, got ${plain.length}.`);
  }
  try {
    return JSON.parse(plain);
  } catch (cause) {
    throw new MessageError("badJson", `msg.payload: the text starts like JSON but is not: ${shown(plain)}.`, { cause });
  }
}
