/** What people send to a charger, read into a limit or a command. Nothing is guessed: what cannot be read is refused. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import { Amps, type Volts, type WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import { CommandMessage, LimitMessage } from "#link/messages";
import { type Payload, readPayload } from "./payload.ts";
import { shown } from "./shown.ts";

/** The largest offer J1772 can encode. @see DC-01 */
export const LARGEST_LIMIT = Amps(80);
/** Who limits when the message does not say. */
export const UNNAMED_SENDER = "flow";

export interface LimitRequest {
  readonly ask: "limit";
  readonly limit: Amps;
  readonly limitedBy: string;
  /** Null when the sender named no end: the limit then holds for as long as Node-RED keeps renewing it. */
  readonly validUntil: WallTime | null;
}

/** Commands a flow may give. Limits go through `LimitRequest`; ending the controller is not for messages. */
export type FlowCommand = Exclude<CommandMessage, { command: "limit" } | { command: "shutdown" }>;
export interface CommandRequest {
  readonly ask: "command";
  readonly command: FlowCommand;
}
export type ChargerRequest = LimitRequest | CommandRequest;

/** What turns watts into amps and gives "now" a meaning. */
export interface LimitContext {
  readonly volts: Volts;
  readonly phases: 1 | 3;
  readonly now: WallTime;
}

const WANTED = 'amps (16, "16 A", "3.6 kW"), {limitA: 16} or a command such as "pause"';

/** A magnitude with an optional unit: "16", "16 A", "16,5 A", "3.6 kW", "3600 W". */
const MAGNITUDE = /^([+-]?\d{1,6}(?:[.,]\d{1,3})?)\s*(a|amps?|w|watts?|kw)?$/i;

/** Words for commands that need no more than the word. */
const COMMAND_WORDS: Readonly<Record<string, FlowCommand["command"]>> = {
  pause: "pause",
  stop: "pause",
  off: "pause",
  resume: "resume",
  start: "resume",
  on: "resume",
  authorise: "authorise",
  authorize: "authorise",
  deauthorise: "deauthorise",
  deauthorize: "deauthorise",
  reset: "reset",
  selftest: "selfTest",
  test: "selfTest",
  wakeup: "wakeUp",
  wake: "wakeUp",
};

/**
 * Reads `msg.payload` as a limit or a command.
 * @throws MessageError: emptyMessage, wrongType, tooLong, badJson, forbiddenKey from the payload itself; unknownText, outOfRange,
 * badShape, wrongPhases, alreadyExpired from what it says.
 */
export function parseLimitInput(payload: unknown, context: LimitContext): ChargerRequest {
  const read = readPayload(payload, WANTED);
  switch (typeof read) {
    case "number":
      return limitOf(read, UNNAMED_SENDER, null);
    case "boolean":
      return { ask: "command", command: { command: read ? "resume" : "pause" } };
    case "string":
      return readWords(read, context);
    default:
      return "command" in read ? readCommandObject(read) : readLimitObject(read, context);
  }
}

/**
 * Reads `msg.payload` where only commands make sense: a word, or `{command: …}`.
 * @param words the words this node understands.
 * @throws MessageError as `parseLimitInput`, unknownCommand when it is a command for another node.
 */
export function parseCommandInput<C extends FlowCommand["command"]>(payload: unknown, words: Readonly<Record<string, C>>): C {
  const wanted = `one of ${Object.keys(words).join(", ")}`;
  const read = readPayload(payload, wanted);
  const word = typeof read === "object" ? read.command : read;
  if (typeof read === "object") refuseOtherKeys(read, ["command"]);
  const key = String(word).toLowerCase();
  const command = typeof word === "string" || typeof word === "boolean" ? ownEntry(words, key) : undefined;
  if (command === undefined) throw new MessageError("unknownCommand", `msg.payload: expected ${wanted}, got ${shown(word)}.`);
  return command;
}

function readWords(words: string, context: LimitContext): ChargerRequest {
  const command = ownEntry(COMMAND_WORDS, words.toLowerCase().replace(/[\s_-]/g, ""));
  if (command !== undefined) return { ask: "command", command: { command } };
  const [, number = "", unit = "A"] = MAGNITUDE.exec(words) ?? [];
  if (number === "") throw new MessageError("unknownText", `msg.payload: expected ${WANTED}, got ${shown(words)}.`);
  const magnitude = Number(number.replace(",", "."));
  return limitOf(ampsOf(magnitude, unit.toLowerCase(), context), UNNAMED_SENDER, null);
}

function ampsOf(magnitude: number, unit: string, { volts, phases }: LimitContext): number {
  if (unit.startsWith("a")) return magnitude;
  const watts = unit === "kw" ? magnitude * 1000 : magnitude;
  return watts / (volts * phases);
}

function readLimitObject(payload: Readonly<Record<string, unknown>>, { phases, now }: LimitContext): LimitRequest {
  const parsed = v.safeParse(LimitMessage, payload);
  if (!parsed.success) throw shapeError(parsed.issues);
  const { limitA, limitedBy = UNNAMED_SENDER, validUntil } = parsed.output;
  if (parsed.output.phases !== undefined && parsed.output.phases !== phases) {
    throw new MessageError("wrongPhases", `phases: this charger is set up for ${phases}, got a limit for ${parsed.output.phases}.`);
  }
  if (validUntil !== undefined && validUntil <= now) {
    throw new MessageError("alreadyExpired", `validUntil: expected a time to come (ms since 1970), got one ${now - validUntil} ms ago.`);
  }
  return limitOf(limitA, limitedBy, (validUntil as WallTime | undefined) ?? null);
}

function readCommandObject(payload: Readonly<Record<string, unknown>>): ChargerRequest {
  const parsed = v.safeParse(CommandMessage, payload);
  if (!parsed.success) throw shapeError(parsed.issues);
  const command = parsed.output;
  if (command.command === "shutdown") {
    throw new MessageError("unknownCommand", "A message cannot end the safety controller. Remove or disable the charger node instead.");
  }
  if (command.command === "limit") {
    throw new MessageError("unknownCommand", "Send a limit as {limitA, limitedBy, validUntil}, without a command.");
  }
  return { ask: "command", command };
}

function limitOf(limitA: number, limitedBy: string, validUntil: WallTime | null): LimitRequest {
  if (!(limitA >= 0 && limitA <= LARGEST_LIMIT)) {
    throw new MessageError("outOfRange", `limit: expected 0 to ${LARGEST_LIMIT} A, got ${Number(limitA.toFixed(1))} A.`);
  }
  return { ask: "limit", limit: Amps(limitA), limitedBy, validUntil };
}

function refuseOtherKeys(payload: Payload & object, known: readonly string[]): void {
  const stranger = Object.keys(payload).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new MessageError("badShape", `msg.payload: "${stranger.slice(0, 40)}" is not known here.`);
}

const shapeError = (issues: readonly v.BaseIssue<unknown>[]): MessageError =>
  new MessageError("badShape", `msg.payload: ${explain(issues)}.`);

/** A word as a key of a table must not find what every object inherits. */
function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
