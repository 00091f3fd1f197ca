/** What a charger says of itself, ours or any other, read into what the ledger is told. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import { eventOf, reportOfStatus } from "#core/session/from-charger";
import type { ChargerReport } from "#core/session/observation";
import type { LoggedEvent } from "#core/session/record";
import { parseReading, type ReadingKind } from "#core/solar/reading";
import type { WallTime } from "#core/units/units";
import { explain } from "#link/explain";
import { type ReportedState, stateCalled } from "./charger-states.ts";
import { momentOf } from "./moment.ts";
import { shown } from "./shown.ts";

const finite = v.pipe(v.number(), v.finite());
/** Wall time; a clock that was never set begins in 1970, and what lies beyond 2200 is no time. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(Date.UTC(2200, 0, 1)));
/** No sensor of a charger says more, °C. */
const temperature = v.pipe(v.number(), v.minValue(-100), v.maxValue(1000));
const word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64));
const value = v.nullable(v.union([finite, v.string()]));

/** The part of our own status that is kept; what a newer controller says beside it is left alone. */
const OwnStatus = v.object({
  charger: word,
  at: moment,
  state: v.picklist(["A", "B", "C", "D", "E", "F", "unknown"]),
  phase: v.string(),
  offeredCurrentA: finite,
  limitedBy: v.string(),
  currentA: v.nullable(finite),
  powerW: v.nullable(finite),
  energyWh: v.nullable(finite),
  temperatureC: v.nullable(temperature),
  faults: v.array(v.object({ name: v.string(), mrec: v.string(), since: moment })),
  session: v.nullable(v.object({ id: v.string(), energyWh: finite })),
});

const OwnEvent = v.object({
  id: word,
  charger: word,
  at: moment,
  monotonicMs: finite,
  type: word,
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  reason: v.optional(v.string()),
  fault: v.optional(v.string()),
  session: v.nullable(v.string()),
  evidence: v.optional(v.record(v.string(), v.union([finite, v.string(), v.boolean(), v.null()]))),
});

/** What any other charger may send; each part may be left out. Powers, energies and currents may be text with a unit. */
const ForeignReport = v.strictObject({
  charger: v.optional(word),
  at: v.optional(v.union([finite, v.string(), v.date()])),
  state: v.optional(v.union([v.string(), finite])),
  powerW: v.optional(value),
  energyWh: v.optional(value),
  counterOf: v.optional(v.picklist(["life", "session"])),
  currentA: v.optional(value),
  offeredCurrentA: v.optional(value),
  limitedBy: v.optional(v.nullable(word)),
  temperatureC: v.optional(v.nullable(temperature)),
  session: v.optional(v.nullable(word)),
  user: v.optional(v.nullable(word)),
  tag: v.optional(v.nullable(word)),
  socPercent: v.optional(v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(100)))),
  faults: v.optional(v.pipe(v.array(word), v.maxLength(32))),
});

/** What makes a payload a foreign report: one of these must be there. */
const TELLING = ["state", "powerW", "energyWh", "currentA", "offeredCurrentA", "user", "tag", "faults", "socPercent"] as const;
/** Larger than any charger's life, and than any charger. */
const LARGEST_ENERGY_WH = 1e10;
const LARGEST_POWER_W = 1e6;
const LARGEST_CURRENT_A = 1000;
/** A car may feed back a little while it measures itself; more is a wrong sign. */
const SMALLEST_CURRENT_A = -10;
const SMALLEST_POWER_W = -10_000;
const LONGEST_EVIDENCE = 200;

/** Nothing but a name: what a report has that says nothing else. */
export const nothingSaid = (charger: string): ChargerReport => ({
  charger,
  at: null,
  state: null,
  powerW: null,
  energyWh: null,
  counterOf: "life",
  currentA: null,
  offeredA: null,
  limitedBy: null,
  temperatureC: null,
  session: null,
  user: null,
  tag: null,
  carSocPercent: null,
  faults: [],
});

/** A status of one of our own pilot nodes; null when the payload is something else. */
export function ownReportOf(payload: object): ChargerReport | null {
  const parsed = v.safeParse(OwnStatus, payload);
  return parsed.success ? reportOfStatus(parsed.output) : null;
}

/** An event of one of our own nodes; null when the payload is something else. */
export function ownEventOf(payload: object): LoggedEvent | null {
  const parsed = v.safeParse(OwnEvent, payload);
  if (!parsed.success) return null;
  const event = eventOf(parsed.output);
  return { ...event, evidence: briefly(event.evidence) };
}

const briefly = (evidence: LoggedEvent["evidence"]): LoggedEvent["evidence"] =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, seen]) => [name, typeof seen === "string" ? seen.slice(0, LONGEST_EVIDENCE) : seen]),
  );

/** Whether a payload is meant to be a charger's report, right or wrong. */
export const isForeignReport = (payload: object): boolean => TELLING.some((key) => Object.hasOwn(payload, key));

/** Figures that go on being so for a moment when a charger leaves them out. */
export type Figure = "powerW" | "currentA" | "offeredA";
export const FIGURES: readonly Figure[] = ["powerW", "currentA", "offeredA"];

/** Those that a foreign report does not speak of. One that is null or not available is spoken of. */
export const leftOutOf = (payload: object): readonly Figure[] =>
  FIGURES.filter((figure) => !Object.hasOwn(payload, figure === "offeredA" ? "offeredCurrentA" : figure));

/**
 * What a charger that is not of this package says.
 * @param usual the charger's name when the message has none @param now since when a fault is there that came without a time
 * @throws MessageError badShape, unknownState, badTime, outOfRange, or the reason why a value is none.
 */
export function foreignReportOf(payload: object, usual: string, now: WallTime): ChargerReport {
  const parsed = v.safeParse(ForeignReport, payload);
  if (!parsed.success) throw new MessageError("badShape", `msg.payload: ${explain(parsed.issues)}.`);
  const { charger = usual, at, state, counterOf = "life", limitedBy, temperatureC, session, user, tag, socPercent } = parsed.output;
  const { powerW, energyWh, currentA, offeredCurrentA, faults = [] } = parsed.output;
  const said = at === undefined ? null : momentOf("at", at);
  return {
    charger,
    at: said,
    state: state === undefined ? null : stateOf(state),
    powerW: magnitude("powerW", powerW, "power", SMALLEST_POWER_W, LARGEST_POWER_W),
    energyWh: magnitude("energyWh", energyWh, "energy", 0, LARGEST_ENERGY_WH),
    counterOf,
    currentA: magnitude("currentA", currentA, "current", SMALLEST_CURRENT_A, LARGEST_CURRENT_A),
    offeredA: magnitude("offeredCurrentA", offeredCurrentA, "current", 0, LARGEST_CURRENT_A),
    limitedBy: limitedBy ?? null,
    temperatureC: temperatureC ?? null,
    session: session ?? null,
    user: user ?? null,
    tag: tag ?? null,
    carSocPercent: socPercent ?? null,
    faults: faults.map((name) => ({ name, mrec: null, since: said ?? now })),
  };
}

function stateOf(said: string | number): ReportedState {
  const state = stateCalled(said);
  if (state === undefined) {
    throw new MessageError(
      "unknownState",
      `state: expected notConnected, connected, charging, fault or unknown, a letter from A to F or a status of OCPP, got ${shown(said)}.`,
    );
  }
  return state;
}

/** A value that is unavailable is not said; one that is wrong is a mistake. */
function magnitude(name: string, said: number | string | null | undefined, kind: ReadingKind, least: number, most: number): number | null {
  if (said === null || said === undefined) return null;
  const read = parseReading(said, kind);
  if (!read.ok) {
    if (read.reason === "unavailable") return null;
    throw new MessageError(read.reason, `${name}: expected a number, or text with a unit of ${kind}, got ${shown(said)}.`);
  }
  if (read.value < least || read.value > most) {
    throw new MessageError("outOfRange", `${name}: expected ${least} to ${most}, got ${read.value}. Look at the unit.`);
  }
  return read.value;
}
