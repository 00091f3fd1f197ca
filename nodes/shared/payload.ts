/** The first look at what a wire brings: which payloads are worth reading at all. */
import { MessageError } from "#core/errors";
import { shown } from "./shown.ts";

/** Longest text a node reads; a limit or a command is a few words. */
export const MAX_TEXT_LENGTH = 1024;
/** Longest news of a charger: a status with many faults, and what speaks for each. */
const MAX_NEWS_LENGTH = 65_536;

export type Payload = string | number | boolean | Readonly<Record<string, unknown>>;

/**
 * Narrows a payload to text, number, yes/no or a plain object. Text that holds a JSON object becomes that object,
 * because that is what arrives from MQTT.
 * @param wanted what the node would have liked, for the error.
 * @param longest text, in characters.
 * @throws MessageError emptyMessage, wrongType, tooLong, badJson or forbiddenKey.
 */
export function readPayload(payload: unknown, wanted: string, longest = MAX_TEXT_LENGTH): Payload {
  if (payload === undefined || payload === null || payload === "") {
    throw new MessageError("emptyMessage", `msg.payload: expected ${wanted}, got nothing.`);
  }
  if (typeof payload === "number" || typeof payload === "boolean") return payload;
  if (typeof payload === "string") return readText(payload, wanted, longest);
  if (typeof payload === "object" && !Array.isArray(payload) && isPlain(payload)) return withoutPrototypeKeys(payload);
  throw new MessageError("wrongType", `msg.payload: expected ${wanted}, got ${shown(payload)}.`);
}

/** As `readPayload`, of what chargers and their bridges send: it may be longer, and bytes. */
export const readNews = (payload: unknown, wanted: string): Payload => readPayload(asText(payload), wanted, MAX_NEWS_LENGTH);

/** Bytes, as a broker or a line may hand them over, as text; everything else as it is. */
export const asText = (payload: unknown): unknown =>
  Buffer.isBuffer(payload) ? payload.toString("utf8", 0, MAX_NEWS_LENGTH + 1) : payload;

function readText(text: string, wanted: string, longest: number): Payload {
  if (text.length > longest) {
    throw new MessageError("tooLong", `msg.payload: expected ${wanted}, got ${text.length} characters of text.`);
  }
  const trimmed = text.trim();
  if (trimmed === "") throw new MessageError("emptyMessage", `msg.payload: expected ${wanted}, got blanks.`);
  if (!trimmed.startsWith("{")) return trimmed;
  let parsed: unknown;
  try {
    parsed = JSON.parse(trimmed);
  } catch (cause) {
    throw new MessageError("badJson", `msg.payload: the text starts like a JSON object but is not one: ${shown(text)}.`, { cause });
  }
  return withoutPrototypeKeys(parsed as Record<string, unknown>);
}

/**
 * Objects made by literals, JSON or another context; not buffers, dates, maps or class instances. Function nodes run in
 * a context of their own, whose `Object.prototype` is not ours but ends its chain all the same.
 */
function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Object.prototype.toString.call(value) === "[object Object]" && (prototype === null || Object.getPrototypeOf(prototype) === null);
}

function withoutPrototypeKeys(payload: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const key of Object.keys(payload)) {
    if (key in Object.prototype) throw new MessageError("forbiddenKey", `msg.payload: "${key}" is not a property that can be set.`);
  }
  return payload;
}
