/** What people ask of the limiter in messages: a mode, a plan, a ceiling, prices, and whether a car is there. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import type { BatteryPolicy } from "#core/solar/config";
import { parseReading, type ReadingKind } from "#core/solar/reading";
import type { CarPresence, ChargePlan, SolarEvent, SolarMode } from "#core/solar/types";
import { Amps, type Instant, type WallTime, WattHours, Watts } from "#core/units/units";
import { explain } from "#link/explain";
import { shown } from "../shared/shown.ts";
import { type DoorClock, nextTimeOfDay, wallTimeOf } from "./door-clock.ts";

/** What gives a time of day and a time since 1970 a meaning. */
export interface RequestContext {
  readonly clock: DoorClock;
  readonly wall: WallTime;
}

const MODES: Readonly<Record<string, SolarMode>> = {
  off: "off",
  false: "off",
  solar: "solar",
  sun: "solar",
  solarminimum: "solarMinimum",
  "solar+minimum": "solarMinimum",
  minimum: "solarMinimum",
  fast: "fast",
  plan: "plan",
};
/** Back to what the form says. */
const FORM_MODE: ReadonlySet<string> = new Set(["auto", "true"]);

const PRESENCES: Readonly<Record<string, CarPresence>> = {
  a: "absent",
  false: "absent",
  absent: "absent",
  unplugged: "absent",
  b: "waiting",
  waiting: "waiting",
  plugged: "waiting",
  c: "charging",
  d: "charging",
  charging: "charging",
  unknown: "unknown",
};

const finite = v.pipe(v.number(), v.finite());
const time = v.union([finite, v.string(), v.date()]);
const Prices = v.strictObject({ importPrice: finite, feedInPrice: finite, worth: finite });
const Plan = v.strictObject({ energy: v.union([finite, v.string()]), by: time });
const Ceiling = v.strictObject({ limitA: v.nullable(v.union([finite, v.string()])), until: v.optional(time) });

const percent = v.union([finite, v.string()]);
const BatteryRequest = v.strictObject({
  priority: v.optional(v.picklist(["ignore", "carFirst", "batteryFirst", "share"])),
  targetSocPercent: v.optional(percent),
  sharePercent: v.optional(percent),
  dischargeW: v.optional(v.union([finite, v.string()])),
  floorPercent: v.optional(percent),
});

const PRIORITIES: Readonly<Record<string, BatteryPolicy["priority"]>> = {
  ignore: "ignore",
  none: "ignore",
  carfirst: "carFirst",
  batteryfirst: "batteryFirst",
  share: "share",
};

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;
/** No car takes more than this in one go. */
const LARGEST_PLAN_WH = 500_000;
/** The largest offer J1772 can encode, times the cars that may share it. */
const LARGEST_CEILING_A = 500;
const LARGEST_TOLERANCE = 100;
/** More than any home battery gives. */
const LARGEST_DISCHARGE_W = 100_000;

/** @throws MessageError unknownMode. */
export function readMode(value: unknown, formMode: SolarMode): SolarEvent {
  const word =
    typeof value === "string" || typeof value === "boolean"
      ? String(value)
          .toLowerCase()
          .replace(/[\s_-]/g, "")
      : "";
  if (FORM_MODE.has(word)) return { type: "mode", mode: formMode };
  const mode = Object.hasOwn(MODES, word) ? MODES[word] : undefined;
  if (mode === undefined) {
    throw new MessageError("unknownMode", `mode: expected off, solar, solarMinimum, fast, plan or auto, got ${shown(value)}.`);
  }
  return { type: "mode", mode };
}

/** @throws MessageError unknownPresence. */
export function readPresence(value: unknown): SolarEvent {
  const word = typeof value === "string" || typeof value === "boolean" ? String(value).trim().toLowerCase() : "";
  const presence = Object.hasOwn(PRESENCES, word) ? PRESENCES[word] : undefined;
  if (presence === undefined) {
    throw new MessageError("unknownPresence", `car: expected A, B, C, absent, waiting or charging, got ${shown(value)}.`);
  }
  return { type: "car", presence };
}

/** @throws MessageError outOfRange, or the reason why it is no number. */
export const readTolerance = (value: unknown): SolarEvent => ({
  type: "importTolerance",
  value: amountOf("importTolerance", value, "plain", LARGEST_TOLERANCE),
});

/** @throws MessageError badShape. */
export function readPrices(value: unknown): SolarEvent {
  const parsed = v.safeParse(Prices, value);
  if (!parsed.success) throw badShape("prices", parsed.issues);
  return { type: "prices", ...parsed.output };
}

/**
 * One word (carFirst, batteryFirst, share, ignore), an object with what is to change, or "auto" for what the form says.
 * @throws MessageError unknownBatteryPolicy, badShape, outOfRange.
 */
export function readBatteryPolicy(value: unknown, formPolicy: BatteryPolicy): SolarEvent {
  if (typeof value === "object" && value !== null) {
    const parsed = v.safeParse(BatteryRequest, value);
    if (!parsed.success) throw badShape("batteryPolicy", parsed.issues);
    const { priority, targetSocPercent, sharePercent, dischargeW, floorPercent } = parsed.output;
    const amount = (name: string, given: number | string | undefined, kind: ReadingKind, most: number): number | undefined =>
      given === undefined ? undefined : amountOf(`batteryPolicy.${name}`, given, kind, most);
    const targetSoc = amount("targetSocPercent", targetSocPercent, "percent", 100);
    const share = amount("sharePercent", sharePercent, "percent", 100);
    const discharge = amount("dischargeW", dischargeW, "power", LARGEST_DISCHARGE_W);
    const floorSoc = amount("floorPercent", floorPercent, "percent", 100);
    return {
      type: "batteryPolicy",
      policy: {
        ...(priority === undefined ? {} : { priority }),
        ...(targetSoc === undefined ? {} : { targetSoc }),
        ...(share === undefined ? {} : { share: share / 100 }),
        ...(discharge === undefined ? {} : { allowedDischarge: Watts(discharge) }),
        ...(floorSoc === undefined ? {} : { floorSoc }),
      },
    };
  }
  const word =
    typeof value === "string" || typeof value === "boolean"
      ? String(value)
          .toLowerCase()
          .replace(/[\s_-]/g, "")
      : "";
  if (FORM_MODE.has(word)) return { type: "batteryPolicy", policy: formPolicy };
  const priority = Object.hasOwn(PRIORITIES, word) ? PRIORITIES[word] : undefined;
  if (priority === undefined) {
    throw new MessageError(
      "unknownBatteryPolicy",
      `batteryPolicy: expected carFirst, batteryFirst, share, ignore, auto or an object, got ${shown(value)}.`,
    );
  }
  return { type: "batteryPolicy", policy: { priority } };
}

/** Null, "off" and nothing end the plan. @throws MessageError badShape, badTime, outOfRange. */
export function readPlan(value: unknown, context: RequestContext): SolarEvent {
  if (isNothing(value)) return { type: "plan", plan: null };
  const parsed = v.safeParse(Plan, value);
  if (!parsed.success) throw badShape("plan", parsed.issues);
  const energy = WattHours(amountOf("plan.energy", parsed.output.energy, "energy", LARGEST_PLAN_WH));
  const plan: ChargePlan = { energy, by: pointInTime("plan.by", parsed.output.by, context) };
  return { type: "plan", plan };
}

/** Amps, with or without an end; null, "off" and nothing lift it. @throws MessageError badShape, badTime, outOfRange. */
export function readCeiling(name: string, value: unknown, context: RequestContext): SolarEvent {
  const full = typeof value === "object" && value !== null ? v.safeParse(Ceiling, value) : null;
  if (full?.success === false) throw badShape(`ceiling/${name}`, full.issues);
  const amps = full === null ? value : full.output.limitA;
  const end = full?.output.until;
  const until = end === undefined ? null : pointInTime(`ceiling/${name}`, end, context);
  const limit = isNothing(amps) ? null : Amps(amountOf(`ceiling/${name}`, amps, "current", LARGEST_CEILING_A));
  return { type: "ceiling", name, limit, until };
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === "" || value === "off" || value === "none";

function amountOf(what: string, value: unknown, kind: ReadingKind, most: number): number {
  const read = parseReading(value, kind);
  if (!read.ok) throw new MessageError(read.reason, `${what}: expected a number, with or without a unit, got ${shown(value)}.`);
  if (read.value < 0 || read.value > most) throw new MessageError("outOfRange", `${what}: expected 0 to ${most}, got ${read.value}.`);
  return read.value;
}

/** "07:00" is the next time it is seven. */
function pointInTime(what: string, value: unknown, { clock, wall }: RequestContext): Instant {
  const [, hour, minute] = (typeof value === "string" && TIME_OF_DAY.exec(value.trim())) || [];
  const time = hour === undefined ? wallTimeOf(value) : nextTimeOfDay(Number(hour), Number(minute), wall);
  if (typeof time !== "number")
    throw new MessageError("badTime", `${what}: expected "07:00", ISO text or ms since 1970, got ${shown(value)}.`);
  return clock.instantOf(time);
}

const badShape = (what: string, issues: readonly v.BaseIssue<unknown>[]): MessageError =>
  new MessageError("badShape", `${what}: ${explain(issues)}.`);
