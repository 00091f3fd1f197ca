/**
 * Sessions as a file of JSON lines: `{"sample":…}`, `{"session":…}`, `{"event":…}`, `{"checkpoint":…}`, each with the fields of
 * src/core/session/record.ts. A session comes after its samples, so that one that is there is complete.
 */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { Checkpoint, LoggedEvent, SessionRecord, SessionSample } from "#core/session/record";
import { figure, moment, name, Session, split } from "#store/record-schema";

export type Line =
  | { readonly session: SessionRecord }
  | { readonly sample: SessionSample }
  | { readonly event: LoggedEvent }
  | { readonly checkpoint: Checkpoint };

const SAMPLE = v.strictObject({
  session: name,
  at: moment,
  ...split,
  cost: v.nullable(figure),
  powerW: v.nullable(figure),
  currentA: v.nullable(figure),
  offeredA: v.nullable(figure),
  temperatureC: v.nullable(figure),
}) satisfies v.GenericSchema<unknown, SessionSample>;

const EVENT = v.strictObject({
  id: name,
  charger: name,
  session: v.nullable(v.string()),
  at: moment,
  type: name,
  reason: v.nullable(v.string()),
  fault: v.nullable(v.string()),
  evidence: v.record(v.string(), v.union([figure, v.string(), v.boolean(), v.null()])),
}) satisfies v.GenericSchema<unknown, LoggedEvent>;

const CHECKPOINT = v.strictObject({ charger: name, at: moment, state: v.string() }) satisfies v.GenericSchema<unknown, Checkpoint>;

const KINDS = {
  session: v.strictObject({ session: Session }),
  sample: v.strictObject({ sample: SAMPLE }),
  event: v.strictObject({ event: EVENT }),
  checkpoint: v.strictObject({ checkpoint: CHECKPOINT }),
};

/** @returns one line, with its end. */
export const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

/**
 * @param number of the line, from 1, for the message
 * @throws MessageError sessions.line
 */
export function parseLine(text: string, number: number): Line {
  const json = jsonOf(text, number);
  const [, schema] = Object.entries(KINDS).find(([kind]) => typeof json === "object" && json !== null && kind in json) ?? [];
  if (schema === undefined) throw badLine(number, `got ${text.slice(0, 40)}`);
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw badLine(number, `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

function jsonOf(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badLine(number, "it is not JSON; the file may have been cut off there");
  }
}

const badLine = (number: number, what: string): MessageError =>
  new MessageError("sessions.line", `line ${number}: expected a session, sample, event or checkpoint; ${what}`);
