/** What a wire brings, read into events of the limiter. Nothing is guessed: what cannot be read changes nothing. */
import { MessageError } from "#core/errors";
import type { Rejection } from "#core/solar/gate";
import { follow, type ParsedReading, parseReading, type ReadingKind } from "#core/solar/reading";
import type { ReadingSource, SolarEvent } from "#core/solar/types";
import type { Instant } from "#core/units/units";
import type { FlowMessage } from "../shared/red.ts";
import { shown } from "../shared/shown.ts";
import { type ChargerReport, chargerReportOf } from "./charger-report.ts";
import { wallTimeOf } from "./door-clock.ts";
import { batteryPolicyOf, type SolarForm } from "./limiter-config.ts";
import {
  type RequestContext,
  readBatteryPolicy,
  readCeiling,
  readMode,
  readPlan,
  readPresence,
  readPrices,
  readTolerance,
} from "./request-input.ts";
import { type Subject, subjectOf, subjectOfForm } from "./topics.ts";

/** What a message comes to: an event, news of a charger, or a reading that does not count. */
export type SolarInput =
  | { readonly is: "event"; readonly event: SolarEvent }
  | { readonly is: "charger"; readonly report: ChargerReport }
  /** `error` is null for what happens every day, such as a sensor that is not available. */
  | { readonly is: "refused"; readonly event: SolarEvent; readonly error: MessageError | null };

export interface InputContext extends RequestContext {
  readonly form: SolarForm;
}

const JUST_A_NUMBER = /\d\s*$/;
const LONGEST_TEXT = 4096;
const MOST_PHASES = 3;

/** @throws MessageError unknownSubject, reservedName; and as the requests of request-input.ts. */
export function readInput(msg: FlowMessage, context: InputContext): SolarInput {
  const report = chargerReportOf(msg.payload);
  if (report !== null) return { is: "charger", report };
  const named = subjectOf(msg.topic);
  if (named === "reserved") {
    throw new MessageError("reservedName", `msg.topic: ${shown(msg.topic)} is set by the node itself. Choose another name.`);
  }
  const subject = named ?? subjectOfForm(context.form.reading);
  if (subject === null) {
    throw new MessageError(
      "unknownSubject",
      `msg.topic: expected grid, pv, house, battery, mode or another that the help names, got ${shown(msg.topic)}.`,
    );
  }
  return readSubject(subject, valueAt(msg, context.form.property), msg, context);
}

const told = (event: SolarEvent): SolarInput => ({ is: "event", event });

function readSubject(subject: Subject, value: unknown, msg: FlowMessage, context: InputContext): SolarInput {
  switch (subject.about) {
    case "reading":
      return readReading(subject.source, subject.kind, value, msg, context);
    case "page":
      return told({ type: "page", text: typeof value === "string" ? value.slice(0, LONGEST_TEXT + 1) : "" });
    case "phaseCurrents":
      return readPhaseCurrents(value, msg, context);
    case "mode":
      return told(readMode(value, context.form.mode));
    case "tolerance":
      return told(readTolerance(value));
    case "prices":
      return told(readPrices(value));
    case "plan":
      return told(readPlan(value, context));
    case "car":
      return told(readPresence(value));
    case "batteryPolicy":
      return told(readBatteryPolicy(value, batteryPolicyOf(context.form)));
    case "ceiling":
      return told(readCeiling(subject.name, value, context));
  }
}

/** The value at a path of the message. Text on its way from MQTT may hold the object that the path leads into. */
function valueAt(msg: FlowMessage, path: string): unknown {
  const plain = Buffer.isBuffer(msg.payload) ? { ...msg, payload: msg.payload.toString("utf8", 0, LONGEST_TEXT) } : msg;
  const found = follow(plain, path);
  const { payload } = plain;
  const isJson = typeof payload === "string" && /^\s*[{[]/.test(payload);
  if (!isJson || (found !== undefined && found !== payload)) return found;
  try {
    return follow({ ...plain, payload: JSON.parse(payload.slice(0, LONGEST_TEXT)) }, path);
  } catch {
    return found;
  }
}

/** When the value was true; null when the message does not say, undefined when it says nonsense. */
function stampOf(msg: FlowMessage, { form, clock }: InputContext): Instant | null | undefined {
  if (form.stampProperty === "") return null;
  const wall = wallTimeOf(valueAt(msg, form.stampProperty));
  return typeof wall === "number" ? clock.instantOf(wall) : wall;
}

/** A bare power is in the unit that the form names. */
function parsed(value: unknown, kind: ReadingKind, { powerUnit }: SolarForm): ParsedReading {
  const bare = typeof value === "number" || (typeof value === "string" && JUST_A_NUMBER.test(value));
  const read = parseReading(value, kind);
  return read.ok && bare && kind === "power" && powerUnit === "kW" ? { ok: true, value: read.value * 1000 } : read;
}

/** The rules know one sign: buying and charging are positive. */
function signed(source: ReadingSource, value: number, { gridSign, batterySign }: SolarForm): number {
  const turned = (source === "grid" && gridSign === "selling") || (source === "battery" && batterySign === "discharging");
  return turned && value !== 0 ? -value : value;
}

function readReading(source: ReadingSource, kind: ReadingKind, value: unknown, msg: FlowMessage, context: InputContext): SolarInput {
  const read = parsed(value, kind, context.form);
  if (!read.ok) return refused(source, read.reason, value);
  const measuredAt = stampOf(msg, context);
  if (measuredAt === undefined) return refused(source, "notANumber", valueAt(msg, context.form.stampProperty));
  return told({ type: "reading", source, value: signed(source, read.value, context.form), measuredAt });
}

function readPhaseCurrents(value: unknown, msg: FlowMessage, context: InputContext): SolarInput {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length === 0 || list.length > MOST_PHASES) return refused("phaseCurrents", "notANumber", value);
  const amps: number[] = [];
  for (const one of list) {
    const read = parseReading(one, "current");
    if (!read.ok) return refused("phaseCurrents", read.reason, one);
    amps.push(read.value);
  }
  const measuredAt = stampOf(msg, context);
  if (measuredAt === undefined) return refused("phaseCurrents", "notANumber", valueAt(msg, context.form.stampProperty));
  return told({ type: "phaseCurrents", amps, measuredAt });
}

/** Reasons that are a mistake in the flow, and what to do about it. A sensor that is not available is nobody's mistake. */
const WHY: Readonly<Partial<Record<Rejection, string>>> = {
  notANumber: "expected a number, with or without a unit (or its time); for an object, name the property in the form",
  ambiguous: "a comma before three digits may stand for thousands or for decimals; send a number, or use a point",
  unit: "the unit does not fit what is measured",
  implausible: "no house of this size has such a value; look at the unit, or at the largest power in the form",
  page: "the excess-power page is torn, or not one",
};

/** The error for a reason that is worth one; null for the others. */
export function mistakeOf(source: string, reason: string, value: unknown): MessageError | null {
  const why = Object.hasOwn(WHY, reason) ? WHY[reason as Rejection] : undefined;
  return why === undefined ? null : new MessageError(reason, `${source}: ${why}, got ${shown(value)}.`);
}

const refused = (source: ReadingSource | "phaseCurrents", reason: Rejection, value: unknown): SolarInput => ({
  is: "refused",
  event: { type: "rejected", source, reason },
  error: mistakeOf(source, reason, value),
});
