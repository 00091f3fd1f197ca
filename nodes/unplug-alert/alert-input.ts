/** What a wire brings, read into inputs of the rules. Nothing is guessed: what cannot be read changes nothing. */
import * as v from "valibot";
import type { AlertAnswer } from "#core/alerts/alert";
import type { UnplugInput } from "#core/alerts/unplug/types";
import { MessageError } from "#core/errors";
import { Instant, Watts } from "#core/units/units";
import { asText, readNews, readPayload } from "../shared/payload.ts";
import type { FlowMessage } from "../shared/red.ts";
import { shown } from "../shared/shown.ts";
import { chargerNewsOf, type Reading } from "./charger-words.ts";

const WANTED = "news of a charger, or a word such as arm, disarm, home, away, yes or no";
/** Longest that anything can be disarmed for, ms. */
const LONGEST_DISARM = 30 * 86_400_000;

/** Words people send, whatever the language of their keyboard. Numbers for SMS, where other words mean something to the network. */
const ANSWERS: Readonly<Record<string, AlertAnswer>> = {
  "1": "yes",
  yes: "yes",
  ja: "yes",
  me: "yes",
  "2": "no",
  no: "no",
  nein: "no",
  "3": "seen",
  seen: "seen",
  ok: "seen",
  ack: "seen",
};
/** Solar modes in which the owner wants power without sun. */
const WITHOUT_SUN: ReadonlySet<string> = new Set(["fast", "plan", "solarMinimum"]);

const Telemetry = v.object({ surplusW: v.nullable(v.pipe(v.number(), v.finite())), mode: v.string() });
const Answer = v.object({ alert: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(80)))), answer: v.union([v.string(), v.number()]) });
/** A button of a notification: Home Assistant's event, Telegram's callback, or just its word. */
const Button = v.union([
  v.pipe(
    v.object({ event: v.object({ action: v.string() }) }),
    v.transform(({ event }) => event.action),
  ),
  v.pipe(
    v.object({ action: v.string() }),
    v.transform(({ action }) => action),
  ),
  v.pipe(
    v.object({ content: v.string(), callbackQueryId: v.unknown() }),
    v.transform(({ content }) => content),
  ),
  v.pipe(
    v.object({ data: v.string() }),
    v.transform(({ data }) => data),
  ),
]);

/** Reads one message. Empty when it says nothing that matters. @throws MessageError saying what was expected. */
export function readAlertInput(msg: FlowMessage, reading: Reading): UnplugInput | null {
  const topic = typeof msg.topic === "string" ? msg.topic.toLowerCase().replace(/[\s_-]/g, "") : "";
  const named = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  if (named !== undefined) return named(asText(msg.payload), reading);
  const payload = readNews(msg.payload, WANTED);
  if (typeof payload === "object") return readObject(payload, reading);
  return readWord(String(payload), reading);
}

function readObject(payload: Readonly<Record<string, unknown>>, reading: Reading): UnplugInput | null {
  const telemetry = v.safeParse(Telemetry, payload);
  if (telemetry.success && !("state" in payload)) return sunOf(telemetry.output);
  const news = chargerNewsOf(payload, reading);
  if (news !== null) return news;
  const answer = v.safeParse(Answer, payload);
  if (answer.success) return answerOf(String(answer.output.answer), answer.output.alert ?? null);
  const button = v.safeParse(Button, payload);
  if (button.success) return readWord(button.output, reading);
  throw new MessageError(
    "badShape",
    `msg.payload: expected ${WANTED}, got an object with ${Object.keys(payload).slice(0, 6).join(", ") || "nothing"}.`,
  );
}

/** A message of the limiter. A surplus that it does not know yet is no surplus of zero. */
function sunOf({ surplusW, mode }: v.InferOutput<typeof Telemetry>): UnplugInput | null {
  return surplusW === null ? null : { type: "sun", surplusW: Watts(surplusW), intended: WITHOUT_SUN.has(mode) };
}

function readWord(said: string, reading: Reading): UnplugInput {
  const word = said.trim().toLowerCase();
  const [, answer, alert] = /^(yes|no|seen):([\w-]{1,80})$/.exec(said.trim()) ?? [];
  if (answer !== undefined && alert !== undefined) return answerOf(answer, alert);
  if (Object.hasOwn(ANSWERS, word)) return answerOf(word, null);
  if (word.startsWith("disarm")) return disarmOf(word.slice("disarm".length), reading);
  switch (word) {
    case "arm":
      return { type: "arm" };
    case "home":
      return { type: "presence", home: true };
    case "away":
      return { type: "presence", home: false };
    case "unlocked":
      return { type: "unlocked" };
    case "test":
      return { type: "test" };
    // Not "stop": that word is a mobile network's own.
    case "stopped":
      return stopOf(reading, "stopped");
    case "allowed":
      return stopOf(reading, "allowed");
    case "full":
      return { type: "battery", socPercent: null, full: true };
    default:
      throw new MessageError("unknownWord", `msg.payload: expected ${WANTED}, got ${shown(said)}.`);
  }
}

function answerOf(said: string, alert: string | null): UnplugInput {
  const word = said.trim().toLowerCase();
  const answer = Object.hasOwn(ANSWERS, word) ? ANSWERS[word] : undefined;
  if (answer === undefined) throw new MessageError("unknownAnswer", `answer: expected yes, no or seen, got ${shown(said)}.`);
  return { type: "answer", alert, answer };
}

const DURATION = /^\s*(?:for\s+)?(\d+(?:\.\d+)?)\s*(s|min|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** "" until the next car is plugged in; " 2 h" for so long. */
function disarmOf(rest: string, { at }: Reading): UnplugInput {
  if (rest.trim() === "") return { type: "disarm", until: null };
  const [, amount, unit = ""] = DURATION.exec(rest) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(ms > 0) || ms > LONGEST_DISARM)
    throw new MessageError("badDuration", `disarm: expected a time such as "2 h", got ${shown(rest.trim())}.`);
  return { type: "disarm", until: Instant(at + ms) };
}

function stopOf({ charger, at }: Reading, is: "stopped" | "allowed"): UnplugInput {
  const event = is === "stopped" ? ({ is, by: "user" } as const) : ({ is } as const);
  return { type: "event", charger, at, stamp: null, id: null, session: null, event };
}

type ReadTopic = (payload: unknown, reading: Reading) => UnplugInput | null;

/** Topics that say what a bare value is. Each may be sent by a sensor as it is. */
const TOPICS: Readonly<Record<string, ReadTopic | undefined>> = {
  state: (payload, reading) => bare(payload, "state", reading),
  current: (payload, reading) => bare(amount("current", payload), "currentA", reading),
  power: (payload, reading) => bare(amount("power", payload), "powerW", reading),
  surplus: (payload) => ({ type: "sun", surplusW: Watts(amount("surplus", payload)), intended: false }),
  soc: (payload) => ({ type: "battery", socPercent: percent(payload), full: false }),
  full: (payload) => (isYes("full", payload) ? { type: "battery", socPercent: null, full: true } : null),
  presence: (payload) => ({ type: "presence", home: presenceOf(payload) }),
  unlocked: (payload) => (isYes("unlocked", payload) ? { type: "unlocked" } : null),
  answer: (payload, reading) => {
    const read = readPayload(payload, "yes, no or seen");
    return typeof read === "object" ? readObject(read, reading) : answerOrButton(String(read));
  },
};

function answerOrButton(said: string): UnplugInput {
  const [, answer, alert] = /^(yes|no|seen):([\w-]{1,80})$/.exec(said.trim()) ?? [];
  return answerOf(answer ?? said, alert ?? null);
}

function bare(value: unknown, name: string, reading: Reading): UnplugInput {
  const news = chargerNewsOf({ [name]: value }, reading);
  if (news === null) throw new MessageError("unknownState", `${name}: expected A, B, C, connected, charging or such, got ${shown(value)}.`);
  return news;
}

function amount(name: string, payload: unknown): number {
  const text =
    typeof payload === "string"
      ? payload
          .trim()
          .replace(/\s*(kW|W|A|%)$/i, "")
          .replace(",", ".")
      : payload;
  const value = typeof text === "string" && text !== "" ? Number(text) : text;
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new MessageError("notANumber", `${name}: expected a number, got ${shown(payload)}.`);
  return typeof payload === "string" && /kW$/i.test(payload.trim()) ? value * 1000 : value;
}

function percent(payload: unknown): number {
  const value = amount("soc", payload);
  if (value < 0 || value > 100) throw new MessageError("outOfRange", `soc: expected 0 to 100 %, got ${value}.`);
  return value;
}

function isYes(name: string, payload: unknown): boolean {
  const word = typeof payload === "boolean" || typeof payload === "string" ? String(payload).trim().toLowerCase() : "";
  if (["true", "on", "yes", name].includes(word)) return true;
  if (["false", "off", "no", "locked"].includes(word)) return false;
  throw new MessageError("notYesOrNo", `${name}: expected true or false, got ${shown(payload)}.`);
}

/** A person's or a phone's whereabouts; a zone that is not home is away. */
function presenceOf(payload: unknown): boolean | null {
  const word = typeof payload === "boolean" || typeof payload === "string" ? String(payload).trim().toLowerCase() : "";
  if (["home", "true", "on"].includes(word)) return true;
  if (["away", "not_home", "false", "off"].includes(word)) return false;
  if (["unknown", "unavailable"].includes(word)) return null;
  throw new MessageError("unknownPresence", `presence: expected home, away or unknown, got ${shown(payload)}.`);
}
